/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ids that a task acts with of its own accord, as our user namespace maps them. */

#include <sys/types.h>

struct source;

struct task_ids {
	uid_t euid;
	uid_t fsuid;
	gid_t fsgid;
};

/*
 * Of a thread by its number in our pid namespace, in whatever state: credentials that the kernel has put in
 * their place for one operation (access(2), io_uring personalities) do not show. By PIDFD_GET_INFO (Linux
 * 6.13), else from its status in host. Returns 0; -ESRCH if there is no such thread; -EINVAL for a status
 * not of the kernel's form; or the errno of the call that failed.
 */
int task_ids_read(const struct source *host, pid_t tid, struct task_ids *ret);
