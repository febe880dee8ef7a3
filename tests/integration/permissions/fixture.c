/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes in a namespace that do what they are told from outside. */

#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"

#define NOT_DONE 2

struct order {
	char words[256];
	int roots[2]; /* as numbers of the receiver, after it was received */
};

union rights {
	char data[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr align;
};

static int fail(const char *what)
{
	fprintf(stderr, "fixture: %s: %s\n", what, strerror(errno));
	return -1;
}

static int send_order(int socket, struct order *o)
{
	union rights control = { 0 };
	struct iovec iov = { .iov_base = o, .iov_len = sizeof(*o) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.data,
			    .msg_controllen = sizeof(control.data) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), o->roots, 2 * sizeof(int));
	return sendmsg(socket, &m, 0) == (ssize_t)sizeof(*o) ? 0 : fail("sendmsg");
}

static int receive_order(int socket, struct order *o)
{
	union rights control = { 0 };
	struct iovec iov = { .iov_base = o, .iov_len = sizeof(*o) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control.data,
			    .msg_controllen = sizeof(control.data) };

	if (recvmsg(socket, &m, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(*o) || !CMSG_FIRSTHDR(&m))
		return -1;
	memcpy(o->roots, CMSG_DATA(CMSG_FIRSTHDR(&m)), 2 * sizeof(int));
	return 0;
}

/* In the namespace. Answers one int when all stand, and one for each order. */
static int serve(const struct fixture *f, int socket, const char *dir)
{
	struct order o;
	int answer;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail("private mounts");
	/* Our own /proc is one of our own namespace: sanitizers read it. */
	if (getpid() == 1 && mount("proc", "/proc", "proc", 0, NULL) < 0)
		return fail("/proc");
	answer = f->start(f->state, dir);
	if (answer < 0)
		return answer;
	while (write(socket, &answer, sizeof(answer)) == (ssize_t)sizeof(answer) &&
	       receive_order(socket, &o) == 0) {
		answer = f->run(f->state, o.roots, o.words);
		fflush(stdout);
		close(o.roots[0]);
		close(o.roots[1]);
	}
	f->stop(f->state);
	return 0;
}

/* One line of stdin. Returns the status. */
static int do_line(int socket, char *line)
{
	struct order o = { .roots = { -1, -1 } };
	char *rest = NULL, *first = strtok_r(line, " \n", &rest);
	char *second = strtok_r(NULL, " \n", &rest);
	int status = NOT_DONE;

	if (!first || !second || strlen(rest) >= sizeof(o.words))
		return NOT_DONE;
	strcpy(o.words, rest);
	o.roots[0] = open(first, O_PATH | O_DIRECTORY | O_CLOEXEC);
	o.roots[1] = open(second, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (o.roots[0] < 0 || o.roots[1] < 0)
		fail("trees");
	else if (send_order(socket, &o) == 0 &&
		 read(socket, &status, sizeof(status)) != (ssize_t)sizeof(status))
		status = NOT_DONE;
	fd_close(o.roots[0]);
	fd_close(o.roots[1]);
	return status;
}

static void do_lines(int socket)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		printf("done %d\n", do_line(socket, line));
		fflush(stdout);
	}
	free(line);
}

int fixture_main(const struct fixture *f, int argc, char **argv)
{
	bool here = argc == 3 && strcmp(argv[1], "--here") == 0;
	int pair[2], answer;
	pid_t init;

	if (argc != 2 + here) {
		fprintf(stderr, "usage: %s [--here] DIR\n", argv[0]);
		return 2;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return 2;
	init = (pid_t)syscall(SYS_clone, (here ? 0 : CLONE_NEWPID) | CLONE_NEWNS | SIGCHLD, NULL,
			      NULL, NULL, 0);
	if (init == 0) {
		close(pair[0]);
		answer = serve(f, pair[1], argv[argc - 1]);
		fflush(NULL);
		_exit(answer < 0);
	}
	close(pair[1]);
	if (init < 0 || read(pair[0], &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		return 2;
	printf("init %d\n", init);
	fflush(stdout);
	do_lines(pair[0]);
	close(pair[0]);
	waitpid(init, NULL, 0);
	return 0;
}
