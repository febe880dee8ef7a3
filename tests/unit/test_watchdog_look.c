/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of watchdog.h: when it looks, and what it collects for its decision. */

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"
#include "watchdog.h"

#define PATIENCE_MS 10000

/* A pipe with a byte in it stands for the device with a request in it. */
static int full_pipe(int *ret_other)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	*ret_other = fds[1];
	return fds[0];
}

/* A server that uses no processor time, however busy the machine and we are: a child that is stopped. */
static pid_t stopped_server(void)
{
	pid_t tester = getpid(), pid;
	int status;

	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == tester)
			raise(SIGSTOP);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	ck_assert(WIFSTOPPED(status));
	return pid;
}

static void end_server(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* At once, so that no test depends on how long anything takes. */
static bool look_now(struct watchdog *w)
{
	w->next_ms = 0;
	return watchdog_look(w);
}

/* Looks until it bites; returns how many looks it took. */
static int looks_until_it_bites(struct watchdog *w)
{
	int n = 1;

	while (!look_now(w))
		ck_assert_int_lt(++n, 200);
	return n;
}

START_TEST(test_device)
{
	pid_t server = stopped_server();
	struct watchdog w = WATCHDOG_NULL;
	eventfd_t asked = 0;
	int other;

	ck_assert_int_eq(watchdog_open(PATIENCE_MS, &w), 0);
	ck_assert_int_eq(watchdog_wait_ms(&w), -1);
	ck_assert(!watchdog_look(&w));
	watchdog_start(&w, server, full_pipe(&other), 0);
	ck_assert_int_eq(watchdog_wait_ms(&w), 0);
	/* The looks in doubt ask the server's thread, which is none here. */
	ck_assert_int_eq(looks_until_it_bites(&w), 11);
	ck_assert_int_eq(eventfd_read(w.ask_fd, &asked), 0);
	ck_assert_uint_eq(asked, 10);
	ck_assert_int_eq(watchdog_abort(&w), -ENOENT);
	watchdog_close(&w);
	/* It held the other end. */
	ck_assert_int_eq(write(other, "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(other);
	end_server(server);
}
END_TEST

/* The time that passes while it looks is known, however long that is. */
static void check_next_look(struct watchdog *w, int wanted_ms)
{
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	ck_assert(!look_now(w));
	clock_gettime(CLOCK_MONOTONIC, &after);
	ck_assert_int_ge(w->next_ms, before.tv_sec * 1000 + before.tv_nsec / 1000000 + wanted_ms);
	ck_assert_int_le(w->next_ms, after.tv_sec * 1000 + after.tv_nsec / 1000000 + wanted_ms);
}

/* Four looks in the time of patience, ten when somebody waits; who asks too early gets none. */
START_TEST(test_times)
{
	pid_t server = stopped_server();
	struct watchdog w = WATCHDOG_NULL;
	int fds[2], i;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(watchdog_open(PATIENCE_MS, &w), 0);
	watchdog_start(&w, server, fds[0], 0);
	check_next_look(&w, PATIENCE_MS / 4);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	check_next_look(&w, PATIENCE_MS / 10);
	ck_assert_uint_eq(w.counts->asked, 1);
	for (i = 0; i < 20; i++) {
		w.next_ms = INT64_MAX;
		ck_assert(!watchdog_look(&w));
	}
	ck_assert_uint_eq(w.counts->asked, 1);
	watchdog_close(&w);
	close(fds[1]);
	end_server(server);
}
END_TEST

/* The same question is answered again and again: one request in work, none waiting. */
START_TEST(test_answers)
{
	pid_t server = stopped_server();
	struct watchdog w = WATCHDOG_NULL;
	int fds[2], i;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(watchdog_open(PATIENCE_MS, &w), 0);
	w.counts->received = 1;
	watchdog_start(&w, server, fds[0], 0);
	for (i = 0; i < 41; i++) {
		ck_assert(!look_now(&w));
		w.counts->heard = w.counts->asked;
	}
	/* The first look sees it come, then each second finds an answer. An old one is none. */
	ck_assert_uint_eq(w.counts->asked, 20);
	ck_assert_int_eq(looks_until_it_bites(&w), 11);
	watchdog_close(&w);
	close(fds[1]);
	end_server(server);
}
END_TEST

/* Taken from the queue, but the thread was stopped before it could count it. */
START_TEST(test_slot)
{
	pid_t server = stopped_server();
	struct watchdog w = WATCHDOG_NULL;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(watchdog_open(PATIENCE_MS, &w), 0);
	watchdog_start(&w, server, fds[0], 0);
	ck_assert(!look_now(&w));
	w.counts->slots[WATCHDOG_SLOTS - 1].used = 1;
	w.counts->slots[WATCHDOG_SLOTS - 1].head[0] = 56;
	/* One that sees it come, and then 11. */
	ck_assert_int_eq(looks_until_it_bites(&w), 12);
	watchdog_close(&w);
	close(fds[1]);
	end_server(server);
}
END_TEST

static int64_t used_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* We are the server, and use more than a twentieth of what lies between two looks in doubt. */
START_TEST(test_busy)
{
	struct watchdog w = WATCHDOG_NULL;
	int n = 0, other;
	bool bites;

	ck_assert_int_eq(watchdog_open(20, &w), 0);
	watchdog_start(&w, getpid(), full_pipe(&other), 0);
	do {
		int64_t enough = used_ns() + 150000;

		while (used_ns() < enough)
			;
		bites = look_now(&w);
		ck_assert_int_lt(++n, 200);
	} while (!bites);
	ck_assert_int_eq(n, 101);
	watchdog_close(&w);
	close(other);
}
END_TEST

START_TEST(test_off)
{
	struct watchdog w = WATCHDOG_NULL;
	int other;

	ck_assert_int_eq(watchdog_open(0, &w), 0);
	watchdog_start(&w, getpid(), full_pipe(&other), 0);
	ck_assert_int_eq(watchdog_wait_ms(&w), -1);
	ck_assert(!watchdog_look(&w));
	/* The device is not held: closed, it aborts the connection when the server dies. */
	ck_assert_int_eq(write(other, "x", 1), -1);
	ck_assert_int_eq(errno, EPIPE);
	watchdog_close(&w);
	watchdog_close(&w);
	close(other);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("watchdog_look");
	TCase *tcase = tcase_create("watchdog");

	suite_add_tcase(suite, tcase);
	signal(SIGPIPE, SIG_IGN);
	tcase_add_test(tcase, test_device);
	tcase_add_test(tcase, test_times);
	tcase_add_test(tcase, test_answers);
	tcase_add_test(tcase, test_slot);
	tcase_add_test(tcase, test_busy);
	tcase_add_test(tcase, test_off);
	return unit_run(suite);
}
