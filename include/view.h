/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A view: the facts that decide every name and byte. Built by src/cmd, read-only while it is served,
 * so that any thread may use it without a lock.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "hiding.h"
#include "identity.h"
#include "source.h"

struct entry;
struct pidmap;
struct resources;
struct stand;
struct tickets;

enum profile {
	PROFILE_KERNEL,	   /* all that the kernel's procfs shows */
	PROFILE_CONTAINER, /* without what container engines mask; names without a row are hidden */
};

/* Some processes: where their text comes from, and what their numbers mean. */
struct realm {
	const struct source *source; /* NULL: there are no such processes */
	const struct pidmap *pids;   /* the source's numbers -> the view's */
	const char
		*portal; /* name under the portal directory that leads into the source; or NULL */
	/* The source is an instance with the view's hidepid=: the kernel hides, by who reads. */
	bool enforced;
	/* Only names of the table that are not the host's, whatever the profile; and nothing is written to. */
	bool strict;
	/* From the numbers of what is mounted on the portal to the source's; NULL: they are the same. */
	const struct pidmap *portal_pids;
};

struct view {
	const struct entry *root; /* the table */
	struct realm members;	  /* the target's processes, and the files that are no process's */
	struct realm guests;	  /* processes outside that see themselves (pidmap_guests.h) */
	/*
	 * What hangs on no process and is in no procfs: a tree of its own, with the table devices_root, in the portal's
	 * directory of the name devices.portal. No source: none.
	 */
	struct realm devices;
	const struct entry *devices_root;
	/* From a client's number, as FUSE reports it, to the view's; NULL: no client can be a member. */
	const struct pidmap *clients;
	const struct source *host; /* to learn a client's thread group; NULL: clients are unknown */
	/* Whose rights accesses are made with (identity.h); NULL: always our own, as in `cat`. */
	const struct identity *identity;
	const struct stand *stand; /* where we stand (stand.h); NULL: nobody stands elsewhere */
	bool groups_matter; /* a client's supplementary groups may decide what it is allowed */
	enum profile profile;
	struct hiding hiding; /* with gid resolved: exempts says whether it counts */
	bool writable;	      /* --rw */
	bool own_writable; /* even so a process may write to its own files, natively (policy.h) */
	bool machine_fixed; /* settings of the machine are read-only to whoever looks at our own /proc */
	/*
	 * An unlisted directory of the root under which kernel procfs instances are mounted; magic links
	 * are followed through it. NULL: none, links are text and those like pipe:[1] dangle.
	 */
	const char *portal;
	struct tickets
		*tickets; /* who may pass to instances that show more than the view; NULL: all */
	pid_t steward;	  /* the thread that mounts them, which always may; 0: none */
	/*
	 * Has the portal's instances mounted, for some seconds, before a client is sent there: 0 or -errno.
	 * NULL: they are.
	 */
	int (*open_portal)(void *context);
	void *portal_context;
	/*
	 * Takes the facts (resources.h) of the container that this client is to see: 0, or -errno, and then the file can not
	 * be read: never the machine's numbers instead. NULL: all files are the machine's.
	 */
	int (*take_resources)(void *context, const struct client *c, unsigned facts,
			      struct resources *ret);
	/*
	 * Opens a file of the container's control group with the rights that the calling thread has now: the descriptor;
	 * -ENODATA if the container is the whole machine, so that the source's file is right; -EOPNOTSUPP if the
	 * container has no such file; else -errno. NULL only without take_resources.
	 */
	int (*open_group_file)(void *context, const struct client *c, const char *name, int flags);
	void *resources_context;
	_Atomic unsigned resource_files; /* enum resource_file: those that are the container's */
	/*
	 * The same, in memory shared with the process that mounts, and may be changed while the view is served. NULL:
	 * resource_files says it, and stays.
	 */
	_Atomic unsigned *resource_choice;
	pid_t init; /* the target's, by its number in our pid namespace; 0: none, or not known */
	bool guess_links; /* never look at what a client has called (sniff.h) */
};

/* What of the resource files is the container's: enum resource_file. */
unsigned view_resource_files(const struct view *v);

/* Whether that can be changed. */
bool view_may_choose(const struct view *v);

/*
 * From now on these files are the container's (enum resource_file), the others the machine's; a text that is being made may
 * still be the other. Returns 0; -EINVAL: no such file; -EOPNOTSUPP: there are no control groups to take them from.
 */
int view_choose_resources(const struct view *v, unsigned files);

/*
 * The client's process and thread as numbers of the view.
 * Returns 0, or -ENOENT if the client is neither a member nor a guest (fs/proc/self.c,
 * proc_self_get_link(): a reader outside the instance's namespace has no self).
 */
int view_client_pids(const struct view *v, const struct client *c, pid_t *ret_tgid, pid_t *ret_tid);

/* The number there stands in a realm's source for the process that calls this, or for a thread of it. */
bool view_is_server(const struct view *v, const struct realm *realm, pid_t there);

/*
 * The process that the number there stands for, or is a thread of, in a realm's source is the client's own
 * (same_thread_group()); with thread, it is the client's very thread. False where it cannot be told.
 */
bool view_is_own(const struct view *v, const struct client *c, const struct realm *realm,
		 pid_t there, bool thread);
