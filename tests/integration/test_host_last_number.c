/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last number given out in another pid namespace; the oracle is the kernel's loadavg, read by a process in there. */

#include <errno.h>
#include <time.h>

#include "fd.h"
#include "host_test.h"
#include "last_number.h"
#include "source.h"
#include "text.h"

#define PATIENCE_S  20
#define N_ROUNDS    30
#define N_ASKED	    200
#define STACK_BYTES (64 << 10)

struct room {
	pid_t init; /* number where we are */
	int command_fd, answer_fd;
	struct source host;
	struct last_numbers *numbers;
};

/* As the kernel tells it to whoever calls this. */
static pid_t kernels(void)
{
	AUTO_BUF struct buf text = { 0 };
	AUTO_FD int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	const char *last;

	if (fd < 0 || fd_read_all(fd, 4096, &text) < 0 || text.len == 0)
		return -1;
	text.data[text.len - 1] = '\0';
	last = strrchr(text.data, ' ');
	return last ? (pid_t)strtol(last + 1, NULL, 10) : -1;
}

static void start_one(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static pid_t set_last(void)
{
	AUTO_FD int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && fd_write_all(fd, "500", 3) == 0;
}

/* A process that sends a signal to all others of the namespace but its init, until it is killed. */
static pid_t pelt(int sig)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			kill(-1, sig);
	}
	return pid;
}

static void end(pid_t peltor)
{
	kill(peltor, SIGKILL);
	waitpid(peltor, NULL, 0);
}

/* The init of the namespace: answers each command with a number. */
static int serve(void *arg)
{
	const int *fds = arg; /* commands, answers */
	pid_t peltor = 0, answer;
	char command;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(fds[0], &command, 1) == 1) {
		answer = 0;
		if (command == 'r')
			answer = kernels();
		else if (command == 'f')
			start_one();
		else if (command == 's')
			answer = set_last();
		else if (command == 'e')
			end(peltor);
		else
			peltor = pelt(command == 'T'   ? SIGTERM
				      : command == 'S' ? SIGSTOP
						       : SIGKILL);
		if (write(fds[1], &answer, sizeof(answer)) != sizeof(answer))
			break;
	}
	_exit(0);
}

static pid_t tell(const struct room *room, char command)
{
	pid_t answer = -1;

	ck_assert_int_eq(write(room->command_fd, &command, 1), 1);
	ck_assert_int_eq(read(room->answer_fd, &answer, sizeof(answer)), sizeof(answer));
	return answer;
}

static void room_start(struct room *room)
{
	char stack[STACK_BYTES];
	int command[2], answer[2], theirs[2];

	*room = (struct room){ 0 };
	ck_assert_int_eq(pipe2(command, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(answer, O_CLOEXEC), 0);
	theirs[0] = command[0];
	theirs[1] = answer[1];
	room->init = clone(serve, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, theirs);
	ck_assert_int_gt(room->init, 0);
	close(command[0]);
	close(answer[1]);
	room->command_fd = command[1];
	room->answer_fd = answer[0];
	room->host.kind = SOURCE_HOST;
	room->host.fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(room->host.fd, 0);
	ck_assert_int_eq(last_numbers_new(&room->host, &room->numbers), 0);
}

static void room_end(struct room *room)
{
	last_numbers_free(room->numbers);
	if (room->init > 0) {
		kill(room->init, SIGKILL);
		waitpid(room->init, NULL, 0);
	}
	close(room->command_fd);
	close(room->answer_fd);
	close(room->host.fd);
}

static int ask(const struct room *room, pid_t *ret)
{
	*ret = 0;
	return last_numbers_ask(room->numbers, room->init, ret);
}

/* To be asked anew: who has started a process has made the old answer worthless. */
static void check_right(const struct room *room, const char *when)
{
	pid_t answer, right;

	ck_assert_int_eq(ask(room, &answer), 0);
	right = tell(room, 'r');
	ck_assert_msg(answer == right, "%s: said %d, the kernel %d", when, answer, right);
}

START_TEST(test_right)
{
	struct room room;
	int i;

	room_start(&room);
	check_right(&room, "at first");
	check_right(&room, "again");
	for (i = 0; i < N_ROUNDS; i++) {
		tell(&room, 'f');
		check_right(&room, "when one was started there");
		start_one();
		check_right(&room, "when one was started here");
	}
	room_end(&room);
}
END_TEST

/* Two namespaces: an answer is of the one it was asked for. */
START_TEST(test_two)
{
	struct room rooms[2];
	int i;

	room_start(&rooms[0]);
	room_start(&rooms[1]);
	for (i = 0; i < N_ROUNDS; i++) {
		tell(&rooms[0], 'f');
		check_right(&rooms[i % 2], "one of two");
		check_right(&rooms[(i + 1) % 2], "the other");
		check_right(&rooms[(i + 1) % 2], "the other again");
	}
	room_end(&rooms[0]);
	room_end(&rooms[1]);
}
END_TEST

/* Where nothing was started in between, which at some time is so, nothing is started for the second answer. */
START_TEST(test_kept)
{
	time_t end = time(NULL) + PATIENCE_S;
	pid_t first = 0, second = 0, before, after;
	struct room room;

	room_start(&room);
	do {
		ck_assert_int_eq(ask(&room, &first), 0);
		before = kernels();
		ck_assert_int_eq(ask(&room, &second), 0);
		after = kernels();
	} while (before != after && time(NULL) < end);
	ck_assert_int_eq(before, after);
	ck_assert_int_eq(first, second);
	room_end(&room);
}
END_TEST

/* Setting it starts nothing: this is seen when the answer is too old. */
START_TEST(test_set)
{
	time_t end = time(NULL) + PATIENCE_S;
	struct room room;
	pid_t answer = 0;

	room_start(&room);
	ck_assert_int_eq(ask(&room, &answer), 0);
	ck_assert_int_lt(answer, 500);
	if (tell(&room, 's')) {
		while (answer < 500 && time(NULL) < end)
			ck_assert_int_eq(ask(&room, &answer), 0);
		ck_assert_int_gt(answer, 500);
		check_right(&room, "once set");
	} else {
		puts("# not tested: a number that was set (no ns_last_pid)");
	}
	room_end(&room);
}
END_TEST

static volatile sig_atomic_t n_handled;

static void handle(int sig)
{
	(void)sig;
	n_handled++;
}

/* What is started has our memory: a signal sent to it there must not run our handler. */
START_TEST(test_signals)
{
	struct room room;
	pid_t answer;
	int i;

	room_start(&room);
	ck_assert_ptr_ne((void *)signal(SIGTERM, handle), (void *)SIG_ERR);
	tell(&room, 'T');
	for (i = 0; i < N_ASKED; i++) {
		start_one();
		ck_assert_int_eq(ask(&room, &answer), 0);
	}
	tell(&room, 'e');
	ck_assert_int_eq(n_handled, 0);
	check_right(&room, "afterwards");
	room_end(&room);
}
END_TEST

/* Killed or stopped by root of there: an answer all the same, or an errno, in time. */
START_TEST(test_kills)
{
	static const struct {
		char command;
		int n;
	} cases[] = { { 'K', N_ASKED }, { 'S', 2 } };
	struct room room;
	pid_t answer;
	int i, r;

	room_start(&room);
	tell(&room, cases[_i].command);
	for (i = 0; i < cases[_i].n; i++) {
		start_one();
		r = ask(&room, &answer);
		ck_assert_msg(r == 0 || r == -EIO || r == -ETIMEDOUT, "%d", r);
		ck_assert(r < 0 || answer > 1);
	}
	tell(&room, 'e');
	check_right(&room, "afterwards");
	room_end(&room);
}
END_TEST

START_TEST(test_gone)
{
	struct room room;
	pid_t answer;

	room_start(&room);
	ck_assert_int_eq(ask(&room, &answer), 0);
	kill(room.init, SIGKILL);
	waitpid(room.init, NULL, 0);
	ck_assert_int_eq(ask(&room, &answer), -ESRCH);
	room.init = 0;
	room_end(&room);
}
END_TEST

struct errand {
	struct room *room;
	int r;
};

static void ask_powerless(void *arg)
{
	const struct errand *e = arg;
	pid_t answer = 0;

	host_test_drop();
	ck_assert_int_lt(ask(e->room, &answer), 0);
	ck_assert_int_eq(answer, 0);
}

/* Who may start nothing there is told so, not another number. */
START_TEST(test_powerless)
{
	struct room room;
	struct errand e = { .room = &room };

	room_start(&room);
	host_test_child(ask_powerless, &e);
	room_end(&room);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("last_number");

	tcase_add_test(tc, test_right);
	tcase_add_test(tc, test_two);
	tcase_add_test(tc, test_kept);
	tcase_add_test(tc, test_set);
	tcase_add_test(tc, test_signals);
	tcase_add_loop_test(tc, test_kills, 0, 2);
	tcase_add_test(tc, test_gone);
	tcase_add_test(tc, test_powerless);
	return host_test_run("last_number", tc);
}
