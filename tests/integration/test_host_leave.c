/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A mount namespace that holds nobody's mounts back. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "host_test.h"
#include "mountinfo.h"
#include "mountpoint.h"

#define ROOM "/mnt" /* a tmpfs in the test's own mount namespace, gone with it */

/*
 * Mounts in stacks and in each other, one of them hanging, one with an odd name; bare: without the
 * machine's own, some of which the room may hide.
 */
static int furnish(bool bare)
{
	int fd = -1;

	host_test_watch();
	host_test_private_mounts();
	ck_assert_int_eq(mountpoint_open_fuse(&fd, NULL), 0);
	if (bare)
		ck_assert_int_eq(mountpoint_leave_others(NULL, NULL), 0);
	ck_assert_int_eq(mount("x", ROOM, "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mkdir(ROOM "/a b", 0755), 0);
	ck_assert_int_eq(mkdir(ROOM "/hanging", 0755), 0);
	ck_assert_int_eq(mount("x", ROOM "/a b", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mount("x", ROOM "/a b", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mkdir(ROOM "/a b/kept", 0755), 0);
	ck_assert_int_eq(mount("x", ROOM "/a b/kept", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mount("x", "/proc/fs", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mountpoint_mount(fd, ROOM "/hanging", 0, NULL), 0);
	return fd;
}

/* The mount points, in the order of the kernel's list, a space after each. */
static void list_points(struct buf *out)
{
	AUTO_BUF struct buf info = { 0 };
	AUTO_FD int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	struct mountinfo m;
	struct text rest;

	ck_assert_int_eq(fd_read_all(fd, 1 << 20, &info), 0);
	rest = buf_text(&info);
	while (mountinfo_next(&rest, &m)) {
		buf_append_text(out, m.point);
		buf_append_str(out, " ");
	}
}

static const struct leave {
	const char *keep[3];
	const char *points;
} leaves[] = {
	{ { NULL }, "/ /proc " },
	{ { "/none", NULL }, "/ /proc " },
	/* with what it stands on, and without the other mount on that */
	{ { ROOM "/a b/kept", NULL }, "/ /proc /mnt /mnt/a\\040b /mnt/a\\040b /mnt/a\\040b/kept " },
	{ { ROOM "/hanging", "/proc/fs", NULL }, "/ /proc /proc/fs /mnt /mnt/hanging " },
};

static void leave(void *arg)
{
	const struct leave *c = arg;
	AUTO_BUF struct buf points = { 0 };
	struct fault fault = { 0 };
	char cwd[64];
	int fd = furnish(c->keep[0] != NULL);

	ck_assert_int_eq(chdir(ROOM), 0);
	ck_assert_msg(mountpoint_leave_others(c->keep, &fault) == 0, "%s", fault.what);
	list_points(&points);
	ck_assert_str_eq(points.data, c->points);
	ck_assert_str_eq(getcwd(cwd, sizeof(cwd)), "/");
	fd_close(fd);
}

START_TEST(test_leave)
{
	host_test_child(leave, (void *)&leaves[_i]);
}
END_TEST

/* Nothing of it reaches the namespace that was left. */
static void leave_only(void *arg)
{
	(void)arg;
	ck_assert_int_eq(mountpoint_leave_others(NULL, NULL), 0);
}

START_TEST(test_outside)
{
	AUTO_BUF struct buf before = { 0 };
	AUTO_BUF struct buf after = { 0 };
	int fd = furnish(false);

	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	list_points(&before);
	host_test_child(leave_only, NULL);
	list_points(&after);
	ck_assert_str_eq(before.data, after.data);
	fd_close(fd);
}
END_TEST

static void as_stranger(void *arg)
{
	struct fault fault = { 0 };

	(void)arg;
	host_test_drop();
	ck_assert_int_eq(mountpoint_leave_others(NULL, &fault), -EPERM);
	ck_assert_str_eq(fault.what, "unshare the mount namespace");
	/* In a user namespace, what was inherited is locked and stays; that is no failure. */
	ck_assert_int_eq(unshare(CLONE_NEWUSER), 0);
	ck_assert_int_eq(mountpoint_leave_others(NULL, NULL), 0);
	ck_assert_int_eq(access("/proc/self/stat", F_OK), 0);
}

START_TEST(test_stranger)
{
	host_test_child(as_stranger, NULL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("live");

	tcase_add_loop_test(tc, test_leave, 0, sizeof(leaves) / sizeof(leaves[0]));
	tcase_add_test(tc, test_outside);
	tcase_add_test(tc, test_stranger);
	return host_test_run("host_leave", tc);
}
