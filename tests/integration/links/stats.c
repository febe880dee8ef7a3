/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stat(2) says: of the object where the link is followed, of the link where it is not. */

#include "links.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool same_as_fd(struct links *l, int fd)
{
	struct stat followed, own;

	return stat(fd_path(l, fd), &followed) == 0 && fstat(fd, &own) == 0 &&
	       same_object(&followed, &own);
}

static bool same_as_path(const char *link, const char *object)
{
	struct stat followed, own;

	return stat(link, &followed) == 0 && stat(object, &own) == 0 &&
	       same_object(&followed, &own);
}

/* A link for reading and writing, of the size that procfs gives links of open files. */
static bool link_itself(struct links *l)
{
	struct stat st;

	return lstat(fd_path(l, l->o.pipe[0]), &st) == 0 && S_ISLNK(st.st_mode) &&
	       st.st_size == 64 && (st.st_mode & 0777) == 0500;
}

/* The namespace's inode is the one its text tells; it is no link, and on another file system. */
static bool namespace_object(struct links *l)
{
	char text[64], wanted[64];
	struct stat st, link;
	ssize_t n;

	n = readlink(path(l, "self/ns/uts"), text, sizeof(text));
	if (n <= 0 || stat(path(l, "self/ns/uts"), &st) < 0 ||
	    lstat(path(l, "self/ns/uts"), &link) < 0)
		return false;
	snprintf(wanted, sizeof(wanted), "uts:[%lu]", (unsigned long)st.st_ino);
	return S_ISREG(st.st_mode) && st.st_dev != link.st_dev && strlen(wanted) == (size_t)n &&
	       memcmp(text, wanted, (size_t)n) == 0;
}

void check_stats(struct links *l)
{
	check(l, "stat of a pipe", same_as_fd(l, l->o.pipe[0]));
	check(l, "stat of a socket", same_as_fd(l, l->o.socket[0]));
	check(l, "stat of an eventfd", same_as_fd(l, l->o.eventfd));
	check(l, "stat of a memfd", same_as_fd(l, l->o.memfd));
	check(l, "stat of a deleted file", same_as_fd(l, l->o.deleted));
	check(l, "lstat of a link", link_itself(l));
	check(l, "stat of cwd and root",
	      same_as_path(path(l, "self/cwd"), ".") && same_as_path(path(l, "self/root"), "/"));
	check(l, "stat of exe", same_as_path(path(l, "self/exe"), l->exe));
	check(l, "stat of a namespace", namespace_object(l));
}
