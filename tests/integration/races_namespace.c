/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pid namespace whose init starts, kills and reaps children on order. */

#include "races_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"

struct order {
	char what; /* 's' start, 'k' kill, 'r' reap */
	pid_t pid; /* 's': the number wanted, or 0 */
	char name[16];
};

/* A child with that number: the kernel gives out the next one after ns_last_pid of its namespace. */
static pid_t start_child(const struct order *o)
{
	AUTO_FD int last = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	char text[16];
	pid_t pid;

	if (o->pid > 0 && (last < 0 || dprintf(last, "%d", o->pid - 1) < 0))
		return -errno;
	snprintf(text, sizeof(text), "%s", o->name);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_NAME, text);
		for (;;)
			pause();
	}
	return pid;
}

static _Noreturn void be_init(int socket)
{
	struct order o;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(socket, &o, sizeof(o)) == sizeof(o)) {
		siginfo_t info;
		pid_t r = 0;

		if (o.what == 's')
			r = start_child(&o);
		if (o.what == 'k') {
			kill(o.pid, SIGKILL);
			waitid(P_PID, (id_t)o.pid, &info, WEXITED | WNOWAIT);
		}
		if (o.what == 'r')
			r = waitpid(o.pid, NULL, 0);
		if (write(socket, &r, sizeof(r)) != sizeof(r))
			break;
	}
	_exit(0);
}

pid_t namespace_order(int socket, char what, pid_t pid, const char *name)
{
	struct order o = { .what = what, .pid = pid };
	pid_t r = -1;

	snprintf(o.name, sizeof(o.name), "%s", name);
	if (write(socket, &o, sizeof(o)) != sizeof(o) || read(socket, &r, sizeof(r)) != sizeof(r))
		exit(1);
	return r;
}

pid_t namespace_start(int *ret_socket)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		exit(1);
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, 0);
	if (pid == 0) {
		close(pair[0]);
		be_init(pair[1]);
	}
	close(pair[1]);
	*ret_socket = pair[0];
	return pid;
}
