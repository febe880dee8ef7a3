/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a path leads. */

#include "reach.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "mountinfo.h"

/* <linux/openat2.h> has it from Linux 5.12 on, <sys/stat.h> the other from glibc 2.33 on. */
#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif
#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000
#endif

/* Far above the mounts of a machine. */
#define MOUNTINFO_MAX_BYTES ((size_t)64 << 20)

/* A link in the text of an object's path would make it another object's. */
#define RESOLVE_PLAIN \
	(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_CACHED)

/* Opens the object behind a magic link: the one place that leaves a source. O_PATH asks nobody. */
static int open_behind(const struct source *s, int dirfd, const char *path)
{
	int fd = openat(dirfd < 0 ? s->fd : dirfd, path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int open_from(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_PLAIN };
	long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* What the kernel knows without asking the file system. */
static bool identify(int fd, struct statx *ret)
{
	const unsigned wanted = STATX_INO | STATX_TYPE | STATX_MNT_ID;

	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, ret) == 0 &&
	       (ret->stx_mask & wanted) == wanted;
}

bool reach_is_same(const struct reach_link *link, const struct source *host, pid_t tid,
		   const char *path)
{
	AUTO_FD int object = -1;
	AUTO_FD int root = -1;
	AUTO_FD int found = -1;
	struct statx a, b;
	char name[32];

	snprintf(name, sizeof(name), "%d/root", tid);
	object = open_behind(link->source, link->dirfd, link->path);
	root = object < 0 ? -1 : open_behind(host, -1, name);
	found = root < 0 ? -1 : open_from(root, path);
	if (found < 0 || !identify(object, &a) || !identify(found, &b))
		return false;
	return a.stx_ino == b.stx_ino && a.stx_dev_major == b.stx_dev_major &&
	       a.stx_dev_minor == b.stx_dev_minor && a.stx_mnt_id == b.stx_mnt_id;
}

bool reach_is_mount_point(const struct source *host, pid_t tid, const char *path)
{
	AUTO_BUF struct buf text = { 0 };
	struct mountinfo m;
	struct text rest;
	char name[32];

	snprintf(name, sizeof(name), "%d/mountinfo", tid);
	if (source_read(host, -1, name, MOUNTINFO_MAX_BYTES, &text) < 0)
		return false;
	rest = buf_text(&text);
	while (mountinfo_next(&rest, &m)) {
		if (mountinfo_field_is(m.point, path))
			return true;
	}
	return false;
}
