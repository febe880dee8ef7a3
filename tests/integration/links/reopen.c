/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening objects anew that have no name. */

#include "links.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool pipe_carries(struct links *l)
{
	int in = open(fd_path(l, l->o.pipe[1]), O_WRONLY | O_CLOEXEC);
	int out = open(fd_path(l, l->o.pipe[0]), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char byte = 0;
	bool ok;

	ok = in >= 0 && out >= 0 && write(in, "p", 1) == 1 && read(out, &byte, 1) == 1 &&
	     byte == 'p';
	close(in);
	close(out);
	return ok;
}

/* What can't be opened: the error is that of the object. */
static bool open_fails(const char *link, int flags, int error)
{
	int fd = open(link, flags | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return false;
	}
	return errno == error;
}

/* A byte written through a second open is in the first. */
static bool memfd_is_the_same(struct links *l)
{
	int fd = open(fd_path(l, l->o.memfd), O_RDWR | O_CLOEXEC);
	char byte = 0;
	bool ok;

	ok = fd >= 0 && pwrite(fd, "x", 1, 100) == 1 && pread(l->o.memfd, &byte, 1, 100) == 1 &&
	     byte == 'x';
	close(fd);
	return ok;
}

static bool tmpfile_gets_a_name(struct links *l)
{
	return linkat(AT_FDCWD, fd_path(l, l->o.tmpfile), l->o.dir, "named", AT_SYMLINK_FOLLOW) ==
		       0 &&
	       has_content(scratch(l, "named"));
}

void check_reopen(struct links *l)
{
	struct objects *o = &l->o;

	check(l, "a pipe opened anew", pipe_carries(l));
	check(l, "a socket cannot be opened", open_fails(fd_path(l, o->socket[0]), O_RDWR, ENXIO));
	check(l, "an eventfd cannot be opened", open_fails(fd_path(l, o->eventfd), O_RDWR, ENXIO));
	check(l, "a memfd opened anew", has_content(fd_path(l, o->memfd)));
	check(l, "a memfd written through a second open", memfd_is_the_same(l));
	check(l, "a deleted file opened anew", has_content(fd_path(l, o->deleted)));
	check(l, "an O_TMPFILE file gets a name", tmpfile_gets_a_name(l));
	check(l, "O_NOFOLLOW refuses a link",
	      open_fails(fd_path(l, o->regular), O_RDONLY | O_NOFOLLOW, ELOOP));
}
