/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Mount points. No daemon answers on any of these mounts, as if it hung: whatever looks at one waits for
 * ever, and the test's watch finds that out.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "host_test.h"
#include "mountinfo.h"
#include "mountpoint.h"

#define ROOM "/mnt" /* a tmpfs in the test's own mount namespace, gone with it */

/* Blanks, newlines and backslashes, and how mountinfo has them. */
#define DIR_ODD		     ROOM "/a b\nc\\d"
#define DIR_ODD_AS_MOUNTINFO ROOM "/a\\040b\\012c\\134d"

#define AS_READ_ONLY " / " DIR_ODD_AS_MOUNTINFO " ro,nosuid,nodev,noexec,"
#define AS_WRITABLE  " / " DIR_ODD_AS_MOUNTINFO " rw,nosuid,nodev,noexec,"

static void enter_room(void)
{
	host_test_watch();
	host_test_private_mounts();
	ck_assert_int_eq(mount("x", ROOM, "tmpfs", 0, "mode=0755"), 0);
	ck_assert_int_eq(mkdir(DIR_ODD, 0755), 0);
}

static void read_mountinfo(pid_t pid, struct buf *out)
{
	AUTO_FD int fd = -1;
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_read_all(fd, 1 << 20, out), 0);
}

/* How many mounts of ours a process sees; gives the device number of the last. */
static int count_ours(pid_t pid, unsigned *ret_minor)
{
	AUTO_BUF struct buf info = { 0 };
	struct mountinfo m;
	struct text rest;
	int n = 0;

	read_mountinfo(pid, &info);
	rest = buf_text(&info);
	while (mountinfo_next(&rest, &m)) {
		if (!text_equal(m.type, TEXT("fuse.nsprocfs")))
			continue;
		*ret_minor = m.minor;
		n++;
	}
	return n;
}

static int must_mount(const char *dir, unsigned flags)
{
	struct fault fault = { 0 };
	int fd = -1, r;

	ck_assert_msg(mountpoint_open_fuse(&fd, &fault) == 0, "%s", fault.what);
	r = mountpoint_mount(fd, dir, flags, &fault);
	ck_assert_msg(r == 0, "%s: %s", fault.what, strerror(-r));
	return fd;
}

static const struct {
	unsigned flags;
	const char *mode;
} modes[] = { { 0, "rw" }, { MOUNTPOINT_READ_ONLY, "ro" } };

START_TEST(test_mount)
{
	AUTO_BUF struct buf info = { 0 };
	AUTO_BUF struct buf line = { 0 };
	unsigned minor = 0, listed = 0;
	int fd;

	enter_room();
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), -ENOENT);
	fd = must_mount(DIR_ODD, modes[_i].flags);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), 0);
	read_mountinfo(getpid(), &info);
	buf_printf(&line, " 0:%u / " DIR_ODD_AS_MOUNTINFO " %s,nosuid,nodev,noexec,relatime", minor,
		   modes[_i].mode);
	ck_assert_msg(strstr(info.data, line.data), "%s lacks%s", info.data, line.data);
	ck_assert_ptr_nonnull(strstr(info.data, " - fuse.nsprocfs nsprocfs r"));
	ck_assert_ptr_nonnull(strstr(info.data, ",user_id=0,group_id=0"));
	ck_assert_ptr_null(strstr(info.data, "allow_other"));
	ck_assert_int_eq(mountpoint_find(ROOM, &minor), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, minor + 1), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, minor), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, minor), -ENOENT);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), -ENOENT);
	ck_assert_int_eq(count_ours(getpid(), &listed), 0);
	fd_close(fd);
}
END_TEST

/* The daemon's death leaves a mount on which everything fails; it can still be found and taken away. */
START_TEST(test_dead)
{
	unsigned minor = 0;

	enter_room();
	fd_close(must_mount(DIR_ODD, 0));
	ck_assert_int_eq(access(DIR_ODD, F_OK), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, minor), 0);
	ck_assert_int_eq(access(DIR_ODD, F_OK), 0);
}
END_TEST

/* Unmounting leaves those in it waiting for the daemon, which is there yet; an abort does not. */
START_TEST(test_abort)
{
	unsigned minor = 0;
	int fd, inside;

	enter_room();
	fd = must_mount(DIR_ODD, 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), 0);
	inside = open(DIR_ODD, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(inside, 0);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, minor + 1), -ENOENT);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, minor), 0);
	ck_assert_int_eq(faccessat(inside, "name", F_OK, 0), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, minor), -ENOENT);
	fd_close(inside);
	fd_close(fd);
}
END_TEST

START_TEST(test_stack)
{
	unsigned lower = 0, upper = 0;
	struct fault fault = { 0 };
	int fd, other;

	enter_room();
	fd = must_mount(DIR_ODD, 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &lower), 0);
	ck_assert_int_eq(mountpoint_open_fuse(&other, NULL), 0);
	ck_assert_int_eq(mountpoint_mount(other, DIR_ODD, 0, &fault), -EBUSY);
	ck_assert_ptr_nonnull(strstr(fault.what, "mount on " DIR_ODD ": a view is mounted there"));
	ck_assert_ptr_nonnull(strstr(fault.advice, "umount"));
	ck_assert_int_eq(mountpoint_mount(other, DIR_ODD, MOUNTPOINT_STACK, NULL), 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &upper), 0);
	ck_assert_uint_ne(upper, lower);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, lower), -EBUSY);
	ck_assert_int_eq(count_ours(getpid(), &lower), 2);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, upper), 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &lower), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, lower), 0);
	fd_close(other);
	fd_close(fd);
}
END_TEST

static const struct {
	const char *dir;
	int r;
	const char *what, *advice;
} refusals[] = {
	{ ROOM "/none", -ENOENT, "mount on " ROOM "/none", "existing directory" },
	{ "/etc/passwd", -ENOTDIR, "mount on /etc/passwd", "existing directory" },
	{ "/", -EBUSY, "mount on /", "directory of its own" },
	{ "/..", -EBUSY, "mount on /..", "directory of its own" },
};

START_TEST(test_refusal)
{
	unsigned flags[] = { 0, MOUNTPOINT_STACK }, minor, i;
	struct fault fault;
	int fd, got = -1;

	enter_room();
	ck_assert_int_eq(mountpoint_open_fuse(&fd, NULL), 0);
	for (i = 0; i < 2; i++) {
		fault_clear(&fault);
		ck_assert_int_eq(mountpoint_mount(fd, refusals[_i].dir, flags[i], &fault),
				 refusals[_i].r);
		ck_assert_str_eq(fault.what, refusals[_i].what);
		ck_assert_ptr_nonnull(strstr(fault.advice, refusals[_i].advice));
		ck_assert_int_eq(mountpoint_fusermount(refusals[_i].dir, flags[i], &got, NULL),
				 refusals[_i].r);
		ck_assert_int_eq(got, -1);
	}
	ck_assert_int_eq(count_ours(getpid(), &minor), 0);
	fd_close(fd);
}
END_TEST

/* A container whose /proc is the hanging mount. Says when it is ready by closing its end of a pipe. */
static void contained(int ready_fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	host_test_watch();
	host_test_private_mounts();
	must_mount("/proc", 0);
	fd_close(ready_fd);
	for (;;)
		pause();
}

START_TEST(test_elsewhere)
{
	unsigned minor = 0, same;
	char path[40], byte;
	int ready[2], ns;
	pid_t pid;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		contained(ready[1]);
	}
	fd_close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 0);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(ns, 0);
	ck_assert_int_eq(count_ours(pid, &minor), 1);
	ck_assert_int_eq(mountpoint_unmount(-1, "/proc", minor), -ENOENT); /* not here */
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", minor + 1), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(ns, "/none", minor), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(ready[0], "/proc", minor), -EINVAL);
	ck_assert_int_eq(count_ours(pid, &same), 1);
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", minor), 0);
	ck_assert_int_eq(count_ours(pid, &same), 0);
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", minor), -ENOENT);
	ck_assert_int_eq(waitpid(0, NULL, WNOHANG), -1); /* no child is left but the container */
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	fd_close(ns);
	fd_close(ready[0]);
}
END_TEST

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
	unsigned flags = *(unsigned *)arg, minor = 0, listed;
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
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &minor), 0);
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
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, minor), 0);
	ck_assert_int_eq(count_ours(getpid(), &listed), 0);
	ck_assert_int_eq(waitpid(0, NULL, WNOHANG), -1); /* no child is left but the watch */
}

START_TEST(test_fusermount)
{
	unsigned flags = modes[_i].flags;

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
	TCase *tc = tcase_create("hanging");

	tcase_add_loop_test(tc, test_mount, 0, 2);
	tcase_add_test(tc, test_dead);
	tcase_add_test(tc, test_abort);
	tcase_add_test(tc, test_stack);
	tcase_add_loop_test(tc, test_refusal, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tc, test_elsewhere);
	tcase_add_loop_test(tc, test_fusermount, 0, 2);
	tcase_add_test(tc, test_no_fusermount);
	return host_test_run("host_mountpoint", tc);
}
