/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Requests of ioctl_nsfs(2) and ioctl_pidfd(2) by their numbers in the kernel's <linux/nsfs.h> and
 * <linux/pidfd.h>: headers older than Linux 6.11 lack the second half.
 */

#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>

#define NSFS_GET_USERNS _IO(0xb7, 1) /* Linux 4.9: the user namespace that owns it, a descriptor */
#define NSFS_GET_PARENT _IO(0xb7, 2) /* 4.9: the one above; EPERM if we are not in or above it */
#define NSFS_GET_NSTYPE _IO(0xb7, 3) /* 4.11: its CLONE_NEW* constant */

/*
 * Linux 6.11, on the descriptor of a pid namespace N. The argument is the number of a task and the
 * result is its number on the other side; ESRCH if the task does not exist or is not visible there.
 */
#define NSFS_GET_PID_FROM_PIDNS	 _IOR(0xb7, 6, int) /* argument in N, result in the caller's */
#define NSFS_GET_TGID_FROM_PIDNS _IOR(0xb7, 7, int) /* the same, the number of its process */
#define NSFS_GET_PID_IN_PIDNS	 _IOR(0xb7, 8, int) /* argument in the caller's, result in N */

/* Linux 6.9, a flag of pidfd_open(2): the very thread, not its process. */
#define PIDFD_OPEN_THREAD O_EXCL

/* Linux 6.13, on a pidfd: the first form of struct pidfd_info; mask says what is wanted, and then what there is. */
struct pidfd_info_v0 {
	uint64_t mask;
	uint64_t cgroup;
	uint32_t pid, tgid, ppid;
	uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	int32_t exit_code;
};

#define PIDFD_INFO_IDS	  2 /* PIDFD_INFO_CREDS */
#define PIDFD_GET_INFO_V0 _IOWR(0xff, 11, struct pidfd_info_v0)

/* Linux 6.11, on a pidfd: a descriptor of the process's pid namespace. */
#define PIDFD_GET_PID_NS _IO(0xff, 5)
