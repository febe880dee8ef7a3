/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A directory with an odd name to mount on, in a mount namespace of the test's own. */

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "buf.h"
#include "fd.h"
#include "host_test.h"
#include "mountinfo.h"
#include "text.h"

#define ROOM "/mnt" /* a tmpfs in the test's own mount namespace, gone with it */

/* Blanks, newlines and backslashes, and how mountinfo has them. */
#define DIR_ODD		     ROOM "/a b\nc\\d"
#define DIR_ODD_AS_MOUNTINFO ROOM "/a\\040b\\012c\\134d"

static inline void enter_room(void)
{
	host_test_watch();
	host_test_private_mounts();
	ck_assert_int_eq(mount("x", ROOM, "tmpfs", 0, "mode=0755"), 0);
	ck_assert_int_eq(mkdir(DIR_ODD, 0755), 0);
}

static inline void read_mountinfo(pid_t pid, struct buf *out)
{
	AUTO_FD int fd = -1;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_read_all(fd, 1 << 20, out), 0);
}

/* How many mounts of ours a process sees; gives the device number of the last. */
static inline int count_ours(pid_t pid, unsigned *ret_minor)
{
	AUTO_BUF struct buf info = { 0 };
	struct mountinfo m;
	struct text rest;
	int n = 0;

	read_mountinfo(pid, &info);
	rest = buf_text(&info);
	while (mountinfo_next(&rest, &m)) {
		if (!text_equal(m.type, TEXT("fuse.nsprocfs")))
			continue;
		*ret_minor = m.minor;
		n++;
	}
	return n;
}
