/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The host source: a procfs of our own pid namespace. */

#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "mountinfo.h"
#include "text.h"

/* <sys/mount.h> has these from glibc 2.36 on. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	  1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif

/* FUSE_SUPER_MAGIC of fs/fuse/inode.c, in no header of Linux 6.1. */
#define FUSE_MAGIC 0x65735546

#define HOST_DIR "/proc"

/* Far above the mounts of a machine: 100,000 of them are 20 MB. */
#define MOUNTINFO_MAX_BYTES ((size_t)64 << 20)

#define ADVICE_MOUNT "mount the procfs of this pid namespace: mount -t proc proc " HOST_DIR

/* Refused without CAP_SYS_ADMIN (EPERM) and where a mount below is locked, as everything inherited into a
 * user namespace is (EINVAL, fs/namespace.c, has_locked_children()); then the mount itself has to do. */
static int open_mounted(void)
{
	int fd;

	fd = (int)syscall(SYS_open_tree, AT_FDCWD, HOST_DIR, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (fd < 0)
		fd = open(HOST_DIR, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR ? -ENOENT : -errno;
	return fd;
}

static int read_pidns(const struct source *s, pid_t pid, struct buf *out)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/ns/pid", pid);
	return source_readlink(s, -1, path, out);
}

/*
 * A view shows a guest its own self, though it is of another namespace and its other numbers are not what
 * they are to us.
 */
static bool is_view_of_ours(const struct source *s)
{
	AUTO_BUF struct buf first = { 0 };
	AUTO_BUF struct buf own = { 0 };

	if (read_pidns(s, 1, &first) < 0 || read_pidns(s, getpid(), &own) < 0)
		return false;
	return text_equal(buf_text(&first), buf_text(&own));
}

/* The directory shows the numbers of our own pid namespace. */
static int check_host(int fd, struct fault *fault)
{
	AUTO_BUF struct buf self = { 0 };
	AUTO_FD int again = -1;
	struct source s = source_from_fd(SOURCE_HOST, fd);
	struct statfs fs;
	int32_t pid;

	if (fstatfs(fd, &fs) < 0)
		return fault_set(fault, -errno, NULL, "statfs " HOST_DIR);
	if (fs.f_type != PROC_SUPER_MAGIC && fs.f_type != FUSE_MAGIC)
		return fault_set(fault, -ENODEV, ADVICE_MOUNT, HOST_DIR " is no procfs");
	again = source_openat(&s, -1, "", O_PATH);
	if (again < 0)
		return fault_set(fault, again, "Linux 5.6 or later is needed (openat2)",
				 "open " HOST_DIR " anew");
	if (source_readlink(&s, -1, "self", &self) < 0 || text_pid(buf_text(&self), &pid) < 0 ||
	    pid != getpid())
		return fault_set(fault, -ENODEV, ADVICE_MOUNT,
				 HOST_DIR " shows another pid namespace than ours");
	if (fs.f_type == FUSE_MAGIC && !is_view_of_ours(&s))
		return fault_set(fault, -ENODEV, "run it outside of that view",
				 HOST_DIR " is a view of another pid namespace than ours");
	return 0;
}

static bool is_read_only(const struct mountinfo *m)
{
	struct text rest = m->options;
	struct text option;

	while (text_until(&rest, ',', &option)) {
		if (text_equal(option, TEXT("ro")))
			return true;
	}
	return false;
}

bool source_host_is_fixed(const struct source *host)
{
	AUTO_BUF struct buf text = { 0 };
	struct mountinfo m;
	struct text rest;
	char path[32];

	snprintf(path, sizeof(path), "%d/mountinfo", getpid());
	if (source_read(host, -1, path, MOUNTINFO_MAX_BYTES, &text) < 0)
		return true;
	rest = buf_text(&text);
	while (mountinfo_next(&rest, &m)) {
		if ((mountinfo_field_is(m.point, HOST_DIR) ||
		     text_starts(m.point, TEXT(HOST_DIR "/"))) &&
		    is_read_only(&m))
			return true;
	}
	return false;
}

int source_open_host(struct source *ret, struct fault *fault)
{
	AUTO_FD int fd = -1;
	int r;

	fd = open_mounted();
	if (fd < 0)
		return fault_set(fault, fd, ADVICE_MOUNT, "open " HOST_DIR);
	r = check_host(fd, fault);
	if (r < 0)
		return r;
	*ret = source_from_fd(SOURCE_HOST, fd_steal(&fd));
	return 0;
}
