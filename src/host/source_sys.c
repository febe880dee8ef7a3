/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The source of CPUs and memory nodes: /sys/devices/system. */

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"

/* <sys/mount.h> has these from glibc 2.36 on. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	  1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif

#define SYS_DIR "/sys/devices/system"

#define ADVICE_MOUNT "mount it: mount -t sysfs sysfs /sys"

/* A copy without the mounts below, for which see source_host.c; or the directory itself. */
static int open_mounted(void)
{
	int fd;

	fd = (int)syscall(SYS_open_tree, AT_FDCWD, SYS_DIR, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (fd < 0)
		fd = open(SYS_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int source_open_sys(struct source *ret, struct fault *fault)
{
	AUTO_FD int fd = -1;
	struct statfs fs;

	fd = open_mounted();
	if (fd < 0)
		return fault_set(fault, fd, ADVICE_MOUNT, "open " SYS_DIR);
	if (fstatfs(fd, &fs) < 0)
		return fault_set(fault, -errno, NULL, "statfs " SYS_DIR);
	if (fs.f_type != SYSFS_MAGIC)
		return fault_set(fault, -ENODEV, ADVICE_MOUNT, SYS_DIR " is not of sysfs");
	*ret = source_from_fd(SOURCE_SYS, fd_steal(&fd));
	return 0;
}
