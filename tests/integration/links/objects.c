/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the checks look at, and how. */

#include "links.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static int must(int r, const char *what)
{
	if (r < 0)
		err(2, "%s", what);
	return r;
}

static void fill(int fd)
{
	if (write(fd, CONTENT, strlen(CONTENT)) != (ssize_t)strlen(CONTENT))
		err(2, "write");
}

void make_objects(struct links *l)
{
	struct objects *o = &l->o;

	snprintf(l->scratch, sizeof(l->scratch), "/tmp/nsprocfs-links-XXXXXX");
	if (!mkdtemp(l->scratch))
		err(2, "mkdtemp");
	o->dir = must(open(l->scratch, O_RDONLY | O_DIRECTORY), "open directory");
	must(symlinkat("target", o->dir, "link"), "symlink");
	must(mkdirat(o->dir, "other", 0755), "mkdir");
	o->regular = must(openat(o->dir, "file", O_RDWR | O_CREAT, 0644), "create");
	fill(o->regular);
	o->deleted = must(openat(o->dir, "gone", O_RDWR | O_CREAT, 0644), "create");
	fill(o->deleted);
	must(unlinkat(o->dir, "gone", 0), "unlink");
	o->tmpfile = must(openat(o->dir, ".", O_RDWR | O_TMPFILE, 0644), "O_TMPFILE");
	fill(o->tmpfile);
	o->memfd = must(memfd_create("links", 0), "memfd_create");
	fill(o->memfd);
	o->eventfd = must(eventfd(0, 0), "eventfd");
	must(pipe(o->pipe), "pipe");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, o->socket), "socketpair");
}

void remove_objects(struct links *l)
{
	static const char *const names[] = { "file", "link", "made", "named", "socket" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlinkat(l->o.dir, names[i], 0);
	unlinkat(l->o.dir, "other", AT_REMOVEDIR);
	rmdir(l->scratch);
}

bool text_is(const char *link, const char *wanted)
{
	char text[PATH_MAX];
	ssize_t n = readlink(link, text, sizeof(text));

	return n == (ssize_t)strlen(wanted) && memcmp(text, wanted, (size_t)n) == 0;
}

bool has_content(const char *file)
{
	char text[sizeof(CONTENT) + 1];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = pread(fd, text, sizeof(text), 0);
	close(fd);
	return n == (ssize_t)strlen(CONTENT) && memcmp(text, CONTENT, (size_t)n) == 0;
}

bool same_object(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       (a->st_mode & S_IFMT) == (b->st_mode & S_IFMT);
}
