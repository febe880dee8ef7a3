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
#include "mountpoint_room.h"

static int must_mount(const char *dir, unsigned flags)
{
	struct fault fault = { 0 };
	int fd = -1, r;

	ck_assert_msg(mountpoint_open_fuse(&fd, &fault) == 0, "%s", fault.what);
	r = mountpoint_mount(fd, dir, flags, &fault);
	ck_assert_msg(r == 0, "%s: %s", fault.what, strerror(-r));
	return fd;
}

/* The same mount by all but its device number. */
static const struct mountpoint_id *other_device(struct mountpoint_id id)
{
	static struct mountpoint_id other;

	other = id;
	other.dev_minor++;
	return &other;
}

static const struct {
	unsigned flags;
	const char *mode;
} modes[] = { { 0, "rw" }, { MOUNTPOINT_READ_ONLY, "ro" } };

START_TEST(test_mount)
{
	AUTO_BUF struct buf info = { 0 };
	AUTO_BUF struct buf line = { 0 };
	struct mountpoint_id id = { 0 };
	unsigned listed = 0;
	int fd;

	enter_room();
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), -ENOENT);
	fd = must_mount(DIR_ODD, modes[_i].flags);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), 0);
	read_mountinfo(getpid(), &info);
	buf_printf(&line, " 0:%u / " DIR_ODD_AS_MOUNTINFO " %s,nosuid,nodev,noexec,relatime",
		   id.dev_minor, modes[_i].mode);
	ck_assert_msg(strstr(info.data, line.data), "%s lacks%s", info.data, line.data);
	ck_assert_ptr_nonnull(strstr(info.data, " - fuse.nsprocfs nsprocfs r"));
	ck_assert_ptr_nonnull(strstr(info.data, ",user_id=0,group_id=0"));
	ck_assert_ptr_null(strstr(info.data, "allow_other"));
	ck_assert_int_eq(mountpoint_find(ROOM, &id), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, other_device(id)), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &id), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &id), -ENOENT);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), -ENOENT);
	ck_assert_int_eq(count_ours(getpid(), &listed), 0);
	fd_close(fd);
}
END_TEST

/* The daemon's death leaves a mount on which everything fails; it can still be found and taken away. */
START_TEST(test_dead)
{
	struct mountpoint_id id = { 0 };

	enter_room();
	fd_close(must_mount(DIR_ODD, 0));
	ck_assert_int_eq(access(DIR_ODD, F_OK), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &id), 0);
	ck_assert_int_eq(access(DIR_ODD, F_OK), 0);
}
END_TEST

/* Unmounting leaves those in it waiting for the daemon, which is there yet; an abort does not. */
START_TEST(test_abort)
{
	struct mountpoint_id id = { 0 };
	int fd, inside;

	enter_room();
	fd = must_mount(DIR_ODD, 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &id), 0);
	inside = open(DIR_ODD, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(inside, 0);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, other_device(id)), -ENOENT);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, &id), 0);
	ck_assert_int_eq(faccessat(inside, "name", F_OK, 0), -1);
	ck_assert_int_eq(errno, ENOTCONN);
	ck_assert_int_eq(mountpoint_abort(DIR_ODD, &id), -ENOENT);
	fd_close(inside);
	fd_close(fd);
}
END_TEST

/* A mount that came after ours, and has got its device number, is another one. */
START_TEST(test_successor)
{
	struct mountpoint_id first = { 0 }, second = { 0 };
	int fd;

	enter_room();
	fd = must_mount(DIR_ODD, 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &first), 0);
	ck_assert_int_eq(umount2(DIR_ODD, 0), 0);
	fd_close(fd);
	fd = must_mount(DIR_ODD, 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &second), 0);
	if (first.unique == 0)
		printf("not tested: successors, this kernel has no STATX_MNT_ID_UNIQUE\n");
	else {
		ck_assert_uint_ne(first.unique, second.unique);
		first.dev_minor = second.dev_minor; /* as a rule it is so by itself */
		ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &first), -ENOENT);
		ck_assert_int_eq(mountpoint_abort(DIR_ODD, &first), -ENOENT);
	}
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &second), 0);
	fd_close(fd);
}
END_TEST

START_TEST(test_stack)
{
	struct mountpoint_id lower = { 0 }, upper = { 0 };
	unsigned listed = 0;
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
	ck_assert_uint_ne(upper.dev_minor, lower.dev_minor);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &lower), -EBUSY);
	ck_assert_int_eq(count_ours(getpid(), &listed), 2);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &upper), 0);
	ck_assert_int_eq(mountpoint_find(DIR_ODD, &lower), 0);
	ck_assert_int_eq(mountpoint_unmount(-1, DIR_ODD, &lower), 0);
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
	struct mountpoint_id id = { 0 };
	unsigned same;
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
	ck_assert_int_eq(count_ours(pid, &id.dev_minor), 1);
	ck_assert_int_eq(mountpoint_unmount(-1, "/proc", &id), -ENOENT); /* not here */
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", other_device(id)), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(ns, "/none", &id), -ENOENT);
	ck_assert_int_eq(mountpoint_unmount(ready[0], "/proc", &id), -EINVAL);
	ck_assert_int_eq(count_ours(pid, &same), 1);
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", &id), 0);
	ck_assert_int_eq(count_ours(pid, &same), 0);
	ck_assert_int_eq(mountpoint_unmount(ns, "/proc", &id), -ENOENT);
	ck_assert_int_eq(waitpid(0, NULL, WNOHANG), -1); /* no child is left but the container */
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	fd_close(ns);
	fd_close(ready[0]);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("hanging");

	tcase_add_loop_test(tc, test_mount, 0, 2);
	tcase_add_test(tc, test_dead);
	tcase_add_test(tc, test_abort);
	tcase_add_test(tc, test_stack);
	tcase_add_test(tc, test_successor);
	tcase_add_loop_test(tc, test_refusal, 0, sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tc, test_elsewhere);
	return host_test_run("host_mountpoint", tc);
}
