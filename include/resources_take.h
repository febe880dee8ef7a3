/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Takes the facts of resources.h from the control groups of a container: for each controller those of the group its
 * init is in, and of all groups above. Everything is opened beforehand; taking facts is preads on descriptors that
 * threads share. docs/resources.md says which file each fact comes from.
 *
 * A group that systemd made for itself in a container (init.scope) stands for its parent, which is the container's.
 */

#include <sys/types.h>

#include "resources.h"
#include "text.h"

struct buf;
struct fault;
struct load_sampler;
struct resource_taker;
struct source;

struct resource_wish {
	pid_t init;	   /* number in the source; 0: none, then only group says which groups */
	const char *group; /* as cgroup_wish_find() takes it, in the hierarchies it names; NULL */
	bool declared; /* group may be a directory of cgroups_open_declared(); then nothing else counts */
	enum resource_cpu_count count;
	bool by_high; /* of struct resource_memory */
	int root_fd;  /* of cgroups_open(); -1 */
};

/*
 * Finds and opens the groups. host is the host source, only borrowed for this call. Fails with -ENODEV if no
 * hierarchy is mounted; -ENOENT if there is no such group, or a hierarchy that init is in is not mounted; -ESRCH if
 * there is no init; else the errors of cgroups.h. The fault says what to do.
 */
int resource_taker_open(const struct source *host, const struct resource_wish *wish,
			struct resource_taker **ret, struct fault *fault);

/*
 * The facts of another init, by the hierarchies that first has open, and must have for as long as the new one is there;
 * what first was told by name counts for both. Groups are opened when facts are taken: of all that were opened beside
 * one, so many are kept open as a process may have descriptors (take_ground.h). Returns 0; -ESRCH if there is no such
 * process; -ENOMEM; the errno of openat(2).
 */
int resource_taker_open_beside(const struct resource_taker *first, const struct source *host,
			       pid_t init, struct resource_taker **ret);

/* The same of the groups that where, the text of PID/cgroup, says; when they began is not known. Returns 0 or -ENOMEM. */
int resource_taker_open_where(const struct resource_taker *first, struct text where,
			      struct resource_taker **ret);

/* Nothing that was opened beside it is there any more. NULL is accepted. */
void resource_taker_free(struct resource_taker *t);

/*
 * Takes the facts asked for (enum resource_facts); *ret is to be freed with resources_done(). Init's groups are looked
 * up again when a second has passed since the last time, and at once if one has been removed; then the facts are those
 * of where init is now. Returns 0; -EIO if a group is gone and init is in no other, or if a file does not have the
 * kernel's form; -ENOMEM. Threads may take facts at the same time.
 */
int resources_take(struct resource_taker *t, unsigned facts, struct resources *ret);

/* Who knows the load (FACTS_LOAD); borrowed. To be told before facts are taken; without, the load is not known. */
void resource_taker_set_load(struct resource_taker *t, struct load_sampler *load);

/*
 * Opens a file that only the unified hierarchy has, of init's group there, for struct view's open_group_file: with the
 * rights of the calling thread. Returns the descriptor; -ENODATA if init is in the root of every hierarchy, so that the
 * machine's is its own; -EOPNOTSUPP if it has no such file; -EIO if its group is gone and it is in no other; else the
 * errno of openat(2).
 */
int resource_taker_open_file(struct resource_taker *t, const char *name, int flags);

/* Init is in the root of every hierarchy: nothing limits it but the machine. False if that cannot be told. */
bool resource_taker_is_machine(struct resource_taker *t);

/* Appends a line for each controller: which group, of which version. Returns 0 or -ENOMEM. */
int resource_taker_describe(struct resource_taker *t, struct buf *out);
