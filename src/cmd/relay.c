/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Standing in for a child. */

#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "fault.h"
#include "supervise.h"

int relay_status(int wait_status)
{
	struct rlimit no_core = { 0, 0 };
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t set;
	int number;

	if (!WIFSIGNALED(wait_status))
		return WEXITSTATUS(wait_status);
	number = WTERMSIG(wait_status);
	setrlimit(RLIMIT_CORE, &no_core);
	sigaction(number, &dfl, NULL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	return 128 + number;
}

static void pass_signals(pid_t child, int signal_fd)
{
	struct signalfd_siginfo s;

	while (supervise_next_signal(signal_fd, &s)) {
		if (supervise_is_ours(&s))
			kill(child, (int)s.ssi_signo);
	}
}

/* Until the child ends; stops when it stops. Returns its wait status. */
static int stand_in(pid_t child, int signal_fd)
{
	struct pollfd fds = { .fd = signal_fd, .events = POLLIN };
	int status;

	for (;;) {
		while (waitpid(child, &status, WNOHANG | WUNTRACED) == child) {
			if (!WIFSTOPPED(status))
				return status;
			raise(SIGSTOP);
		}
		poll(&fds, 1, -1);
		pass_signals(child, signal_fd);
	}
}

bool relay_if_needed(int *ret_status)
{
	struct fault fault = { 0 };
	pid_t parent = getpid();
	int signal_fd;
	pid_t child;

	if (!supervise_has_children())
		return false;
	child = fork();
	if (child == 0) {
		if (supervise_die_with(parent) < 0)
			exit(EXIT_RUN_FAILED);
		return false;
	}
	if (child < 0) {
		fault_set(&fault, -errno, NULL, "start a process");
		*ret_status = cmd_fail("run", &fault, EXIT_RUN_FAILED);
		return true;
	}
	supervise_drop_streams(STDERR_FILENO);
	supervise_close_others(NULL, 0);
	signal_fd = supervise_block_signals();
	if (signal_fd < 0) {
		kill(child, SIGKILL);
		fault_set(&fault, signal_fd, NULL, "receive signals (signalfd)");
		*ret_status = cmd_fail("run", &fault, EXIT_RUN_FAILED);
		return true;
	}
	*ret_status = relay_status(stand_in(child, signal_fd));
	return true;
}
