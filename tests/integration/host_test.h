/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the tests of src/host on the live kernel have in common. They need root. */

#include <check.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "mountinfo.h"

#define HOST_TEST_STRANGER  65534 /* nobody; fusermount3 wants a user with a name */
#define HOST_TEST_TIMEOUT_S 60

#define HOST_TEST_DEADLINE_S 20 /* a test of a hanging mount takes less than one second */
#define HOST_TEST_FUSECTL    "/sys/fs/fuse/connections"

/* Becomes a user without any privilege, whose processes may be looked at as if freshly executed. */
static inline void host_test_drop(void)
{
	if (setgroups(0, NULL) < 0 || setgid(HOST_TEST_STRANGER) < 0 ||
	    setuid(HOST_TEST_STRANGER) < 0)
		ck_abort_msg("become a stranger");
	prctl(PR_SET_DUMPABLE, 1);
}

/* A mount namespace of its own, from which nothing gets out. */
static inline void host_test_private_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		ck_abort_msg("make a private mount namespace");
}

/* Runs fn in a child, whose failed checks fail the test. */
static inline void host_test_child(void (*fn)(void *arg), void *arg)
{
	int status = -1;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fn(arg);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(status == 0, "the child failed (wait status %d)", status);
}

/* Ends every request to the mounts of ours that a process sees: a hanging one cannot be killed. */
static inline void host_test_abort_mounts(pid_t pid)
{
	AUTO_BUF struct buf info = { 0 };
	AUTO_FD int fd = -1;
	struct mountinfo m;
	struct text rest;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fd_read_all(fd, 1 << 20, &info) < 0)
		return;
	rest = buf_text(&info);
	while (mountinfo_next(&rest, &m)) {
		AUTO_FD int abort_fd = -1;

		if (!text_equal(m.type, TEXT("fuse.nsprocfs")))
			continue;
		snprintf(path, sizeof(path), HOST_TEST_FUSECTL "/%u/abort", m.minor);
		abort_fd = open(path, O_WRONLY | O_CLOEXEC);
		if (abort_fd >= 0)
			fd_write_all(abort_fd, "1", 1);
	}
}

/*
 * Aborts what we have mounted, should we still be there at the deadline. To be called before mounting,
 * by each process that moves to a mount namespace of its own.
 */
static inline void host_test_watch(void)
{
	struct pollfd watch = { .events = POLLIN };
	pid_t watched = getpid(), pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return;
	setpgid(0, 0);		     /* no child of the test's group */
	close_range(3, UINT_MAX, 0); /* nor an end of its pipes */
	watch.fd = (int)syscall(SYS_pidfd_open, watched, 0);
	if (watch.fd < 0 || getppid() != watched || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		_exit(1);
	mount("x", HOST_TEST_FUSECTL, "fusectl", 0, NULL);
	if (poll(&watch, 1, HOST_TEST_DEADLINE_S * 1000) > 0) /* it has ended */
		_exit(0);
	host_test_abort_mounts(watched);
	_exit(0);
}

/* Runs the test case; 77, the status for "skipped", without root. */
static inline int host_test_run(const char *name, TCase *tc)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	int n_failed;

	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	if (geteuid() != 0) {
		puts("skipped: making namespaces and mounts takes root");
		srunner_free(runner);
		return 77;
	}
	tcase_set_timeout(tc, HOST_TEST_TIMEOUT_S);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
