/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where an open directory is mounted. */

#include "mountpoint_spot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "mountpoint.h"

#define FDINFO_BYTES_MAX    65536
#define MOUNTINFO_BYTES_MAX (64 << 20) /* 100,000 mounts with long options */

static int read_file(const char *path, size_t max, struct buf *out)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd_read_all(fd, max, out);
}

/* "/proc/self/NAME" or "/proc/PID/NAME". */
static void task_path(pid_t pid, const char *name, char *ret, size_t n)
{
	if (pid == 0)
		snprintf(ret, n, "/proc/self/%s", name);
	else
		snprintf(ret, n, "/proc/%d/%s", pid, name);
}

/* The mount id of a descriptor (fs/proc/fd.c, seq_show()). */
static int read_mount_id(pid_t pid, int fd, unsigned *ret)
{
	AUTO_BUF struct buf text = { 0 };
	struct text rest, line, value;
	char name[32], path[64];
	uint64_t id;
	int r;

	snprintf(name, sizeof(name), "fdinfo/%d", fd);
	task_path(pid, name, path, sizeof(path));
	r = read_file(path, FDINFO_BYTES_MAX, &text);
	if (r < 0)
		return r;
	rest = buf_text(&text);
	while (text_line(&rest, &line, NULL)) {
		if (!text_key(line, TEXT("mnt_id"), &value))
			continue;
		if (text_u64(text_trim(value), &id) < 0 || id > UINT_MAX)
			return -EINVAL;
		*ret = (unsigned)id;
		return 0;
	}
	return -ENODATA;
}

static int read_path(pid_t pid, int fd, struct buf *out)
{
	char name[32], path[64];
	ssize_t n;
	int r;

	snprintf(name, sizeof(name), "fd/%d", fd);
	task_path(pid, name, path, sizeof(path));
	r = buf_reserve(out, PATH_MAX + 1);
	if (r < 0)
		return r;
	n = readlink(path, out->data, PATH_MAX + 1);
	if (n < 0)
		return -errno;
	if (n > PATH_MAX)
		return -ENAMETOOLONG;
	out->len = (size_t)n;
	out->data[n] = '\0';
	return 0;
}

#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000 /* Linux 6.8 */
#endif

/* What the kernel knows of the mount of a descriptor without asking the file system; 0: it does not. */
static uint64_t unique_mount(pid_t pid, int fd)
{
	char name[32], path[64];
	struct statx st;

	snprintf(name, sizeof(name), "fd/%d", fd);
	task_path(pid, name, path, sizeof(path));
	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_MNT_ID_UNIQUE, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID_UNIQUE))
		return 0;
	return st.stx_mnt_id;
}

int spot_look(pid_t pid, int fd, struct spot *ret)
{
	struct spot s = SPOT_NULL;
	char path[64];
	unsigned id = 0;
	int r;

	r = read_mount_id(pid, fd, &id);
	if (r == 0)
		r = read_path(pid, fd, &s.path);
	task_path(pid, "mountinfo", path, sizeof(path));
	if (r == 0)
		r = read_file(path, MOUNTINFO_BYTES_MAX, &s.info);
	if (r == 0 && !mountinfo_by_id(buf_text(&s.info), id, &s.mount))
		r = -ENOENT;
	if (r < 0) {
		spot_free(&s);
		return r;
	}
	s.unique = unique_mount(pid, fd);
	*ret = s;
	return 0;
}

void spot_free(struct spot *s)
{
	buf_free(&s->path);
	buf_free(&s->info);
}

bool spot_is_ours(const struct spot *s)
{
	return text_equal(s->mount.type, TEXT(MOUNTPOINT_TYPE)) &&
	       mountinfo_field_is(s->mount.point, s->path.data);
}

bool spot_holds(const struct spot *s, unsigned dev_minor)
{
	struct text rest = buf_text(&s->info);
	struct mountinfo m;

	while (mountinfo_next(&rest, &m)) {
		if (m.minor == dev_minor && text_equal(m.type, TEXT(MOUNTPOINT_TYPE)) &&
		    mountinfo_field_is(m.point, s->path.data))
			return true;
	}
	return false;
}

int spot_read_mountinfo(struct buf *out)
{
	return read_file("/proc/self/mountinfo", MOUNTINFO_BYTES_MAX, out);
}
