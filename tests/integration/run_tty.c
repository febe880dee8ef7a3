/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pseudoterminal with a shell on it, and what is looked at beside it. */

#include "run_tty.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>

#include "host_test.h"

#define STEP_S 10

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Takes what has been printed, waiting a moment for it. Returns false when the terminal is gone. */
bool tty_read(struct tty *t)
{
	struct pollfd p = { .fd = t->master, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, 10) <= 0)
		return true;
	n = read(t->master, t->text + t->n, sizeof(t->text) - 1 - t->n);
	if (n <= 0)
		return false;
	t->n += (size_t)n;
	t->text[t->n] = '\0';
	return true;
}

/* Until this text has been printed. */
void tty_expect(struct tty *t, const char *wanted)
{
	int64_t deadline = now_ms() + STEP_S * 1000;

	while (!strstr(t->text, wanted)) {
		tty_read(t);
		ck_assert_msg(now_ms() < deadline, "no \"%s\" in: %s", wanted, t->text);
	}
}

void tty_forget(struct tty *t)
{
	t->n = 0;
	t->text[0] = '\0';
}

void tty_type(struct tty *t, const char *text)
{
	ck_assert_int_eq(write(t->master, text, strlen(text)), (ssize_t)strlen(text));
}

/* The fields of PID/stat behind the name: state, parent. Returns false if there is no such process. */
static bool read_stat(pid_t pid, char *ret_state, pid_t *ret_parent)
{
	char path[64], text[1024];
	const char *p;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	p = strrchr(text, ')');
	return p && sscanf(p + 1, " %c %d", ret_state, ret_parent) == 2;
}

pid_t tty_parent_of(pid_t pid)
{
	pid_t parent = 0;
	char state;

	ck_assert_msg(read_stat(pid, &state, &parent), "process %d is gone", pid);
	return parent;
}

void tty_expect_state(struct tty *t, pid_t pid, char wanted)
{
	int64_t deadline = now_ms() + STEP_S * 1000;
	pid_t parent;
	char state;

	do {
		tty_read(t);
		ck_assert_msg(read_stat(pid, &state, &parent), "process %d is gone", pid);
		ck_assert_msg(now_ms() < deadline, "process %d: state %c, wanted %c", pid, state,
			      wanted);
	} while (state != wanted);
}

void tty_expect_gone(struct tty *t, pid_t pid)
{
	int64_t deadline = now_ms() + STEP_S * 1000;
	pid_t parent;
	char state;

	while (read_stat(pid, &state, &parent) && state != 'Z') {
		if (t->master >= 0)
			tty_read(t);
		else
			poll(NULL, 0, 10);
		ck_assert_msg(now_ms() < deadline, "process %d is still there", pid);
	}
}

/* The number a command has written to the file "pid". */
/* The last number of the line NSpid: what the process calls itself. */
static pid_t own_number(pid_t pid)
{
	char path[64], line[256];
	const char *last;
	pid_t own = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && own == 0 && fgets(line, sizeof(line), f)) {
		last = strrchr(line, '\t');
		if (strncmp(line, "NSpid:", 6) == 0 && last)
			own = atoi(last);
	}
	if (f)
		fclose(f);
	return own;
}

static bool is_below(pid_t pid, pid_t ancestor)
{
	char state;

	while (pid > 1 && pid != ancestor) {
		if (!read_stat(pid, &state, &pid))
			return false;
	}
	return pid == ancestor;
}

/* The process of the terminal that calls itself so; the two numbers differ in a pid namespace. */
static pid_t find_process(const struct tty *t, pid_t number)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	ck_assert_ptr_nonnull(dir);
	while (!found && (e = readdir(dir))) {
		pid_t pid = atoi(e->d_name);

		if (pid > 0 && own_number(pid) == number && is_below(pid, t->leader))
			found = pid;
	}
	closedir(dir);
	ck_assert_msg(found > 0, "no process is %d there", number);
	return found;
}

pid_t tty_read_pid(struct tty *t)
{
	int64_t deadline = now_ms() + STEP_S * 1000;
	char path[128];
	pid_t pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/pid", t->dir);
	while (pid == 0) {
		tty_read(t);
		ck_assert_msg(now_ms() < deadline, "no command; the terminal says: %s", t->text);
		f = fopen(path, "re");
		if (f && fscanf(f, "%d\n", &pid) != 1)
			pid = 0;
		if (f)
			fclose(f);
	}
	unlink(path);
	return find_process(t, pid);
}

static pid_t start_target(void)
{
	int64_t deadline = now_ms() + STEP_S * 1000;
	char path[64];
	pid_t holder, target = 0;
	FILE *f;

	holder = fork();
	if (holder == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("unshare", "unshare", "--pid", "--fork", "--kill-child", "--mount-proc",
		       "sleep", "1000", NULL);
		_exit(127);
	}
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", holder, holder);
	while (target == 0) {
		ck_assert_int_lt(now_ms(), deadline);
		f = fopen(path, "re");
		if (f && fscanf(f, "%d", &target) != 1)
			target = 0;
		if (f)
			fclose(f);
	}
	return target;
}

void tty_start(struct tty *t, const char *const *argv)
{
	char target[16];
	char view[32];

	*t = (struct tty){ .dir = "/tmp/test_run_tty.XXXXXX" };
	host_test_private_mounts();
	ck_assert_ptr_nonnull(mkdtemp(t->dir));
	t->target = start_target();
	snprintf(target, sizeof(target), "%d", t->target);
	setenv("TARGET", target, 1);
	snprintf(view, sizeof(view), "--target=%s", target);
	setenv("VIEW", getenv("VIEW_OPTION") ? getenv("VIEW_OPTION") : view, 1);
	setenv("DIR", t->dir, 1);
	setenv("PS1", "$ ", 1);
	setenv("TERM", "dumb", 1);
	setenv("HISTFILE", "", 1);
	t->leader = forkpty(&t->master, NULL, NULL, NULL);
	ck_assert_int_ge(t->leader, 0);
	if (t->leader == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
}

void tty_stop(struct tty *t)
{
	if (t->master >= 0)
		close(t->master);
	kill(t->leader, SIGKILL);
	waitpid(t->leader, NULL, 0);
	ck_assert_msg(rmdir(t->dir) == 0, "%s: %s", t->dir, strerror(errno));
}
