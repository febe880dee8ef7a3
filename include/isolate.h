/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A mount namespace of one's own, with or without privilege. For processes with one thread. */

#include <stdbool.h>
#include <stdint.h>

struct fault;

/* What entering a namespace has changed in the process. */
struct isolate {
	bool in_userns;	   /* a user namespace was made on the way, too */
	uint64_t bounding; /* capabilities that were in the bounding set before, a bit each */
};

/*
 * Enters a new mount namespace, whose mounts follow the old one's but not the other way round. Without
 * CAP_SYS_ADMIN that takes a new user namespace, in which our user and group IDs mean themselves and
 * all others nobody; then supplementary groups remain but setuid programs gain nothing.
 * Errors: -EPERM or -ENOSPC (user namespaces are forbidden), or the errno of
 * the step, with the fault saying what to do.
 */
int isolate_mounts(struct isolate *ret, struct fault *fault);

/*
 * A descriptor of the present mount namespace, to come back to or to act in, in *ret_fd. Returns 0 or
 * the errno of open(2).
 */
int isolate_open_mounts(int *ret_fd);

/* The same of the present user namespace. */
int isolate_open_users(int *ret_fd);

/*
 * Enters the user namespace of such a descriptor, of which our effective user must be the owner or which
 * must be below ours, and lets nobody in there trace us or look into our memory, whatever capability he
 * has there (ptrace(2), PR_SET_DUMPABLE). Returns 0 or the errno of setns(2) or prctl(2).
 */
int isolate_enter_users(int users_fd);

/* Makes us untraceable as above. Returns 0 or the errno of prctl(2). */
int isolate_shut(void);

/* Gives up every capability for good. Returns 0 or the errno of capset(2). */
int isolate_drop_all(void);

/* Enters the mount namespace of such a descriptor. Returns 0 or the errno of setns(2). */
int isolate_enter(int mounts_fd);

/*
 * To be called before a foreign program is executed: no capability goes to it that the namespace
 * brought. An execve(2) clears those of a user other than 0 (capabilities(7)); those of a user 0 who had
 * been deprived of some are limited to the bounding set of before. Returns 0 or the errno of prctl(2).
 */
int isolate_drop(const struct isolate *i);

/*
 * A detached copy of what is mounted at /proc, with all that is mounted below, in *ret_fd.
 * Returns 0 or the errno of open_tree(2).
 */
int isolate_clone_procfs(int *ret_fd);

/*
 * Makes a detached tree and all that is mounted in it read-only. Returns 0 or the errno of mount_setattr(2);
 * -ENOSYS before Linux 5.12.
 */
int isolate_set_read_only(int tree_fd);

/*
 * Mounts a detached tree (open_tree(2), fsmount(2)) on the directory path below dir. Returns 0 or the
 * errno of open(2) or move_mount(2).
 */
int isolate_attach(int tree_fd, const char *dir, const char *path);

/* The id in mountinfo of a tree that was attached. Returns 0, or -errno if it is not there (any more). */
int isolate_mount_id(int tree_fd, unsigned *ret);

/* Whether a mount with this id is in our mount namespace. */
bool isolate_has_mount(unsigned id);

/*
 * Detaches what is mounted on path below dir, whatever uses it, if that is still the mount with this id.
 * Looks up the path's names. Returns 0 or the errno of umount2(2); -ENOENT if it is gone.
 */
int isolate_detach(const char *dir, const char *path, unsigned id);

/* Whether we may mount at all (CAP_SYS_ADMIN over the mount namespace). */
bool isolate_may_mount(void);
