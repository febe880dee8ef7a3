/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes of the level above that reach into a namespace: entering it, tracing, holding pidfds. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "text.h"

int visitor_enter(pid_t pid)
{
	AUTO_FD int fd = pen_open("/proc/", "/ns/pid", (int)pid, O_RDONLY);

	if (fd < 0)
		return fd;
	return setns(fd, CLONE_NEWPID) < 0 ? pen_fail("setns") : 0;
}

static pid_t init_of(const struct pen *pen)
{
	return *(const pid_t *)pen->arg;
}

/* Leaves what a visitor inherits: it lives outside, so no namespace's end kills it. */
static int begin(const struct pen *pen)
{
	int r = pen_die_with_parent();

	return r < 0 ? r : visitor_enter(init_of(pen));
}

static int plain(const struct pen *pen)
{
	(void)pen;
	return pen_die_with_parent();
}

static int new_session(const struct pen *pen)
{
	int r = plain(pen);

	return r == 0 && setsid() < 0 ? pen_fail("setsid") : r;
}

static int family(const struct pen *pen)
{
	pid_t pid = pen_spawn(pen, "entered-child", plain, NULL);

	return pid < 0 ? pid : plain(pen);
}

/* Children without a visible parent: in our session and group, in their own, with children. */
static int enterer(const struct pen *pen)
{
	static const struct animal entered[] = {
		{ "entered", plain },
		{ "entered-sid", new_session },
		{ "entered-family", family },
		{ 0 },
	};
	int r = begin(pen);

	return r < 0 ? r : pen_settle(pen, entered, NULL);
}

/* Reads comm of pid (our level) and compares. */
static int is_named(pid_t pid, const char *name)
{
	AUTO_FD int fd = pen_open("/proc/", "/comm", (int)pid, O_RDONLY);
	AUTO_BUF struct buf comm = { 0 };

	return fd >= 0 && fd_read_all(fd, 64, &comm) == 0 &&
	       text_equal(text_trim(text_of(comm.data, comm.len - 1)), text_str(name));
}

/* The child of the namespace's init that has this name, in our numbers, or -errno. */
static pid_t find_child(pid_t init, const char *name)
{
	AUTO_BUF struct buf path = { 0 };
	AUTO_BUF struct buf children = { 0 };
	AUTO_FD int fd = -1;
	struct text rest, word;
	uint64_t pid;

	if (buf_printf(&path, "/proc/%d/task/%d/children", (int)init, (int)init) < 0)
		return -ENOMEM;
	fd = open(path.data, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fd_read_all(fd, 65536, &children) < 0)
		return pen_fail(path.data);
	rest = buf_text(&children);
	while (text_field(&rest, &word)) {
		if (text_u64(word, &pid) == 0 && is_named((pid_t)pid, name))
			return (pid_t)pid;
	}
	errno = ESRCH;
	return pen_fail(name);
}

static int tracer_outside(const struct pen *pen)
{
	pid_t child, native = find_child(init_of(pen), "for-outsiders");
	int r = native < 0 ? native : begin(pen);

	if (r < 0)
		return r;
	child = pen_spawn(pen, "entered-tracee", plain, NULL);
	if (child < 0)
		return child;
	if (ptrace(PTRACE_SEIZE, child, NULL, NULL) < 0 ||
	    ptrace(PTRACE_SEIZE, native, NULL, NULL) < 0)
		return pen_fail("PTRACE_SEIZE");
	return 0;
}

static int reaped_pidfd(void)
{
	pid_t pid = fork();
	int fd;

	if (pid < 0)
		return pen_fail("fork");
	if (pid == 0)
		_exit(0);
	fd = pidfd_open(pid, 0);
	if (fd < 0 || waitpid(pid, NULL, 0) != pid)
		return pen_fail("pidfd of a reaped process");
	return fd;
}

/* pidfds across the border in both directions; the entered child inherits them all. */
static int pidfds(const struct pen *pen)
{
	pid_t init = init_of(pen), native = find_child(init, "sleeper"), child;
	int r = native < 0 ? native : begin(pen);

	if (r < 0)
		return r;
	if (pidfd_open(getpid(), 0) < 0 || pidfd_open(init, 0) < 0 || pidfd_open(native, 0) < 0)
		return pen_fail("pidfd_open");
	r = reaped_pidfd();
	if (r < 0)
		return r;
	child = pen_spawn(pen, "entered-pidfds", plain, NULL);
	if (child < 0)
		return child;
	return pidfd_open(child, 0) < 0 ? pen_fail("pidfd_open") : 0;
}

/* Our terminal is theirs: the session is invisible inside, the foreground group is ours. */
static int tty_outside(const struct pen *pen)
{
	int r = begin(pen), tty = r < 0 ? r : terminal_take();
	pid_t pid;

	if (tty < 0)
		return tty;
	pid = pen_spawn(pen, "entered-tty", plain, NULL);
	if (pid < 0)
		return pid;
	return tcsetpgrp(tty, getpgrp()) < 0 ? pen_fail("tcsetpgrp") : 0;
}

/* The session is invisible inside, the foreground group is visible. */
static int tty_foreground_inside(const struct pen *pen)
{
	int r = begin(pen), tty = r < 0 ? r : terminal_take();
	pid_t pid;

	if (tty < 0)
		return tty;
	pid = pen_spawn(pen, "entered-fg", plain, NULL);
	if (pid < 0)
		return pid;
	if (setpgid(pid, pid) < 0 || tcsetpgrp(tty, pid) < 0)
		return pen_fail("tcsetpgrp");
	return 0;
}

/* A zombie inside that waits for a parent outside. */
static int zombie_inside(const struct pen *pen)
{
	int r = begin(pen);
	pid_t pid = r < 0 ? r : fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? -ECHILD : pen_wait_zombie(pid);
}

const struct animal zoo_visitors[] = {
	{ "enterer", enterer },
	{ "tracer-outside", tracer_outside },
	{ "pidfds-across", pidfds },
	{ "tty-outside", tty_outside },
	{ "tty-fg-inside", tty_foreground_inside },
	{ "zombie-maker", zombie_inside },
	{ 0 },
};
