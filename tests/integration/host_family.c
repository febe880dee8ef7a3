/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes in nested pid namespaces that tell their numbers. */

#include "host_family.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_S 10

struct place {
	int level, depth, mail_fd;
};

static void level_main(struct place p) __attribute__((noreturn));

/* In a process of the family: the test learns of it by a missing report. */
static void die(const char *what) __attribute__((noreturn));

static void die(const char *what)
{
	perror(what);
	_exit(1);
}

static void tell(const struct place *p, enum family_role role, pid_t own, pid_t number)
{
	struct family_member m = { .level = p->level, .role = role, .own = own, .number = number };

	if (send(p->mail_fd, &m, sizeof(m), 0) != (ssize_t)sizeof(m))
		die("send");
}

static void park(void) __attribute__((noreturn));

static void park(void)
{
	for (;;)
		pause();
}

static pid_t must_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	return pid;
}

static void *second_thread(void *place)
{
	tell(place, FAMILY_THREAD, gettid(), 0);
	park();
}

static void make_zombie(const struct place *p)
{
	if (must_fork() == 0) {
		tell(p, FAMILY_ZOMBIE, getpid(), 0);
		_exit(0);
	}
}

/* The leader's child outlives it in its group. */
static void make_group(const struct place *p)
{
	pid_t leader = must_fork();

	if (leader == 0) {
		setpgid(0, 0);
		if (must_fork() > 0)
			_exit(0);
		tell(p, FAMILY_GROUP, getpid(), getpgrp());
		park();
	}
	waitpid(leader, NULL, 0);
}

static void make_plain(struct place p)
{
	pid_t init;

	if (must_fork() > 0)
		return;
	tell(&p, FAMILY_PLAIN, getpid(), 0);
	if (p.level == p.depth)
		park();
	if (unshare(CLONE_NEWPID) < 0)
		die("unshare");
	init = must_fork();
	if (init == 0) {
		p.level++;
		level_main(p);
	}
	tell(&p, FAMILY_NEXT, getpid(), init);
	park();
}

static void level_main(struct place p)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	tell(&p, FAMILY_INIT, getpid(), 0);
	make_zombie(&p);
	make_group(&p);
	make_plain(p);
	/* last: a fork(2) beside a starting thread could copy a lock that it holds (ASan's) */
	if (pthread_create(&thread, NULL, second_thread, &p) != 0)
		die("pthread_create");
	park();
}

/* One message, with the sender's number in our namespace. */
static void listen_once(struct family *f)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct family_member *m = &f->member[f->n];
	struct iovec iov = { .iov_base = m, .iov_len = sizeof(*m) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control.bytes) };
	struct ucred credentials;

	ck_assert_int_lt(f->n, FAMILY_MAX);
	ck_assert_msg(recvmsg(f->mail_fd[0], &msg, 0) == (ssize_t)sizeof(*m),
		      "no word from the family: %s", strerror(errno));
	ck_assert_ptr_nonnull(CMSG_FIRSTHDR(&msg));
	memcpy(&credentials, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(credentials));
	m->there = credentials.pid;
	f->n++;
}

static bool is_gone(const void *context)
{
	return kill(*(const pid_t *)context, 0) < 0 && errno == ESRCH;
}

static bool is_zombie(const void *context)
{
	char path[32], text[256] = "", *state;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", *(const pid_t *)context);
	stat = fopen(path, "re");
	ck_assert_ptr_nonnull(stat);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), stat));
	(void)fclose(stat);
	state = strrchr(text, ')');
	return state && state[2] == 'Z';
}

void family_wait(bool (*holds)(const void *context), const void *context, const char *what)
{
	struct timespec start, now, pause_1ms = { .tv_nsec = 1000000 };

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!holds(context)) {
		nanosleep(&pause_1ms, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		ck_assert_msg(now.tv_sec - start.tv_sec < DEADLINE_S, "waited in vain: %s", what);
	}
}

/* Until every zombie is one and every dead leader's number is free. */
static void settle(const struct family *f)
{
	int i;

	for (i = 0; i < f->n; i++) {
		const struct family_member *m = &f->member[i];
		pid_t leader;

		if (m->role == FAMILY_ZOMBIE)
			family_wait(is_zombie, &m->there, "zombie");
		if (m->role != FAMILY_GROUP)
			continue;
		leader = getpgid(m->there);
		family_wait(is_gone, &leader, "dead group leader");
	}
}

static void hold(struct place p, bool in_userns) __attribute__((noreturn));

static void hold(struct place p, bool in_userns)
{
	pid_t init;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWPID | (in_userns ? CLONE_NEWUSER : 0)) < 0)
		die("unshare");
	init = must_fork();
	if (init == 0)
		level_main(p);
	waitpid(init, NULL, 0);
	_exit(0);
}

void family_start(struct family *f, int depth, bool in_userns)
{
	struct timeval limit = { .tv_sec = DEADLINE_S };
	int on = 1, i;

	*f = (struct family){ .n = 0 };
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f->mail_fd), 0);
	setsockopt(f->mail_fd[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	setsockopt(f->mail_fd[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	f->holder[0] = fork();
	ck_assert_int_ge(f->holder[0], 0);
	if (f->holder[0] == 0)
		hold((struct place){ 1, depth, f->mail_fd[1] }, in_userns);
	f->n_holders = 1;
	for (i = 0; i < depth * 5 + depth - 1; i++)
		listen_once(f);
	settle(f);
}

void family_enter(struct family *f, int level)
{
	pid_t init = family_find(f, level, FAMILY_INIT)->there;
	struct place p = { level, level, f->mail_fd[1] };
	pid_t holder, entered;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", init);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	holder = fork();
	ck_assert_int_ge(holder, 0);
	if (holder == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (setns(fd, CLONE_NEWPID) < 0)
			die("setns");
		entered = must_fork();
		if (entered == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			tell(&p, FAMILY_ENTERED, getpid(), 0);
			park();
		}
		waitpid(entered, NULL, 0); /* until then the namespace cannot end */
		_exit(0);
	}
	close(fd);
	f->holder[f->n_holders++] = holder;
	listen_once(f);
}

void family_stop(struct family *f)
{
	int i;

	kill(family_find(f, 1, FAMILY_INIT)->there, SIGKILL);
	for (i = 0; i < f->n_holders; i++)
		waitpid(f->holder[i], NULL, 0);
	close(f->mail_fd[0]);
	close(f->mail_fd[1]);
}

const struct family_member *family_find(const struct family *f, int level, enum family_role role)
{
	int i;

	for (i = 0; i < f->n; i++) {
		if (f->member[i].level == level && f->member[i].role == role)
			return &f->member[i];
	}
	ck_abort_msg("no such member: level %d, role %d", level, role);
}

/* The one name in task/ that is not the process's. */
pid_t family_thread(const struct family *f, int level)
{
	pid_t process = family_find(f, level, FAMILY_THREAD)->there, thread = 0;
	struct dirent *d;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	dir = opendir(path);
	ck_assert_ptr_nonnull(dir);
	while ((d = readdir(dir))) {
		pid_t tid = (pid_t)strtol(d->d_name, NULL, 10);

		if (tid > 0 && tid != process)
			thread = tid;
	}
	closedir(dir);
	ck_assert_int_gt(thread, 0);
	return thread;
}
