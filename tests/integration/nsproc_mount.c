/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * nsproc-mount [--child] [-o NAME=VALUE,...] PID DIR: mounts the kernel's own procfs of the pid namespace
 * of process PID on DIR, with these mount options: the oracle of the differential tests. With --child by
 * a process inside the namespace instead of the mount option pidns= (Linux 6.18); without, whichever works.
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

/* "NAME=VALUE,..." Returns 0 or -1 with errno. */
static int set_options(int fs, const char *options)
{
	struct text rest = text_str(options), value;

	while (text_until(&rest, ',', &value)) {
		char name[32], text[32];
		struct text key;

		if (!text_until(&value, '=', &key) || key.n >= sizeof(name) ||
		    value.n >= sizeof(text)) {
			errno = EINVAL;
			return -1;
		}
		snprintf(name, sizeof(name), "%.*s", (int)key.n, key.p);
		snprintf(text, sizeof(text), "%.*s", (int)value.n, value.p);
		if (fsconfig(fs, FSCONFIG_SET_STRING, name, text, 0) < 0)
			return -1;
	}
	return 0;
}

/* What to mount where. */
struct wish {
	int pidns_fd; /* -1: our own pid namespace */
	const char *options;
	const char *dir;
};

static int mount_proc(const struct wish *w)
{
	AUTO_FD int fs = fsopen("proc", FSOPEN_CLOEXEC);
	AUTO_FD int mnt = -1;

	if (fs < 0)
		return fail("fsopen");
	/* The caller says what that means: an older kernel has no such option. */
	if (w->pidns_fd >= 0 && fsconfig(fs, FSCONFIG_SET_FD, "pidns", NULL, w->pidns_fd) < 0)
		return -errno;
	if (set_options(fs, w->options) < 0)
		return fail(w->options);
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return fail("fsconfig");
	mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt < 0)
		return fail("fsmount");
	if (move_mount(mnt, "", AT_FDCWD, w->dir, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return fail(w->dir);
	return 0;
}

/* Runs f in a child and waits for it. Returns 0, or -ECHILD if it failed (and has said why). */
static int in_child(int (*f)(const struct wish *w), const struct wish *w)
{
	int status = 0;
	pid_t pid = fork();

	if (pid < 0)
		return fail("fork");
	if (pid == 0)
		_exit(f(w) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -ECHILD;
}

static int mount_own(const struct wish *w)
{
	struct wish own = *w;

	own.pidns_fd = -1;
	return mount_proc(&own);
}

/* setns(2) changes where the children of the caller start, for good: so the caller is a child itself. */
static int enter_and_mount(const struct wish *w)
{
	if (setns(w->pidns_fd, CLONE_NEWPID) < 0)
		return fail("setns");
	return in_child(mount_own, w);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "child", no_argument, NULL, 'c' }, { 0 } };
	AUTO_BUF struct buf path = { 0 };
	struct wish w = { .pidns_fd = -1, .options = "" };
	bool child = false;
	uint64_t pid;
	int c, r;

	while ((c = getopt_long(argc, argv, "co:", options, NULL)) == 'c' || c == 'o') {
		child = child || c == 'c';
		if (c == 'o')
			w.options = optarg;
	}
	if (c != -1 || argc - optind != 2 || text_u64(text_str(argv[optind]), &pid) < 0) {
		fprintf(stderr, "usage: nsproc-mount [--child] [-o OPTIONS] PID DIR\n");
		return 2;
	}
	if (buf_printf(&path, "/proc/%s/ns/pid", argv[optind]) < 0)
		return 1;
	w.dir = argv[optind + 1];
	w.pidns_fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (w.pidns_fd < 0)
		return fail(path.data) < 0;
	r = child ? -EINVAL : mount_proc(&w);
	if (r == -EINVAL)
		r = in_child(enter_and_mount, &w);
	/* The leak checker would start a helper in the namespace setns(2) left for children, and hang. */
	fflush(NULL);
	_exit(r < 0);
}
