/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sources: the only place that opens below a procfs, and never out of it. */

#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "dirents.h"
#include "fault.h"
#include "fd.h"
#include "pidmap.h"
#include "text.h"

#define LINK_BYTES     256	 /* the first try; longer texts get more room */
#define LINK_BYTES_MAX (1 << 16) /* procfs gives at most a page, do_proc_readlink() */
#define RESOLVE_INSIDE \
	(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV)
#define PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_TRIES 64

const char *source_kind_name(enum source_kind kind)
{
	static const char *const names[] = {
		[SOURCE_KERNEL] = "kernel",
		[SOURCE_HOST] = "host",
		[SOURCE_TREE] = "tree",
		[SOURCE_SYS] = "sys",
	};

	return names[kind];
}

struct source source_from_fd(enum source_kind kind, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		st.st_dev = 0;
	return (struct source){ .kind = kind, .fd = fd, .dev = st.st_dev };
}

void source_close(struct source *s)
{
	s->fd = fd_close(s->fd);
}

int source_open_tree(const char *dir, struct source *ret, struct fault *fault)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fault_set(fault, -errno, "give a directory with the layout of /proc",
				 "open tree %s", dir);
	*ret = source_from_fd(SOURCE_TREE, fd);
	return 0;
}

static int base_fd(const struct source *s, int dirfd)
{
	return dirfd < 0 ? s->fd : dirfd;
}

/* EAGAIN: a rename or mount raced with the walk, fs/namei.c handle_dots(). */
static int open_resolved(const struct source *s, int dirfd, const char *path, int flags,
			 uint64_t resolve)
{
	struct open_how how = { .resolve = resolve };
	int tries = 0;
	long fd;

	flags |= O_CLOEXEC | O_NOFOLLOW;
	if (flags & O_PATH) /* any other flag beside it is EINVAL, build_open_flags() */
		flags &= PATH_FLAGS;
	else
		flags |= O_NONBLOCK | O_NOCTTY | O_LARGEFILE;
	how.flags = (unsigned)flags;
	do {
		fd = syscall(SYS_openat2, base_fd(s, dirfd), path[0] ? path : ".", &how,
			     sizeof(how));
	} while (fd < 0 && (errno == EAGAIN || errno == EINTR) && ++tries < OPEN_TRIES);
	return fd < 0 ? -errno : (int)fd;
}

/* Opens across mounts what is on the source's own device; -EACCES for what is not. */
static int open_across(const struct source *s, int dirfd, const char *path, int flags)
{
	AUTO_FD int fd = -1;
	struct stat st;

	fd = open_resolved(s, dirfd, path, flags, RESOLVE_INSIDE & ~(uint64_t)RESOLVE_NO_XDEV);
	if (fd < 0)
		return fd == -EXDEV ? -EACCES : fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_dev == s->dev ? fd_steal(&fd) : -EACCES;
}

/*
 * A mount on the way is not crossed; but container engines bind parts of procfs on themselves, read-only
 * (/proc/sys), and that is the procfs as before. What covers an entry is not opened even to look at it.
 */
static int open_inside(const struct source *s, int dirfd, const char *path, int flags)
{
	int fd = open_resolved(s, dirfd, path, flags, RESOLVE_INSIDE);

	if (fd != -EXDEV)
		return fd;
	if (s->kind != SOURCE_HOST)
		return -EACCES;
	fd = open_across(s, dirfd, path, O_PATH);
	if (fd < 0 || flags & O_PATH)
		return fd;
	fd_close(fd);
	return open_across(s, dirfd, path, flags);
}

/* Nothing in a tree may act when opened: no device, pipe or socket. */
static int check_inert(const struct source *s, int dirfd, const char *path)
{
	AUTO_FD int fd = -1;
	struct stat st;

	fd = open_inside(s, dirfd, path, O_PATH);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode))
		return 0;
	return -EACCES;
}

int source_openat(const struct source *s, int dirfd, const char *path, int flags)
{
	int r;

	if (s->kind == SOURCE_TREE && !(flags & O_PATH)) {
		r = check_inert(s, dirfd, path);
		if (r < 0)
			return r;
	}
	return open_inside(s, dirfd, path, flags);
}

/* One component below a directory of the source, so that the walk cannot leave it. */
static bool is_single(const char *path)
{
	return !strchr(path, '/') && strcmp(path, "..") != 0;
}

/* procfs is one device and a detached instance has nothing mounted below, so a look at the device
 * stands for RESOLVE_NO_XDEV. In a tree the device may change without a mount (btrfs, overlayfs). */
static int stat_fast(const struct source *s, int dirfd, const char *path, struct stat *ret)
{
	struct stat st;

	if (fstatat(base_fd(s, dirfd), path, &st,
		    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (path[0] ? 0 : AT_EMPTY_PATH)) < 0)
		return -errno;
	if (st.st_dev != s->dev && s->kind != SOURCE_TREE)
		return -EACCES;
	*ret = st;
	return 0;
}

int source_stat(const struct source *s, int dirfd, const char *path, struct stat *ret)
{
	AUTO_FD int fd = -1;

	if (!path[0] || (s->kind != SOURCE_TREE && is_single(path)))
		return stat_fast(s, dirfd, path, ret);
	fd = open_inside(s, dirfd, path, O_PATH);
	if (fd < 0)
		return fd;
	return stat_fast(s, fd, "", ret);
}

/* With an empty path, readlinkat(2) says ENOENT for what is no link; procfs for a link to nothing. */
static int link_error(int dirfd, const char *path)
{
	struct stat st;
	int r = -errno;

	if (r == -ENOENT && !path[0] && fstat(dirfd, &st) == 0 && !S_ISLNK(st.st_mode))
		return -EINVAL;
	return r;
}

static int append_link(int dirfd, const char *path, struct buf *out)
{
	size_t room;
	ssize_t n;
	int r;

	for (room = LINK_BYTES; room <= LINK_BYTES_MAX; room *= 4) {
		r = buf_reserve(out, room);
		if (r < 0)
			return r;
		n = readlinkat(dirfd, path, out->data + out->len, room);
		if (n < 0)
			return link_error(dirfd, path);
		if ((size_t)n < room) {
			out->len += (size_t)n;
			out->data[out->len] = '\0';
			return 0;
		}
	}
	return -ENAMETOOLONG;
}

int source_readlink(const struct source *s, int dirfd, const char *path, struct buf *out)
{
	AUTO_FD int fd = -1;

	if (!path[0] || (s->kind != SOURCE_TREE && is_single(path)))
		return append_link(base_fd(s, dirfd), path, out);
	fd = open_inside(s, dirfd, path, O_PATH);
	if (fd < 0)
		return fd;
	return append_link(fd, "", out);
}

int source_read(const struct source *s, int dirfd, const char *path, size_t max, struct buf *out)
{
	AUTO_FD int fd = -1;

	fd = source_openat(s, dirfd, path, O_RDONLY);
	if (fd < 0)
		return fd;
	return fd_read_all(fd, max, out);
}

struct numbers {
	struct pidmap_list *out;
	int r;
};

static bool add_number(void *context, const struct dirents_entry *e)
{
	struct numbers *n = context;
	int32_t number;

	if ((e->type == DT_DIR || e->type == DT_UNKNOWN) &&
	    text_pid(text_str(e->name), &number) == 0)
		n->r = pidmap_list_append(n->out, number, number);
	return n->r == 0;
}

int source_list_numbers(const struct source *s, int dirfd, const char *path,
			struct pidmap_list *out)
{
	struct numbers n = { .out = out };
	AUTO_FD int fd = -1;
	int r;

	fd = source_openat(s, dirfd, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	r = dirents_each(fd, add_number, &n);
	return r < 0 ? r : n.r;
}
