/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* File locks of each kind, with and without waiters, all inside one namespace. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"

static int take_posix(int fd, int wait)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, wait ? F_SETLKW : F_SETLK, &l);
}

static int take_ofd(int fd, int wait)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &l);
}

static int take_flock(int fd, int wait)
{
	return flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
}

const struct lock_kind lock_kinds[] = {
	{ "posix", take_posix, SYS_fcntl },
	{ "ofd", take_ofd, SYS_fcntl },
	{ "flock", take_flock, SYS_flock },
	{ 0 },
};

int lock_open(const char *tag, const struct pen *pen)
{
	AUTO_BUF struct buf path = { 0 };
	int fd;

	if (buf_printf(&path, ZOO_DIR "/lock-%d-%s", pen->zoo->level, tag) < 0)
		return -ENOMEM;
	fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return fd < 0 ? pen_fail(path.data) : fd;
}

static int wait_for_lock(const struct pen *pen)
{
	const struct lock_kind *kind = pen->arg;
	int fd = lock_open(kind->name, pen);

	if (fd < 0)
		return fd;
	return kind->take(fd, 1) < 0 ? pen_fail("waiting lock") : 0;
}

/* Holds a lock; two others wait, the second behind the first (`->` under `->`). */
static int held_with_waiters(const struct pen *pen)
{
	for (const struct lock_kind *k = lock_kinds; k->name; k++) {
		int fd = lock_open(k->name, pen);

		if (fd < 0)
			return fd;
		if (k->take(fd, 0) < 0)
			return pen_fail(k->name);
		for (int i = 0; i < 2; i++) {
			pid_t pid =
				pen_spawn_blocked(pen, "lock-waiter", wait_for_lock, k, k->wait_nr);

			if (pid < 0)
				return pid;
		}
	}
	return 0;
}

/* Ranges, read locks, several locks on one file: no waiters. */
static int ranges(const struct pen *pen)
{
	static const struct flock locks[] = {
		{ .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 },
		{ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 20, .l_len = 1 },
		{ .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 1LL << 40, .l_len = 0 },
	};
	int fd = lock_open("ranges", pen), ofd_fd = lock_open("ranges-ofd", pen);

	if (fd < 0 || ofd_fd < 0)
		return -EIO;
	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
		struct flock l = locks[i];

		if (fcntl(fd, F_SETLK, &l) < 0 || fcntl(ofd_fd, F_OFD_SETLK, &l) < 0)
			return pen_fail("fcntl");
	}
	return flock(fd, LOCK_SH) < 0 ? pen_fail("flock") : 0;
}

static int lease(const struct pen *pen)
{
	int write_fd = lock_open("lease", pen), fd = lock_open("lease-write", pen);
	int read_fd;

	if (write_fd < 0 || fd < 0)
		return -EIO;
	/* A read lease wants that nobody has the file open for writing. */
	close(write_fd);
	read_fd = pen_open(ZOO_DIR "/lock-", "-lease", pen->zoo->level, O_RDONLY);
	if (read_fd < 0)
		return read_fd;
	if (fcntl(read_fd, F_SETLEASE, F_RDLCK) < 0 || fcntl(fd, F_SETLEASE, F_WRLCK) < 0)
		return pen_skip(pen, "leases", errno);
	return 0;
}

const struct animal zoo_locks[] = {
	{ "lock-holder", held_with_waiters },
	{ "lock-ranges", ranges },
	{ "lock-lease", lease },
	{ 0 },
};
