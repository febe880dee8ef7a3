/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looking after child processes. */

#include "supervise.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "fd.h"
#include "pidmap.h"
#include "source.h"

/* Between two looks at children that are being killed; a death ends the wait at once. */
#define PASS_MS 10

/* A killed process ends in a moment, or it hangs in the kernel and nobody can help. */
#define KILL_MS 5000

/* 2^22 numbers (PID_MAX_LIMIT) of up to 8 bytes. */
#define CHILDREN_MAX_BYTES (32 << 20)
#define STAT_MAX_BYTES	   4096

void supervise_save_signals(struct supervise_signals *ret)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };

	sigprocmask(SIG_SETMASK, NULL, &ret->mask);
	sigaction(SIGCHLD, &dfl, &ret->child);
}

void supervise_restore_signals(const struct supervise_signals *s)
{
	sigaction(SIGCHLD, &s->child, NULL);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
}

int supervise_block_signals(void)
{
	sigset_t all;
	int fd;

	sigfillset(&all);
	fd = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	sigprocmask(SIG_SETMASK, &all, NULL);
	return fd;
}

bool supervise_next_signal(int signal_fd, struct signalfd_siginfo *ret)
{
	ssize_t n;

	do {
		n = read(signal_fd, ret, sizeof(*ret));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(*ret);
}

bool supervise_is_ours(const struct signalfd_siginfo *s)
{
	switch (s->ssi_signo) {
	case SIGCHLD:
		return false;
	case SIGHUP:
		/* Of a hangup the kernel tells the session's leader alone: tty_signal_session_leader(). */
		if (getsid(0) == getpid())
			return true;
		break;
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGWINCH:
		break;
	default:
		return s->ssi_code != SI_USER || s->ssi_pid != (uint32_t)getpid();
	}
	return s->ssi_code != SI_KERNEL;
}

bool supervise_has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

int supervise_die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

int supervise_open(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : fd;
}

int supervise_signal(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? -errno : 0;
}

static int compare_fds(const void *a, const void *b)
{
	const int *x = a;
	const int *y = b;

	return (*x > *y) - (*x < *y);
}

void supervise_drop_streams(int n)
{
	AUTO_FD int null_fd = -1;
	int fd;

	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (fd = 0; null_fd >= 0 && fd < n; fd++)
		dup2(null_fd, fd);
}

void supervise_close_others(const int *keep, size_t n)
{
	unsigned from = STDERR_FILENO + 1;
	int sorted[16];
	size_t i;

	assert(n <= sizeof(sorted) / sizeof(sorted[0]));
	for (i = 0; i < n; i++)
		sorted[i] = keep[i];
	qsort(sorted, n, sizeof(sorted[0]), compare_fds);
	/* ENOSYS before Linux 5.9: then they stay open. */
	for (i = 0; i < n; i++) {
		if (sorted[i] < (int)from)
			continue;
		if (sorted[i] > (int)from)
			close_range(from, (unsigned)sorted[i] - 1, 0);
		from = (unsigned)sorted[i] + 1;
	}
	close_range(from, UINT_MAX, 0);
}

/* Until a child changes its state, or for this long. */
static void wait_for_change(int64_t ms)
{
	struct timespec timeout = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigtimedwait(&set, NULL, &timeout);
}

/* Reaps the child if it ends within this time. */
static int wait_for_end(pid_t child, int patience_ms, int *ret_status)
{
	int64_t deadline = clock_ms(CLOCK_MONOTONIC) + patience_ms;
	pid_t pid;

	for (;;) {
		pid = waitpid(child, ret_status, WNOHANG);
		if (pid == child)
			return 0;
		if (pid < 0)
			return -errno;
		if (clock_ms(CLOCK_MONOTONIC) >= deadline)
			return -ETIMEDOUT;
		wait_for_change(PASS_MS);
	}
}

int supervise_end(pid_t child, int patience_ms)
{
	int status = 0;
	int r;

	r = wait_for_end(child, patience_ms, &status);
	if (r == -ETIMEDOUT) {
		kill(child, SIGKILL);
		r = wait_for_end(child, KILL_MS, &status);
	}
	return r < 0 ? r : status;
}

/* The parent of a process, out of PID/stat: "PID (NAME) S PPID ...", NAME may hold anything. */
static pid_t parent_of(struct text stat)
{
	const char *p = memrchr(stat.p, ')', stat.n);
	struct text rest, state, parent;
	int32_t pid;

	if (!p)
		return 0;
	rest = text_of(p + 1, stat.n - (size_t)(p + 1 - stat.p));
	if (!text_field(&rest, &state) || !text_field(&rest, &parent) || text_pid(parent, &pid) < 0)
		return 0;
	return pid;
}

/* Our children by asking every process: for kernels without CONFIG_PROC_CHILDREN. */
static int list_by_parents(const struct source *host, struct pidmap_list *out)
{
	struct pidmap_list all = { 0 };
	char name[32];
	size_t i;
	int r;

	r = source_list_numbers(host, -1, "", &all);
	for (i = 0; r == 0 && i < all.n; i++) {
		AUTO_BUF struct buf stat = { 0 };

		snprintf(name, sizeof(name), "%d/stat", all.pairs[i].there);
		if (source_read(host, -1, name, STAT_MAX_BYTES, &stat) == 0 &&
		    parent_of(buf_text(&stat)) == getpid())
			r = pidmap_list_append(out, all.pairs[i].there, all.pairs[i].there);
	}
	pidmap_list_free(&all);
	return r;
}

static int list_children(const struct source *host, struct pidmap_list *out)
{
	AUTO_BUF struct buf text = { 0 };
	struct text rest, number;
	char name[64];
	int32_t pid;
	int r;

	snprintf(name, sizeof(name), "%d/task/%d/children", getpid(), getpid());
	r = source_read(host, -1, name, CHILDREN_MAX_BYTES, &text);
	if (r == -ENOENT)
		return list_by_parents(host, out);
	rest = buf_text(&text);
	while (r == 0 && text_field(&rest, &number)) {
		if (text_pid(number, &pid) == 0)
			r = pidmap_list_append(out, pid, pid);
	}
	return r;
}

/*
 * Kills the children there are. A number stays its child's until we reap it, so none can be hit that
 * is not ours. Returns how many there were, or the source's errno; *ret_why says why some may last.
 */
static int kill_pass(const struct source *host, int *ret_why)
{
	struct pidmap_list children = { 0 };
	size_t i;
	int r;

	*ret_why = -ETIMEDOUT;
	r = list_children(host, &children);
	for (i = 0; r == 0 && i < children.n; i++) {
		if (kill(children.pairs[i].there, SIGKILL) < 0)
			*ret_why = -errno; /* EPERM: it has become another user's */
	}
	if (r == 0)
		r = (int)children.n;
	pidmap_list_free(&children);
	return r;
}

int supervise_kill_all(const struct source *host, int patience_ms, unsigned *ret_left)
{
	int64_t deadline = clock_ms(CLOCK_MONOTONIC) + patience_ms;
	pid_t reaped;
	int n, why;

	for (;;) {
		n = kill_pass(host, &why);
		do {
			reaped = waitpid(-1, NULL, WNOHANG | __WALL);
		} while (reaped > 0);
		if (reaped < 0 && errno == ECHILD)
			return 0;
		if (n < 0)
			return n;
		if (clock_ms(CLOCK_MONOTONIC) >= deadline) {
			*ret_left = (unsigned)n;
			return why;
		}
		wait_for_change(PASS_MS);
	}
}
