/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * nsproc-mount [--child] PID DIR: mounts the kernel's own procfs of the pid namespace of process PID
 * on DIR: the oracle of the differential tests. With --child by a process inside the namespace instead
 * of the mount option pidns= (Linux 6.18); without, whichever works.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "text.h"

static int fail(const char *what)
{
	int error = errno;

	fprintf(stderr, "nsproc-mount: %s: %s\n", what, strerror(error));
	return -error;
}

/* Mounts a new procfs instance; pidns_fd -1 means of our own pid namespace. */
static int mount_proc(int pidns_fd, const char *dir)
{
	AUTO_FD int fs = fsopen("proc", FSOPEN_CLOEXEC);
	AUTO_FD int mnt = -1;

	if (fs < 0)
		return fail("fsopen");
	/* The caller says what that means: an older kernel has no such option. */
	if (pidns_fd >= 0 && fsconfig(fs, FSCONFIG_SET_FD, "pidns", NULL, pidns_fd) < 0)
		return -errno;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail("fsconfig");
	mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		return fail("fsmount");
	if (move_mount(mnt, "", AT_FDCWD, dir, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return fail(dir);
	return 0;
}

/* Runs f in a child and waits for it. Returns 0, or -ECHILD if it failed (and has said why). */
static int in_child(int (*f)(int pidns_fd, const char *dir), int pidns_fd, const char *dir)
{
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return fail("fork");
	if (pid == 0)
		_exit(f(pidns_fd, dir) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -ECHILD;
}

static int mount_own(int pidns_fd, const char *dir)
{
	(void)pidns_fd;
	return mount_proc(-1, dir);
}

/* setns(2) changes where the children of the caller start, for good: so the caller is a child itself. */
static int enter_and_mount(int pidns_fd, const char *dir)
{
	if (setns(pidns_fd, CLONE_NEWPID) < 0)
		return fail("setns");
	return in_child(mount_own, pidns_fd, dir);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "child", no_argument, NULL, 'c' }, { 0 } };
	AUTO_BUF struct buf path = { 0 };
	AUTO_FD int pidns_fd = -1;
	bool child = false;
	uint64_t pid;
	int c, r;

	while ((c = getopt_long(argc, argv, "c", options, NULL)) == 'c')
		child = true;
	if (c != -1 || argc - optind != 2 || text_u64(text_str(argv[optind]), &pid) < 0) {
		fprintf(stderr, "usage: nsproc-mount [--child] PID DIR\n");
		return 2;
	}
	if (buf_printf(&path, "/proc/%s/ns/pid", argv[optind]) < 0)
		return 1;
	pidns_fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (pidns_fd < 0)
		return fail(path.data) < 0;
	r = child ? -EINVAL : mount_proc(pidns_fd, argv[optind + 1]);
	if (r == -EINVAL)
		r = in_child(enter_and_mount, pidns_fd, argv[optind + 1]);
	/* The leak checker would start a helper in the namespace setns(2) left for children, and hang. */
	fflush(NULL);
	_exit(r < 0);
}
