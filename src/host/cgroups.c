/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Control groups: the directories of a group and of those above it. */

#include "cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "task_cgroup.h"

#define DIR_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

void cgroup_chain_close(struct cgroup_chain *c)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		fd_close(c->fd[i]);
	*c = (struct cgroup_chain){ 0 };
}

/* Opens a directory below; names that lead elsewhere are refused. */
static int open_below(int dirfd, struct text name)
{
	char copy[NAME_MAX + 1];
	int fd;

	if (name.n > NAME_MAX)
		return -ENAMETOOLONG;
	if (text_equal(name, TEXT("..")) || memchr(name.p, '\0', name.n))
		return -EXDEV;
	memcpy(copy, name.p, name.n);
	copy[name.n] = '\0';
	fd = openat(dirfd, copy, DIR_FLAGS);
	return fd < 0 ? -errno : fd;
}

/* Only the root of all has a release agent (version 1), and no events (version 2). */
static bool is_root(const struct cgroup_hierarchy *h, int fd)
{
	struct stat st;

	if (h->unified)
		return fstatat(fd, "cgroup.events", &st, AT_SYMLINK_NOFOLLOW) < 0;
	return fstatat(fd, "release_agent", &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int push(struct cgroup_chain *c, int fd)
{
	if (c->n == CGROUP_LEVELS_MAX) {
		fd_close(fd);
		return -E2BIG;
	}
	c->fd[c->n++] = fd;
	return 0;
}

/* From the top down; the root of all is left out. */
static int open_top(const struct cgroup_hierarchy *h, struct cgroup_chain *c)
{
	int fd;

	c->whole = !h->declared && is_root(h, h->fd);
	if (c->whole)
		return 0;
	fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : push(c, fd);
}

/* What lies deepest comes first. */
static void reverse(struct cgroup_chain *c)
{
	unsigned i;
	int fd;

	for (i = 0; i < c->n / 2; i++) {
		fd = c->fd[i];
		c->fd[i] = c->fd[c->n - 1 - i];
		c->fd[c->n - 1 - i] = fd;
	}
}

int cgroup_chain_open(const struct cgroup_hierarchy *h, struct text path, struct cgroup_chain *ret)
{
	struct cgroup_chain c = { 0 };
	struct text rest, name;
	int fd, r;

	if (!task_cgroup_within(path, buf_text(&h->root), &rest))
		return -EXDEV;
	r = open_top(h, &c);
	fd = h->fd;
	while (r == 0 && text_until(&rest, '/', &name)) {
		if (name.n == 0 || text_equal(name, TEXT(".")))
			continue;
		fd = open_below(fd, name);
		r = fd < 0 ? fd : push(&c, fd);
	}
	if (r < 0) {
		cgroup_chain_close(&c);
		return r;
	}
	reverse(&c);
	*ret = c;
	return 0;
}

int cgroup_open_file(int dirfd, const char *name, int *ret_error)
{
	int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno != ENOENT)
		*ret_error = -errno;
	return fd;
}
