/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The target: the PID namespace that a view shows. */

#include <sys/stat.h>
#include <sys/types.h>

struct fault;
struct source;

struct target {
	int pidns_fd;	   /* the namespace (nsfs); owned; -1 if its file could not be opened */
	ino_t pidns_inode; /* its number in ns/pid link texts; 0 if unknown */
	unsigned level;	   /* levels below our own pid namespace: 1 is a child */
	pid_t init_pid;	   /* number of its init in our namespace; 0 if not found */
	int init_pidfd;	   /* pidfd of that init; owned; -1 if not found or a recorded tree */
};

#define TARGET_NULL ((struct target){ .pidns_fd = -1, .init_pidfd = -1 })

/*
 * The pid namespace of the process with this number in ours: /proc/PID/ns/pid where we may open it
 * (ptrace READ), else what NSpid and the chain of parents tell (then pidns_fd is -1). host is the host
 * source. Fails with -ESRCH (no such process), -EXDEV (the process is in our own namespace: there is
 * nothing to translate), -EACCES or -EPERM (neither way is open), with the fault saying what to do.
 */
int target_from_pid(const struct source *host, pid_t pid, struct target *ret, struct fault *fault);

/*
 * The pid namespace a file names: /proc/PID/ns/pid or a bind mount of one. Fails with the errno of
 * open(2), -EINVAL if it is no pid namespace, -EXDEV if it is our own, -ENOENT if it is not below ours.
 */
int target_from_file(const struct source *host, const char *path, struct target *ret,
		     struct fault *fault);

/*
 * Device and inode number of the pid namespace that a task (its number in ours) is in; a task never changes
 * it. Takes the right to read it (ptrace READ); without, what the chain of its parents tells. Returns 0, or
 * the errno of stat(2), -EACCES if it cannot be told, -ESRCH if there is no such task.
 */
int target_identify(const struct source *host, pid_t tid, struct stat *ret);

/* Closes the descriptors; TARGET_NULL is accepted. */
void target_close(struct target *t);
