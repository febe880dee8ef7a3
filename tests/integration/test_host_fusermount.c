/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounting for who may not mount: by fusermount3. No daemon answers on the mount. */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fault.h"
#include "mountpoint.h"
#include "mountpoint_room.h"

#define AS_READ_ONLY " / " DIR_ODD_AS_MOUNTINFO " ro,nosuid,nodev,noexec,"
#define AS_WRITABLE  " / " DIR_ODD_AS_MOUNTINFO " rw,nosuid,nodev,noexec,"

static const unsigned modes[] = { 0, MOUNTPOINT_READ_ONLY };

/* Everybody may use this /dev/fuse, in this mount namespace. */
static void open_device_to_all(void)
{
	ck_assert_int_eq(mknod(ROOM "/fuse", S_IFCHR | 0666, makedev(10, 229)), 0);
	ck_assert_int_eq(chmod(ROOM "/fuse", 0666), 0);
	ck_assert_int_eq(mount(ROOM "/fuse", "/dev/fuse", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(chown(DIR_ODD, HOST_TEST_STRANGER, HOST_TEST_STRANGER), 0);
}

static void as_stranger(void *arg)
{
	unsigned flags = *(unsigned *)arg, listed;
	struct mountpoint_id id = { 0 };
	AUTO_BUF struct buf info = { 0 };
	struct fault fault = { 0 };
	int fd = -1, r;

	enter_room();
	open_device_to_all();
	host_test_drop();
	r = mountpoint_fusermount(DIR_ODD, flags, &fd, &fault);
	if (r == -ENOENT && strstr(fault.what, "not found")) {
		dprintf(STDOUT_FILENO, "not tested: fusermount3 (not installed)\n");
		return;
	}
	ck_assert_msg(r == 0, "%s: %s", fault.what, strerror(-r));
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), 0);
	read_mountinfo(getpid(), &info);
	ck_assert_ptr_nonnull(strstr(info.data, flags ? AS_READ_ONLY : AS_WRITABLE));
	ck_assert_int_eq(mountpoint_fusermount(DIR_ODD, flags, &fd, &fault), -EBUSY);
	fault_clear(&fault);
	ck_assert_int_eq(mountpoint_mount(fd, ROOM, 0, &fault), -EPERM);
	ck_assert_ptr_nonnull(strstr(fault.advice, "run as root"));
	fault_clear(&fault);
	ck_assert_int_eq(mountpoint_fusermount("/etc", flags, &fd, &fault), -EPERM);
	ck_assert_ptr_nonnull(strstr(fault.what, "fusermount3: user has no write access"));
	ck_assert_ptr_null(strchr(fault.what, '\n'));
	ck_assert_ptr_nonnull(fault.advice);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &id), 0);
	ck_assert_int_eq(count_ours(getpid(), &listed), 0);
	ck_assert_int_eq(waitpid(0, NULL, WNOHANG), -1); /* no child is left but the watch */
}

START_TEST(test_fusermount)
{
	unsigned flags = modes[_i];

	host_test_child(as_stranger, &flags);
}
END_TEST

static void without_fusermount(void *arg)
{
	struct fault fault = { 0 };
	int fd = -1;

	(void)arg;
	enter_room();
	ck_assert_int_eq(setenv("PATH", ROOM, 1), 0);
	ck_assert_int_eq(mountpoint_fusermount(DIR_ODD, 0, &fd, &fault), -ENOENT);
	ck_assert_ptr_nonnull(strstr(fault.what, "fusermount3 not found"));
	ck_assert_ptr_nonnull(strstr(fault.advice, "install fuse3"));
}

START_TEST(test_no_fusermount)
{
	host_test_child(without_fusermount, NULL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("fusermount");

	tcase_add_loop_test(tc, test_fusermount, 0, 2);
	tcase_add_test(tc, test_no_fusermount);
	return host_test_run("host_fusermount", tc);
}
