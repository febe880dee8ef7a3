/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A live container of a process that does as it is told. */

#include "host_box.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "host_test.h"
#include "nsproc.h"
#include "pidmap.h"
#include "pidmap_kernel.h"

void *box_sleep(void *arg)
{
	while (pause() < 0)
		;
	return arg;
}

static void *run_for_good(void *arg)
{
	static atomic_ulong turns;

	while (turns < ULONG_MAX)
		turns++;
	return arg;
}

static void *end_at_once(void *arg)
{
	return arg;
}

void box_threads(int n, void *(*fn)(void *))
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	while (n-- > 0) {
		if (pthread_create(&thread, &attributes, fn, NULL) != 0)
			_exit(1);
	}
	pthread_attr_destroy(&attributes);
}

/* Answers with the byte once it is done. */
static void obey(char command, int answer_fd)
{
	if (command == 's')
		box_threads(BOX_THREADS, box_sleep);
	if (command == 'b' && fork() == 0) {
		box_threads(1, run_for_good);
		if (write(answer_fd, &command, 1) == 1)
			run_for_good(NULL);
	}
	if (command != 'b' && write(answer_fd, &command, 1) != 1)
		_exit(1);
	while (command == 'e')
		box_threads(1, end_at_once);
}

static _Noreturn void be_init(int command_fd, int answer_fd)
{
	char command;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(command_fd, &command, 1) == 1)
		obey(command, answer_fd);
	_exit(0);
}

void box_tell(const struct box *b, char command)
{
	char answer = 0;

	ck_assert_int_eq(write(b->command_fd, &command, 1), 1);
	ck_assert_int_eq(read(b->answer_fd, &answer, 1), 1);
	ck_assert_int_eq(answer, command);
}

static void box_open_source(struct box *b)
{
	AUTO_FD int ns = -1;
	char path[32];
	int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", b->init);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(ns, 0);
	ck_assert_int_eq(nsproc_open(ns, NSPROC_AUTO, &fd, NULL), 0);
	b->source = source_from_fd(SOURCE_KERNEL, fd);
	ck_assert_int_eq(pidmap_identity_new(&b->source, &b->members), 0);
}

void box_start(struct box *b)
{
	int commands[2], answers[2];

	ck_assert_int_eq(pipe2(commands, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(answers, O_CLOEXEC), 0);
	b->init = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	ck_assert_int_ge(b->init, 0);
	if (b->init == 0) {
		close(commands[1]);
		be_init(commands[0], answers[1]);
	}
	close(commands[0]);
	close(answers[1]);
	b->command_fd = commands[1];
	b->answer_fd = answers[0];
	box_tell(b, '?');
	box_open_source(b);
}

void box_stop(struct box *b)
{
	kill(b->init, SIGKILL);
	waitpid(b->init, NULL, 0);
	pidmap_free(b->members);
	source_close(&b->source);
	close(b->command_fd);
	close(b->answer_fd);
}
