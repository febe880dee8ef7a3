/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Links as a component in the middle of a path. */

#include "links.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool create_through(struct links *l)
{
	int fd = open(path(l, "self/fd/%d/made", l->o.dir), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		      0600);
	struct stat st;

	if (fd < 0)
		return false;
	close(fd);
	return fstatat(l->o.dir, "made", &st, 0) == 0;
}

static bool connect_through(struct links *l)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.60s",
		 path(l, "self/fd/%d/socket", l->o.dir));
	ok = bind(server, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	     listen(server, 1) == 0 &&
	     connect(client, (struct sockaddr *)&address, sizeof(address)) == 0;
	close(server);
	close(client);
	return ok;
}

/* The link's own text is not asked for, though the call is readlink(2). */
static bool readlink_through_cwd(struct links *l)
{
	return fchdir(l->o.dir) == 0 && text_is(path(l, "self/cwd/link"), "target");
}

/* In a mount namespace of its own, where what was open before is not to be mounted on. */
static bool mount_onto(struct links *l)
{
	int dir, file;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	dir = open(scratch(l, "other"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	file = open(scratch(l, "file"), O_RDONLY | O_CLOEXEC);
	return dir >= 0 && file >= 0 && mount("none", fd_path(l, dir), "tmpfs", 0, NULL) == 0 &&
	       mount(l->exe, fd_path(l, file), NULL, MS_BIND, NULL) == 0 &&
	       mknod(scratch(l, "other/mark"), S_IFREG | 0600, 0) == 0 &&
	       access(path(l, "self/fd/%d/mark", dir), F_OK) < 0 &&
	       access(scratch(l, "other/mark"), F_OK) == 0 && !has_content(scratch(l, "file"));
}

void check_through(struct links *l)
{
	check(l, "a file made through fd/N/", create_through(l));
	check(l, "a socket bound and connected to through fd/N/", connect_through(l));
	check(l, "readlink through fd/N/", text_is(path(l, "self/fd/%d/link", l->o.dir), "target"));
	check(l, "readlink through cwd/", in_child(l, readlink_through_cwd));
	check(l, "mounts onto fd/N", in_child(l, mount_onto));
}
