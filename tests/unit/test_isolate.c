/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of isolate.h; where user namespaces are forbidden to us they are skipped. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "isolate.h"
#include "unit.h"

#define EXIT_SKIPPED 77

static ino_t mounts_inode(void)
{
	struct stat st;

	ck_assert_int_eq(stat("/proc/self/ns/mnt", &st), 0);
	return st.st_ino;
}

static void enter(struct isolate *ret)
{
	struct fault fault = { 0 };

	ck_assert_msg(isolate_mounts(ret, &fault) == 0, "%s", fault.what);
}

/* Other mounts than before, the same user, and a way back if no user namespace lies between. */
START_TEST(test_mounts)
{
	ino_t before = mounts_inode();
	uid_t uid = geteuid();
	struct isolate i;
	int before_fd;

	ck_assert_int_eq(isolate_open_mounts(&before_fd), 0);
	ck_assert_int_eq(fcntl(before_fd, F_GETFD), FD_CLOEXEC);
	enter(&i);
	ck_assert_uint_ne(mounts_inode(), before);
	ck_assert_uint_eq(geteuid(), uid);
	ck_assert_int_eq(isolate_enter(before_fd), i.in_userns ? -EPERM : 0);
	ck_assert_int_eq(mounts_inode() == before, !i.in_userns);
	fd_close(before_fd);
}
END_TEST

/* What is mounted there is not seen here, also where mounts here are shared, as systemd has them. */
START_TEST(test_private)
{
	struct stat before, after;
	int ready[2], done[2], status;
	struct isolate outer;
	pid_t child;
	char c;

	enter(&outer); /* the machine's own mounts are not to be touched */
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	ck_assert_int_eq(stat("/tmp", &before), 0);
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(done), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		struct isolate i;

		enter(&i);
		if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0 || stat("/tmp", &after) < 0)
			_exit(1);
		close(done[1]);
		if (write(ready[1], "", 1) != 1 || read(done[0], &c, 1) != 0)
			_exit(3);
		_exit(after.st_dev == before.st_dev ? 2 : 0);
	}
	close(ready[1]);
	/* The mount is there while we look: it would go with its namespace. */
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	ck_assert_int_eq(stat("/tmp", &after), 0);
	ck_assert_uint_eq(after.st_dev, before.st_dev);
	close(done[1]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* A copy of /proc can be put on a directory below it: here over one that every kernel has. */
START_TEST(test_procfs)
{
	struct stat root, st;
	struct isolate i;
	int tree_fd = -1;
	unsigned id = 0;

	enter(&i);
	ck_assert(isolate_may_mount());
	ck_assert_int_eq(isolate_clone_procfs(&tree_fd), 0);
	ck_assert_int_eq(isolate_attach(tree_fd, "/proc", "nonexistent"), -ENOENT);
	ck_assert_int_lt(isolate_mount_id(tree_fd, &id), 0);
	ck_assert_int_eq(isolate_attach(tree_fd, "/proc", "tty"), 0);
	ck_assert_int_eq(stat("/proc", &root), 0);
	ck_assert_int_eq(stat("/proc/tty", &st), 0);
	ck_assert_uint_eq(st.st_ino, root.st_ino);
	ck_assert_uint_eq(st.st_dev, root.st_dev);
	ck_assert_int_eq(isolate_mount_id(tree_fd, &id), 0);
	ck_assert(isolate_has_mount(id));
	/* It goes though it is in use, and only once. */
	ck_assert_int_eq(isolate_detach("/proc", "tty", id), 0);
	ck_assert(!isolate_has_mount(id));
	ck_assert_int_eq(stat("/proc/tty", &st), 0);
	ck_assert_uint_ne(st.st_ino, root.st_ino);
	ck_assert_int_eq(isolate_detach("/proc", "tty", id), -ENOENT);
	fd_close(tree_fd);
}
END_TEST

/* A capability that we were deprived of before does not come back by the namespace. */
START_TEST(test_drop)
{
	struct isolate i = { .in_userns = true };

	if (geteuid() != 0)
		return; /* execve(2) clears them for others */
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap) == 1)
			i.bounding |= UINT64_C(1) << cap;
	}
	i.bounding &= ~(UINT64_C(1) << 0); /* CAP_CHOWN */
	ck_assert_int_eq(isolate_drop(&i), 0);
	ck_assert_int_eq(prctl(PR_CAPBSET_READ, 0), 0);
	ck_assert_int_eq(prctl(PR_CAPBSET_READ, 1), i.bounding >> 1 & 1);
}
END_TEST

/* In a child, which is thrown away: whether this machine lets us at all. */
static bool is_allowed(void)
{
	struct isolate i;
	pid_t child = fork();
	int status = -1;

	if (child == 0)
		_exit(isolate_mounts(&i, NULL) < 0);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
	Suite *suite = suite_create("isolate");
	TCase *tc = tcase_create("isolate");

	/* Root needs no permission: for it a refusal is a fault. */
	if (geteuid() != 0 && !is_allowed()) {
		puts("skipped: user namespaces are forbidden here");
		return EXIT_SKIPPED;
	}
	tcase_add_test(tc, test_mounts);
	tcase_add_test(tc, test_private);
	tcase_add_test(tc, test_procfs);
	tcase_add_test(tc, test_drop);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
