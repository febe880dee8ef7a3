/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * zoo [--depth N]: keeps N nested pid namespaces (3) full of odd processes. Prints `level N init PID`
 * (PID as seen by the zoo's caller) for each and `ready`; ends when its stdin is closed, on SIGTERM,
 * and when its parent dies. Messages about what this machine does not have go to stderr.
 */

#include "zoo.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "text.h"

#define DEPTH_MAX     8
#define CLOSE_SECONDS 60

/* Receives the greeting of one init and prints it. Returns 0 or -errno. */
static int print_init(int mail_fd)
{
	char control[CMSG_SPACE(sizeof(struct ucred))] __attribute__((aligned(8)));
	int level = 0;
	struct iovec iov = { .iov_base = &level, .iov_len = sizeof(level) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct ucred who;

	if (recvmsg(mail_fd, &m, MSG_DONTWAIT) != (ssize_t)sizeof(level) || !CMSG_FIRSTHDR(&m))
		return pen_fail("greeting of an init");
	memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(who));
	printf("level %d init %d\n", level, (int)who.pid);
	return 0;
}

/* A mount namespace of our own, with an empty folder that all levels share and that leaves no trace. */
static int own_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return pen_fail("mount namespace");
	if (mount("zoo", ZOO_DIR, "tmpfs", 0, "size=64m") < 0)
		return pen_fail("mount tmpfs on " ZOO_DIR);
	return 0;
}

static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? pen_fail("signalfd") : fd;
}

/* Waits for the end of stdin, a signal (0), or the death of the first init (-EIO). */
static int wait_for_end(int signal_fd, pid_t init)
{
	AUTO_FD int init_fd = pidfd_open(init, 0);
	struct pollfd p[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = init_fd, .events = POLLIN },
	};
	char ignored[256];

	if (init_fd < 0)
		return pen_fail("pidfd_open");
	for (;;) {
		if (poll(p, 3, -1) < 0)
			return pen_fail("poll");
		if (p[1].revents)
			return 0;
		if (p[0].revents && read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0)
			return 0;
		if (p[2].revents) {
			fprintf(stderr, "zoo: the init of level 1 died\n");
			return -EIO;
		}
	}
}

/*
 * Kills our children: the visitors first, because an init cannot end while processes of its
 * namespace wait to be reaped by a parent outside (kernel/pid_namespace.c, zap_pid_ns_processes()).
 */
static void close_zoo(pid_t init)
{
	FILE *f = fopen("/proc/thread-self/children", "re");
	char *word = NULL;
	size_t size = 0;
	uint64_t pid;

	alarm(CLOSE_SECONDS);
	while (f && getdelim(&word, &size, ' ', f) > 0) {
		if (text_u64(text_trim(text_str(word)), &pid) == 0 && (pid_t)pid != init)
			kill((pid_t)pid, SIGKILL);
	}
	free(word);
	if (f)
		fclose(f);
	kill(init, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

static int run(int depth)
{
	struct zoo zoo = { .level = 0, .depth = depth };
	struct pen pen = { .zoo = &zoo, .ready_fd = -1 };
	int mail[2], signal_fd, r, on = 1;
	pid_t init;

	/* What the visitors leave behind becomes ours to reap. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return 1;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || own_mounts() < 0)
		return 1;
	signal_fd = open_signals();
	if (signal_fd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, mail) < 0)
		return 1;
	if (setsockopt(mail[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return 1;
	zoo.mail_fd = mail[1];
	init = level_below(&pen);
	if (init < 0)
		return 1;
	r = 0;
	for (int i = 0; i < depth && r == 0; i++)
		r = print_init(mail[0]);
	if (r == 0) {
		printf("ready\n");
		fflush(stdout);
		r = wait_for_end(signal_fd, init);
	}
	close_zoo(init);
	return r < 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "depth", required_argument, NULL, 'd' }, { 0 } };
	uint64_t depth = 3;
	int c;

	pen_park_if_told(argc, argv);
	while ((c = getopt_long(argc, argv, "d:", options, NULL)) != -1) {
		if (c != 'd' || text_u64(text_str(optarg), &depth) < 0 || depth < 1 ||
		    depth > DEPTH_MAX) {
			fprintf(stderr, "usage: zoo [--depth N]\n");
			return 2;
		}
	}
	return run((int)depth);
}
