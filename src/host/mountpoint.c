/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounting on a directory, finding the mount again, taking it away. */

#include "mountpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "fusermount.h"
#include "mountpoint_check.h"
#include "mountpoint_spot.h"

#define DEVICE "/dev/fuse"

struct advice {
	int error;
	const char *text;
};

/* The text for an errno in a table that ends with error 0; NULL if there is none. */
static const char *find_advice(const struct advice *a, int error)
{
	while (a->error && a->error != error)
		a++;
	return a->text;
}

int mountpoint_open_fuse(int *ret_fd, struct fault *fault)
{
	static const struct advice advices[] = {
		{ ENOENT, "load the module (modprobe fuse); a container needs --device " DEVICE },
		{ ENXIO, "load the module: modprobe fuse" },
		{ ENODEV, "load the module: modprobe fuse" },
		{ EACCES, "run as root, or let root allow it to users: chmod 0666 " DEVICE },
		{ EPERM, "the container's device rules forbid it: start it with --device " DEVICE },
		{ 0, NULL },
	};
	AUTO_FD int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return fault_set(fault, -errno, find_advice(advices, errno), "open " DEVICE);
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode))
		return fault_set(fault, -ENODEV,
				 "it is a file; replace it: mknod " DEVICE " c 10 229",
				 "open " DEVICE);
	*ret_fd = fd_steal(&fd);
	return 0;
}

/* O_PATH: neither the walk's last step nor the open asks the file system for anything. */
static int open_dir(const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int mountpoint_check(const char *dir, unsigned flags, struct fault *fault)
{
	struct spot spot = SPOT_NULL;
	AUTO_FD int fd = -1;
	int r = 0;

	fd = open_dir(dir);
	if (fd < 0)
		return fault_set(fault, fd, "give an existing directory", "mount on %s", dir);
	if (spot_look(0, fd, &spot) < 0)
		return 0; /* without a /proc there is nothing to tell by */
	if (strcmp(spot.path.data, "/") == 0)
		r = fault_set(fault, -EBUSY, "give a directory of its own", "mount on %s", dir);
	else if (!(flags & MOUNTPOINT_STACK) && spot_is_ours(&spot))
		r = fault_set(fault, -EBUSY, "unmount it first: umount DIR, or fusermount3 -u DIR",
			      "mount on %s: a view is mounted there", dir);
	else if (!(flags & MOUNTPOINT_STACK) && text_equal(spot.mount.type, TEXT(MOUNTPOINT_TYPE)))
		r = fault_set(fault, -EBUSY, "give a directory outside of it",
			      "mount on %s: it lies inside a view", dir);
	spot_free(&spot);
	return r;
}

int mountpoint_mount(int fuse_fd, const char *dir, unsigned flags, struct fault *fault)
{
	static const struct advice advices[] = {
		{ EPERM, "run as root, or in namespaces of your own: unshare -Urm" },
		{ EACCES, "every directory on the way must be searchable" },
		{ EBUSY, "something else is being mounted there, or was just now" },
		{ EINVAL, DEVICE " must be opened in the user namespace that mounts" },
		{ ENODEV, "the kernel knows no FUSE: modprobe fuse" },
		{ ENOSPC, "too many mounts: see sysctl fs.mount-max" },
		{ 0, NULL },
	};
	unsigned long mount_flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	char options[128];
	int r;

	r = mountpoint_check(dir, flags, fault);
	if (r < 0)
		return r;
	if (flags & MOUNTPOINT_READ_ONLY)
		mount_flags |= MS_RDONLY;
	/* rootmode: S_IFDIR | 0555, in octal as fs/fuse/inode.c, fuse_parse_param() wants it */
	snprintf(options, sizeof(options), "fd=%d,rootmode=40555,user_id=%u,group_id=%u%s", fuse_fd,
		 geteuid(), getegid(), flags & MOUNTPOINT_ALLOW_OTHER ? ",allow_other" : "");
	if (mount("nsprocfs", dir, MOUNTPOINT_TYPE, mount_flags, options) < 0)
		return fault_set(fault, -errno, find_advice(advices, errno), "mount on %s", dir);
	return 0;
}

int mountpoint_find(const char *dir, struct mountpoint_id *ret)
{
	struct spot spot = SPOT_NULL;
	AUTO_FD int fd = -1;
	int r;

	fd = open_dir(dir);
	r = fd < 0 ? fd : spot_look(0, fd, &spot);
	if (r < 0)
		return r;
	r = spot_is_ours(&spot) ? 0 : -ENOENT;
	if (r == 0)
		*ret = (struct mountpoint_id){ spot.mount.minor, spot.unique };
	spot_free(&spot);
	return r;
}

static bool is_same(const struct mountpoint_id *a, const struct mountpoint_id *b)
{
	return a->dev_minor == b->dev_minor && (!a->unique || !b->unique || a->unique == b->unique);
}

/* The spot is the root of this mount of ours. Returns 0, -EBUSY or -ENOENT. */
static int check_spot(const struct spot *s, const struct mountpoint_id *id)
{
	struct mountpoint_id here = { s->mount.minor, s->unique };

	if (spot_is_ours(s) && s->mount.minor == id->dev_minor)
		return is_same(&here, id) ? 0 : -ENOENT;
	return spot_holds(s, id->dev_minor) ? -EBUSY : -ENOENT;
}

static int detach(const char *path, int more)
{
	return umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW | more) < 0 ? -errno : 0;
}

/* fusermount3 takes away what it has mounted for us; whether it did is seen by looking again. */
static int unmount_by_helper(const char *path, const struct mountpoint_id *id)
{
	char *argv[] = { (char *)"fusermount3", (char *)"-u", (char *)"-z",
			 (char *)"--",		(char *)path, NULL };
	AUTO_BUF struct buf words = { 0 };
	struct mountpoint_id there;

	fusermount_run(argv, -1, &words);
	return mountpoint_find(path, &there) == 0 && is_same(&there, id) ? -EPERM : 0;
}

static int unmount_here(const char *dir, const struct mountpoint_id *id, int more)
{
	struct spot spot = SPOT_NULL;
	int r, fd;

	fd = open_dir(dir);
	r = fd < 0 ? fd : spot_look(0, fd, &spot);
	fd_close(fd); /* it would count as a use of the mount */
	if (r < 0)
		return r;
	r = check_spot(&spot, id);
	if (r == 0)
		r = detach(spot.path.data, more);
	if (r == -EPERM)
		r = unmount_by_helper(spot.path.data, id);
	spot_free(&spot);
	return r;
}

/* What the child in the other namespace says: an error, or the descriptor it has the directory by. */
struct answer {
	int r;
	int fd;
};

/* In the child. Only system calls: the parent may have threads. */
static struct answer unmount_inside(int mntns_fd, const char *dir, int socket_fd)
{
	struct answer a = { .fd = -1 };
	char path[PATH_MAX + 1];
	ssize_t n;

	if (setns(mntns_fd, CLONE_NEWNS) < 0)
		return (struct answer){ .r = -errno, .fd = -1 };
	a.fd = open_dir(dir);
	if (a.fd < 0)
		return (struct answer){ .r = a.fd, .fd = -1 };
	if (fd_send(socket_fd, &a, sizeof(a), -1) < 0)
		return a;
	n = read(socket_fd, path, sizeof(path) - 1);
	a.fd = fd_close(a.fd);
	if (n <= 0) /* the parent has found that it is not to be */
		return (struct answer){ .r = -ECANCELED, .fd = -1 };
	path[n] = '\0';
	a.r = detach(path, 0);
	return a;
}

/*
 * The parent looks, by the /proc of where it stands, at the child's descriptor: the /proc in the other
 * namespace may be the very mount that is to go.
 */
static int direct_child(pid_t child, int socket_fd, const struct mountpoint_id *id)
{
	struct spot spot = SPOT_NULL;
	struct answer a;
	int r, fd;

	if (fd_receive(socket_fd, &a, sizeof(a), &fd) != (ssize_t)sizeof(a))
		return -ECHILD;
	if (a.r < 0)
		return a.r;
	r = spot_look(child, a.fd, &spot);
	if (r < 0)
		return r;
	r = check_spot(&spot, id);
	if (r == 0)
		r = fd_send(socket_fd, spot.path.data, spot.path.len, -1);
	spot_free(&spot);
	if (r < 0)
		return r;
	return fd_receive(socket_fd, &a, sizeof(a), &fd) == (ssize_t)sizeof(a) ? a.r : -ECHILD;
}

static int unmount_there(int mntns_fd, const char *dir, const struct mountpoint_id *id)
{
	AUTO_FD int ours = -1;
	struct answer a;
	int pair[2], r;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	ours = pair[0];
	child = fork();
	if (child == 0) {
		fd_close(pair[0]); /* or the child would wait for itself */
		a = unmount_inside(mntns_fd, dir, pair[1]);
		fd_send(pair[1], &a, sizeof(a), -1);
		_exit(0);
	}
	r = child < 0 ? -errno : 0;
	fd_close(pair[1]);
	if (r == 0)
		r = direct_child(child, ours, id);
	ours = fd_close(ours);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}

int mountpoint_unmount(int mntns_fd, const char *dir, const struct mountpoint_id *id)
{
	return mntns_fd < 0 ? unmount_here(dir, id, 0) : unmount_there(mntns_fd, dir, id);
}

int mountpoint_abort(const char *dir, const struct mountpoint_id *id)
{
	return unmount_here(dir, id, MNT_FORCE);
}
