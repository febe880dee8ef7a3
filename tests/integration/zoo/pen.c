/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Putting animals in place: fork, handshake, waiting for what cannot shake hands. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "text.h"

#define PEN_TIMEOUT_MS 60000
#define PEN_POLL_MS    1

enum { ANSWER_READY = 'r', ANSWER_SKIPPED = 's', ANSWER_FAILED = 'f' };

_Noreturn void pen_park(void)
{
	for (;;)
		pause();
}

int pen_fail(const char *what)
{
	int error = errno;
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	fprintf(stderr, "zoo: %s: pid %d: %s: %s\n", name, (int)getpid(), what, strerror(error));
	return error > 0 ? -error : -EPROTO;
}

int pen_skip(const struct pen *pen, const char *what, int error)
{
	fprintf(stderr, "zoo: level %d: skipped: %s: %s\n", pen->zoo->level, what, strerror(error));
	return PEN_SKIP;
}

static void answer(const struct pen *pen, char a)
{
	/* Nobody listens any more: the parent is gone or gave up, and so do we. */
	if (write(pen->ready_fd, &a, 1) != 1)
		_exit(1);
	close(pen->ready_fd);
}

static void silence(int from, int to)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = from; fd >= 0 && i <= to; i++)
		dup2(fd, i);
	if (fd >= 0)
		close(fd); /* may be one of the streams, which fd_close() does not close */
}

void pen_ready(const struct pen *pen)
{
	silence(2, 2);
	answer(pen, ANSWER_READY);
}

static _Noreturn void child(const struct pen *pen, const char *name, pen_fn fn)
{
	sigset_t none;
	int r;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	silence(0, 1);
	if (name)
		prctl(PR_SET_NAME, name);
	r = fn(pen);
	if (r != 0) {
		answer(pen, r == PEN_SKIP ? ANSWER_SKIPPED : ANSWER_FAILED);
		_exit(r == PEN_SKIP ? 0 : 1);
	}
	pen_ready(pen);
	pen_park();
}

static pid_t fork_in(int flags)
{
	struct clone_args args = {
		.flags = (unsigned long long)(unsigned int)flags,
		.exit_signal = SIGCHLD,
	};

	/* fork() where it will do: it keeps glibc's idea of the thread, which pthreads need. */
	if (!flags)
		return fork();
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* The child's answer, 0 if it died, or -errno. */
static int listen_to(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char a = 0;
	int r;

	r = poll(&p, 1, PEN_TIMEOUT_MS);
	if (r < 0)
		return pen_fail("poll");
	if (r == 0) {
		errno = ETIMEDOUT;
		return pen_fail("waiting for an animal");
	}
	return read(fd, &a, 1) == 1 ? a : 0;
}

pid_t pen_spawn_in(const struct pen *pen, const char *name, pen_fn fn, const void *arg, int flags)
{
	struct pen theirs = { .zoo = pen->zoo, .arg = arg };
	int pipe_fds[2];
	pid_t pid;
	int r;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return pen_fail("pipe");
	pid = fork_in(flags);
	if (pid == 0) {
		close(pipe_fds[0]);
		theirs.ready_fd = pipe_fds[1];
		child(&theirs, name, fn);
	}
	close(pipe_fds[1]);
	r = pid < 0 ? pen_fail("fork") : listen_to(pipe_fds[0]);
	close(pipe_fds[0]);
	if (r == ANSWER_READY)
		return pid;
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (r == ANSWER_SKIPPED)
		return 0;
	fprintf(stderr, "zoo: level %d: %s failed\n", pen->zoo->level, name ? name : "an animal");
	return r < 0 ? r : -ECHILD;
}

pid_t pen_spawn(const struct pen *pen, const char *name, pen_fn fn, const void *arg)
{
	return pen_spawn_in(pen, name, fn, arg, 0);
}

int pen_settle(const struct pen *pen, const struct animal *animals, const void *arg)
{
	for (const struct animal *a = animals; a->name; a++) {
		pid_t pid = pen_spawn(pen, a->name, a->enter, arg);

		if (pid < 0)
			return pid;
	}
	return 0;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PEN_POLL_MS * 1000000L }, NULL);
}

int pen_wait_zombie(pid_t pid)
{
	siginfo_t info;

	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0)
		return pen_fail("waitid");
	return 0;
}

/* Appends the content of /proc/PID/task/TID/NAME. Returns 0 or -errno. */
static int read_task(pid_t pid, pid_t tid, const char *name, struct buf *out)
{
	AUTO_BUF struct buf path = { 0 };
	AUTO_FD int fd = -1;

	buf_clear(out);
	if (buf_printf(&path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, name) < 0)
		return -ENOMEM;
	fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return fd_read_all(fd, 4096, out);
}

int pen_wait_state(pid_t pid, pid_t tid, char state)
{
	AUTO_BUF struct buf stat = { 0 };

	for (int ms = 0; ms < PEN_TIMEOUT_MS; ms += PEN_POLL_MS) {
		const char *end;
		int r = read_task(pid, tid, "stat", &stat);

		if (r < 0)
			return r;
		end = stat.len ? memrchr(stat.data, ')', stat.len) : NULL;
		if (end && end[1] == ' ' && end[2] == state)
			return 0;
		nap();
	}
	errno = ETIMEDOUT;
	return pen_fail("waiting for a state");
}

static int wait_blocked(pid_t pid, long nr)
{
	AUTO_BUF struct buf now = { 0 };
	AUTO_BUF struct buf want = { 0 };

	if (buf_printf(&want, "%ld ", nr) < 0)
		return -ENOMEM;
	for (int ms = 0; ms < PEN_TIMEOUT_MS; ms += PEN_POLL_MS) {
		int r = read_task(pid, pid, "syscall", &now);

		if (r < 0)
			return r;
		if (text_starts(buf_text(&now), buf_text(&want)))
			return 0;
		nap();
	}
	errno = ETIMEDOUT;
	return pen_fail("waiting for a system call to block");
}

pid_t pen_spawn_blocked(const struct pen *pen, const char *name, pen_fn fn, const void *arg,
			long nr)
{
	struct pen theirs = { .zoo = pen->zoo, .arg = arg, .ready_fd = -1 };
	pid_t pid = fork();
	int r;

	if (pid < 0)
		return pen_fail("fork");
	if (pid == 0) {
		prctl(PR_SET_NAME, name);
		fn(&theirs);
		_exit(1);
	}
	r = wait_blocked(pid, nr);
	if (r < 0)
		fprintf(stderr, "zoo: level %d: %s does not block\n", pen->zoo->level, name);
	return r < 0 ? r : pid;
}

int pen_die_with_parent(void)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? pen_fail("PR_SET_PDEATHSIG") : 0;
}

int pen_open(const char *before, const char *after, int number, int flags)
{
	AUTO_BUF struct buf path = { 0 };
	int fd;

	if (buf_printf(&path, "%s%d%s", before, number, after) < 0)
		return -ENOMEM;
	fd = open(path.data, flags | O_CLOEXEC, 0600);
	return fd < 0 ? pen_fail(path.data) : fd;
}

int pen_write(const char *path, const char *text)
{
	AUTO_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return pen_fail(path);
	return 0;
}

void pen_park_if_told(int argc, char **argv)
{
	const char *told = getenv("ZOO_PARK");
	struct pen pen = { 0 };
	uint64_t fd;

	if (!told || text_u64(text_str(told), &fd) < 0)
		return;
	/* As setproctitle(3): without the NUL at its end the kernel shows what follows argv as well. */
	if (getenv("ZOO_TITLE") && argc == 1)
		memset(argv[0], 'T', strlen(argv[0]) + 1);
	pen.ready_fd = (int)fd;
	pen_ready(&pen);
	pen_park();
}
