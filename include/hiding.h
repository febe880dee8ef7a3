/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The mount options by which procfs hides processes from some readers (proc(5)): facts, and what they
 * ask of a reader's groups. What follows from them is decided in policy.h where no kernel does it.
 */

#include <stdbool.h>
#include <sys/types.h>

struct fault;
struct source;

/* hidepid=, numbered as the kernel does (include/linux/proc_fs.h, enum proc_hidepid). */
enum hidepid {
	HIDEPID_OFF = 0,
	HIDEPID_NO_ACCESS = 1,	/* all are listed; who may not trace one gets EPERM below it */
	HIDEPID_INVISIBLE = 2,	/* those are not there at all */
	HIDEPID_PTRACEABLE = 4, /* the same, whatever the reader's groups */
};

struct hiding {
	enum hidepid hidepid;
	bool has_gid; /* gid= was given */
	gid_t gid;    /* in our user namespace; 0, the kernel's own default, if it was not given */
	bool exempts; /* members of gid are not kept out by 1 and 2: it is a group we can name */
	bool only_processes; /* subset=pid: at the root nothing but processes, self, thread-self */
};

/* Something is to be hidden: an instance without options does not do. */
bool hiding_is_on(const struct hiding *h);

/*
 * The supplementary groups of the reader can matter, so whoever acts with its identity has to take
 * them, too. That is so without gid=, as well: the kernel then exempts group 0.
 */
bool hiding_wants_groups(const struct hiding *h);

/*
 * The reader is exempt as a member of gid: by its fsgid, or by the supplementary groups that the calling
 * thread has, which acts for it (fs/proc/base.c, has_pid_permissions(); in_group_p()).
 */
bool hiding_exempts(const struct hiding *h, gid_t fsgid);

/*
 * Decides h->exempts. Without gid= the group is the first of the first user namespace (GLOBAL_ROOT_GID),
 * which only a user namespace that maps all groups on themselves calls 0; elsewhere nobody is exempt.
 * host is the host source, or NULL if there is none: a recorded tree has its ids as they are.
 */
void hiding_resolve(struct hiding *h, const struct source *host);

/*
 * Opens a host source. If hidepid= is on and we may make an instance of our own pid namespace, it is one
 * with these options, and *ret_enforced says so; else that of source_open_host(), whose errors it has.
 */
int hiding_open_host(const struct hiding *h, struct source *ret, bool *ret_enforced,
		     struct fault *fault);

/* "off", "noaccess", "invisible", "ptraceable": as in mount options and mountinfo. */
const char *hiding_name(enum hidepid hidepid);
