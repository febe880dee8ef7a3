/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions with a controlling terminal, and what can happen to its foreground group. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

int terminal_take(void)
{
	int unlock = 0, ptm, pts;

	if (setsid() < 0)
		return pen_fail("setsid");
	ptm = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (ptm < 0 || ioctl(ptm, TIOCSPTLCK, &unlock) < 0)
		return pen_fail("/dev/ptmx");
	pts = ioctl(ptm, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pts < 0 || ioctl(pts, TIOCSCTTY, 0) < 0)
		return pen_fail("TIOCSCTTY");
	/* We move the foreground from a background group later. */
	signal(SIGTTOU, SIG_IGN);
	return pts;
}

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

/* Spawns a process into process group group (0: one of its own). Returns its number. */
static pid_t spawn_in_group(const struct pen *pen, const char *name, pid_t group)
{
	pid_t pid = pen_spawn(pen, name, plain, NULL);

	if (pid < 0)
		return pid;
	if (setpgid(pid, group) < 0)
		return pen_fail("setpgid");
	return pid;
}

static int reap(pid_t pid)
{
	if (kill(pid, SIGKILL) < 0 || waitpid(pid, NULL, 0) != pid)
		return pen_fail("reaping");
	return 0;
}

static int tty_live(const struct pen *pen)
{
	int tty = terminal_take();
	pid_t leader, r;

	if (tty < 0)
		return tty;
	leader = spawn_in_group(pen, "fg-leader", 0);
	r = leader < 0 ? leader : spawn_in_group(pen, "fg-member", leader);
	if (r > 0)
		r = spawn_in_group(pen, "background", 0);
	if (r < 0)
		return r;
	return tcsetpgrp(tty, leader) < 0 ? pen_fail("tcsetpgrp") : 0;
}

/* The foreground group has members, but its leader is reaped: its number names no process. */
static int tty_headless(const struct pen *pen)
{
	int tty = terminal_take();
	pid_t leader, r;

	if (tty < 0)
		return tty;
	leader = spawn_in_group(pen, "fg-leader", 0);
	r = leader < 0 ? leader : spawn_in_group(pen, "fg-headless", leader);
	if (r < 0)
		return r;
	if (tcsetpgrp(tty, leader) < 0)
		return pen_fail("tcsetpgrp");
	return reap(leader);
}

/* Nobody is left in the foreground group; the terminal keeps its number. */
static int tty_dead(const struct pen *pen)
{
	int tty = terminal_take();
	pid_t leader;

	if (tty < 0)
		return tty;
	leader = spawn_in_group(pen, "fg-leader", 0);
	if (leader < 0)
		return leader;
	if (tcsetpgrp(tty, leader) < 0)
		return pen_fail("tcsetpgrp");
	return reap(leader);
}

/* The session leader is a zombie, so the session has lost its terminal. */
static int tty_lost(const struct pen *pen)
{
	pid_t leader = pen_spawn(pen, "tty-leader", tty_live, NULL);

	if (leader < 0)
		return leader;
	kill(leader, SIGKILL);
	return pen_wait_zombie(leader);
}

const struct animal zoo_terminals[] = {
	{ "tty-live", tty_live },
	{ "tty-headless", tty_headless },
	/* The tests know the next one by its name: what its stat shows cannot be derived from outside. */
	{ "tty-dead-fg", tty_dead },
	{ "tty-lost", tty_lost },
	{ 0 },
};
