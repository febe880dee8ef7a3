/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of supervise.h, each in a process of its own. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "source.h"
#include "supervise.h"
#include "unit.h"

#define PATIENCE_MS 10000

/* A child that lives until it is killed, deaf to what can be ignored, and is there when this returns. */
static pid_t start_child(void)
{
	int ends[2];
	pid_t child;
	char c;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		signal(SIGTERM, SIG_IGN);
		fd_write_all(ends[1], "", 1);
		for (;;)
			pause();
	}
	fd_close(ends[1]);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	fd_close(ends[0]);
	return child;
}

START_TEST(test_signals)
{
	struct signalfd_siginfo s;
	struct supervise_signals before;
	struct sigaction action;
	sigset_t mask;
	int fd;

	signal(SIGCHLD, SIG_IGN);
	supervise_save_signals(&before);
	sigaction(SIGCHLD, NULL, &action);
	ck_assert(action.sa_handler == SIG_DFL);
	fd = supervise_block_signals();
	ck_assert_int_ge(fd, 0);
	ck_assert(!supervise_next_signal(fd, &s)); /* none, and no wait */
	ck_assert_int_eq(kill(getpid(), SIGUSR1), 0);
	ck_assert(supervise_next_signal(fd, &s));
	ck_assert_uint_eq(s.ssi_signo, SIGUSR1);
	ck_assert(!supervise_is_ours(&s)); /* we sent it ourselves */
	ck_assert(!supervise_next_signal(fd, &s));
	supervise_restore_signals(&before);
	sigaction(SIGCHLD, NULL, &action);
	ck_assert(action.sa_handler == SIG_IGN);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	ck_assert(!sigismember(&mask, SIGUSR1));
	fd_close(fd);
}
END_TEST

static const struct {
	int signal, code;
	bool ours;
} origins[] = {
	{ SIGTERM, SI_USER, true },    { SIGUSR1, SI_QUEUE, true },
	{ SIGINT, SI_USER, true },     { SIGINT, SI_KERNEL, false }, /* the terminal told all */
	{ SIGQUIT, SI_KERNEL, false }, { SIGTSTP, SI_KERNEL, false },
	{ SIGWINCH, SI_USER, true },   { SIGWINCH, SI_KERNEL, false },
	{ SIGCHLD, SI_USER, false },   { SIGCHLD, CLD_EXITED, false },
	{ SIGALRM, SI_KERNEL, true },
};

START_TEST(test_origin)
{
	struct signalfd_siginfo s = {
		.ssi_signo = (uint32_t)origins[_i].signal,
		.ssi_code = origins[_i].code,
		.ssi_pid = 1,
	};

	ck_assert_int_eq(supervise_is_ours(&s), origins[_i].ours);
}
END_TEST

START_TEST(test_children)
{
	pid_t child;
	int fd;

	ck_assert(!supervise_has_children());
	child = start_child();
	ck_assert(supervise_has_children());
	fd = supervise_open(child);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(supervise_signal(fd, SIGKILL), 0);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, PATIENCE_MS), 1);
	ck_assert(supervise_has_children()); /* not reaped */
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_int_eq(supervise_signal(fd, SIGKILL), -ESRCH);
	ck_assert_int_eq(supervise_open(child), -ESRCH);
	fd_close(fd);
}
END_TEST

/* One that ends by itself, and one that must be killed. */
START_TEST(test_end)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(9);
	status = supervise_end(child, PATIENCE_MS);
	ck_assert_int_ge(status, 0);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	child = start_child();
	status = supervise_end(child, 0);
	ck_assert_int_ge(status, 0);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ck_assert_int_eq(supervise_end(child, 0), -ECHILD);
}
END_TEST

/* In a child: ends when its parent, the test, is not the parent it was told. */
START_TEST(test_die_with)
{
	pid_t self = getpid(), child = fork();
	int status, signal = 0;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (supervise_die_with(self) != 0 || prctl(PR_GET_PDEATHSIG, &signal) < 0 ||
		    signal != SIGKILL)
			_exit(1);
		_exit(supervise_die_with(1) == -ESRCH ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* Children, and grandchildren whose parent is gone; all deaf to SIGTERM. */
START_TEST(test_kill_all)
{
	struct source host = SOURCE_NULL;
	struct supervise_signals before;
	unsigned left = 0;
	int i, fd;

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	supervise_save_signals(&before);
	fd = supervise_block_signals();
	for (i = 0; i < 10; i++) {
		pid_t child = fork();

		ck_assert_int_ge(child, 0);
		if (child == 0) {
			start_child();
			start_child();
			if (i % 2)
				_exit(0);
			for (;;)
				pause();
		}
	}
	ck_assert_int_eq(supervise_kill_all(&host, PATIENCE_MS, &left), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	supervise_restore_signals(&before);
	source_close(&host);
	fd_close(fd);
}
END_TEST

/* Everything but what is kept is closed; streams are replaced. In a child, which needs none. */
START_TEST(test_descriptors)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		int kept[] = { -1, 40, 20 };
		int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
		char c;

		if (dup2(zero, 20) != 20 || dup2(zero, 30) != 30 || dup2(zero, 40) != 40 ||
		    dup2(zero, STDIN_FILENO) != STDIN_FILENO)
			_exit(1);
		supervise_close_others(kept, 3);
		if (fcntl(20, F_GETFD) < 0 || fcntl(40, F_GETFD) < 0 || fcntl(30, F_GETFD) >= 0)
			_exit(2);
		if (read(STDIN_FILENO, &c, 1) != 1)
			_exit(3);
		supervise_drop_streams(1);
		_exit(read(STDIN_FILENO, &c, 1) == 0 ? 0 : 4); /* /dev/null */
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("supervise");
	TCase *tc = tcase_create("supervise");

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, test_signals);
	tcase_add_loop_test(tc, test_origin, 0, N_OF(origins));
	tcase_add_test(tc, test_children);
	tcase_add_test(tc, test_end);
	tcase_add_test(tc, test_die_with);
	tcase_add_test(tc, test_kill_all);
	tcase_add_test(tc, test_descriptors);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
