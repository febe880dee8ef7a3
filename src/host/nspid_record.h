/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the status and the ns/pid link of a process say about its pid namespaces. */

#include <stddef.h>
#include <sys/types.h>

struct source;

struct nspid_record {
	pid_t there;		       /* number in the source's namespace */
	pid_t tgid;		       /* its thread group there */
	pid_t ppid;		       /* its parent there; 0 if that is outside */
	unsigned depth;		       /* levels of its own namespace below the source's */
	pid_t here;		       /* number at the level asked for; 0 if it is not that deep */
	pid_t own;		       /* number in its own namespace; 1 is that namespace's init */
	pid_t group_there, group_here; /* process group, in the source and at the level */
	pid_t session_there, session_here; /* the same for the session */
	ino_t inode; /* of its own namespace; 0 if unknown, or less deep than the level */
};

struct nspid_snapshot {
	struct nspid_record *records; /* ascending by there */
	size_t n;
	size_t cap;
};

/*
 * Reads the record of a task, at this level. A tree has threads only below their process, where they
 * are searched for. Returns 0, -ESRCH if there is no such task, or the error of status_read().
 */
int nspid_record_read(const struct source *s, pid_t number, unsigned level,
		      struct nspid_record *ret);

/* Reads the records of all processes; what cannot be read is left out. Returns 0 or -errno. */
int nspid_snapshot_take(const struct source *s, unsigned level, struct nspid_snapshot *ret);

/* The record of a process, or NULL. */
const struct nspid_record *nspid_snapshot_find(const struct nspid_snapshot *snapshot, pid_t there);

/* The init of a namespace, by its inode and depth, or NULL. */
const struct nspid_record *nspid_snapshot_init(const struct nspid_snapshot *snapshot, ino_t inode,
					       unsigned depth);

void nspid_snapshot_free(struct nspid_snapshot *snapshot);

/* The number there of the thread of this process that has this number at the level; 0 if none. */
pid_t nspid_find_thread(const struct source *s, pid_t process, unsigned level, pid_t here);
