/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What readlink(2) and readlinkat(2) say. */

#include "links.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The text of an object without a name: its kind and inode. */
static bool kind_text(struct links *l, int fd, const char *kind)
{
	char wanted[64];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "%s:[%lu]", kind, (unsigned long)st.st_ino);
	return text_is(fd_path(l, fd), wanted);
}

/* readlinkat(2) with an empty path on the open link itself. */
static bool empty_path_text(struct links *l, int fd, const char *wanted)
{
	int link = open(fd_path(l, fd), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char text[PATH_MAX];
	ssize_t n;

	if (link < 0)
		return false;
	n = readlinkat(link, "", text, sizeof(text));
	close(link);
	return n == (ssize_t)strlen(wanted) && memcmp(text, wanted, (size_t)n) == 0;
}

static bool dirfd_text(struct links *l)
{
	int fds = open(path(l, "self/fd"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[16], text[PATH_MAX];
	ssize_t n;

	if (fds < 0)
		return false;
	snprintf(name, sizeof(name), "%d", l->o.regular);
	n = readlinkat(fds, name, text, sizeof(text));
	close(fds);
	return n > 0 && (size_t)n == strlen(scratch(l, "file")) &&
	       memcmp(text, scratch(l, "file"), (size_t)n) == 0;
}

static bool namespace_text(struct links *l)
{
	int fd = open(path(l, "self/ns/mnt"), O_RDONLY | O_CLOEXEC);
	char wanted[64];
	struct stat st;
	int r = fd < 0 ? -1 : fstat(fd, &st);

	if (fd >= 0)
		close(fd);
	if (r < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "mnt:[%lu]", (unsigned long)st.st_ino);
	return text_is(path(l, "self/ns/mnt"), wanted);
}

static bool tmpfile_text(struct links *l)
{
	char wanted[PATH_MAX];
	struct stat st;

	if (fstat(l->o.tmpfile, &st) < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "%s/#%lu (deleted)", l->scratch, (unsigned long)st.st_ino);
	return text_is(fd_path(l, l->o.tmpfile), wanted);
}

static bool pipe_by_empty_path(struct links *l)
{
	char wanted[64];
	struct stat st;

	if (fstat(l->o.pipe[0], &st) < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "pipe:[%lu]", (unsigned long)st.st_ino);
	return empty_path_text(l, l->o.pipe[0], wanted);
}

static void check_own_numbers(struct links *l)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "%d", getpid());
	check(l, "readlink self is the process's number", text_is(path(l, "self"), wanted));
	snprintf(wanted, sizeof(wanted), "%d/task/%d", getpid(), gettid());
	check(l, "readlink thread-self is the thread's number",
	      text_is(path(l, "thread-self"), wanted));
}

void check_texts(struct links *l)
{
	struct objects *o = &l->o;
	char cwd[PATH_MAX];

	check(l, "readlink of a pipe", kind_text(l, o->pipe[0], "pipe"));
	check(l, "readlink of a socket", kind_text(l, o->socket[0], "socket"));
	check(l, "readlink of an eventfd", text_is(fd_path(l, o->eventfd), "anon_inode:[eventfd]"));
	check(l, "readlink of a memfd", text_is(fd_path(l, o->memfd), "/memfd:links (deleted)"));
	check(l, "readlink of a deleted file",
	      text_is(fd_path(l, o->deleted), scratch(l, "gone (deleted)")));
	check(l, "readlink of an O_TMPFILE file", tmpfile_text(l));
	check(l, "readlink of a file", text_is(fd_path(l, o->regular), scratch(l, "file")));
	check(l, "readlink of a directory", text_is(fd_path(l, o->dir), l->scratch));
	check(l, "readlink exe", text_is(path(l, "self/exe"), l->exe));
	check(l, "readlink cwd", getcwd(cwd, sizeof(cwd)) && text_is(path(l, "self/cwd"), cwd));
	check(l, "readlink root", text_is(path(l, "self/root"), "/"));
	check(l, "readlink of a namespace", namespace_text(l));
	check(l, "readlinkat by the directory fd/", dirfd_text(l));
	check(l, "readlinkat with an empty path of a pipe", pipe_by_empty_path(l));
	check(l, "readlinkat with an empty path of a memfd",
	      empty_path_text(l, o->memfd, "/memfd:links (deleted)"));
	check_own_numbers(l);
}
