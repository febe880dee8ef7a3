/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A kernel procfs instance of a pid namespace, mounted nowhere. */

struct fault;
struct hiding;

enum nsproc_method {
	NSPROC_AUTO,   /* NSPROC_OPTION, else NSPROC_CHILD */
	NSPROC_OPTION, /* the mount option pidns= (Linux 6.18) */
	NSPROC_CHILD,  /* a child that enters the namespace and passes the mount back */
};

/*
 * Makes a detached procfs mount (fsopen(2), fsmount(2)) of the pid namespace and returns it in *ret_fd
 * as a directory descriptor. The child method forks twice, enters the user namespace that owns the
 * target if it is another than ours, then the pid namespace (setns(2) takes effect in children only),
 * and sends the descriptor back (SCM_RIGHTS).
 * Errors: -EPERM (no CAP_SYS_ADMIN over the namespace's user namespace, or the kernel's rule that a
 * visible procfs must exist, fs/namespace.c mount_too_revealing()), -EINVAL (the namespace is not below
 * ours; for NSPROC_OPTION also a kernel without the option), or the errno of the step that failed,
 * named in the fault.
 */
int nsproc_open(int pidns_fd, enum nsproc_method method, int *ret_fd, struct fault *fault);

/*
 * The same with mount options that hide processes (hiding.h). The kernel then applies them to whoever
 * reads, by the credentials of the reading thread. gid= is a number of the user namespace in which the
 * instance is made (fs/proc/root.c, proc_apply_options()); it is ours, so the child method does not enter
 * another one for it. Further errors: -EINVAL if the kernel has no such option (before Linux 5.8), or if
 * the group is not mapped in our user namespace.
 */
int nsproc_open_hiding(int pidns_fd, enum nsproc_method method, const struct hiding *hiding,
		       int *ret_fd, struct fault *fault);

/* The same of our own pid namespace: it takes CAP_SYS_ADMIN, and a visible procfs. */
int nsproc_open_own(const struct hiding *hiding, int *ret_fd, struct fault *fault);

/* "pidns= option" or "child in the namespace": what the last successful way was, for `status`. */
const char *nsproc_method_name(enum nsproc_method method);
