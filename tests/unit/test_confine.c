/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a confined thread can no longer do, and what it still can. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "unit.h"

/* Each returns the errno of a call that fails for another reason where it is not refused: harmless if it is let. */
static int try_execve(void)
{
	char *argv[] = { (char *)"/nonexistent", NULL };

	return execve(argv[0], argv, argv + 1) < 0 ? errno : 0;
}

static int try_mount(void)
{
	return mount("none", "/nonexistent", "none", 0, NULL) < 0 ? errno : 0;
}

static int try_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? errno : 0;
}

static int try_bpf(void)
{
	return syscall(SYS_bpf, -1, NULL, 0) < 0 ? errno : 0;
}

static int try_unlink(void)
{
	return unlink("/nonexistent") < 0 ? errno : 0;
}

static int try_open(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? errno : 0;
}

static int try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : errno;
}

static const struct {
	const char *what;
	int (*call)(void);
	bool refused;
} cases[] = {
	{ "execve", try_execve, true }, { "mount", try_mount, true },
	{ "socket", try_socket, true }, { "bpf", try_bpf, true },
	{ "unlink", try_unlink, true }, { "open", try_open, false },
	{ "fork", try_fork, false },
};

/* Filters are for good, so in a child. */
static int in_child(int (*call)(void), bool confined)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(confined && confine_thread(NULL) < 0 ? 255 : call());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(test_refused)
{
	int r = in_child(cases[_i].call, true);

	ck_assert_msg(r == (cases[_i].refused ? EPERM : 0), "%s: %d", cases[_i].what, r);
}
END_TEST

/* Without the filter these calls come to their own ends: so it is the filter that refuses. */
START_TEST(test_unconfined)
{
	ck_assert_int_eq(in_child(try_execve, false), ENOENT);
	ck_assert_int_eq(in_child(try_socket, false), 0);
	ck_assert_int_eq(in_child(try_unlink, false), ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("confine");
	TCase *tc = tcase_create("confine");

	tcase_add_loop_test(tc, test_refused, 0, N_OF(cases));
	tcase_add_test(tc, test_unconfined);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
