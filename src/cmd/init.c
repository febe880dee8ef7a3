/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The first process of a PID namespace. */

#include "init.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "isolate.h"
#include "supervise.h"

#define ADVICE_LIMIT \
	"PID namespaces nest 32 deep; sysctl user.max_pid_namespaces says how many there may be"

/* The parent is in another namespace, so getppid(2) says 0 whether it lives or not. */
static void die_with(int parent)
{
	struct pollfd died = { .fd = parent, .events = POLLIN };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&died, 1, 0) != 0)
		_exit(EXIT_FAILURE);
}

/* The signals are blocked already: the parent takes them as events. */
static _Noreturn void be_first(int parent)
{
	if (isolate_drop_all() < 0)
		_exit(EXIT_FAILURE);
	die_with(parent);
	setsid();
	if (chdir("/") < 0)
		_exit(EXIT_FAILURE);
	/* The kernel reaps for who ignores it, what was orphaned too (kernel/exit.c, reparent_leader()). */
	signal(SIGCHLD, SIG_IGN);
	supervise_drop_streams(STDERR_FILENO + 1);
	supervise_close_others(NULL, 0);
	for (;;)
		pause();
}

int init_start(pid_t *ret_pid, struct fault *fault)
{
	AUTO_FD int self = -1;
	pid_t pid;

	self = supervise_open(getpid());
	if (self < 0)
		return fault_set(fault, self, NULL, "open our own process (pidfd)");
	if (unshare(CLONE_NEWPID) < 0)
		return fault_set(fault, -errno, errno == ENOSPC ? ADVICE_LIMIT : NULL,
				 "make a PID namespace");
	pid = fork();
	if (pid == 0)
		be_first(self);
	if (pid < 0)
		return fault_set(fault, -errno, NULL,
				 "start the first process of the PID namespace");
	*ret_pid = pid;
	return 0;
}
