/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Zombies, orphans, stopped processes, groups and sessions without their leaders. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"

#define ORPHAN_TRIES 20000

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

static pid_t fork_exit(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NAME, "zombie) Z (");
		_exit(3);
	}
	return pid < 0 ? pen_fail("fork") : pid;
}

static int zombies(const struct pen *pen)
{
	(void)pen;
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork_exit();
		int r = pid < 0 ? pid : pen_wait_zombie(pid);

		if (r < 0)
			return r;
	}
	return 0;
}

static int stopped(const struct pen *pen)
{
	pid_t pid = pen_spawn(pen, "stopped", plain, NULL);

	if (pid < 0)
		return pid;
	if (kill(pid, SIGSTOP) < 0)
		return pen_fail("kill");
	return pen_wait_state(pid, pid, 'T');
}

static int wait_orphaned(pid_t old_parent)
{
	for (int i = 0; i < ORPHAN_TRIES; i++) {
		if (getppid() != old_parent)
			return 0;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	errno = ETIMEDOUT;
	return pen_fail("waiting for a new parent");
}

/*
 * Forks a child and a grandchild that runs fn; the child exits and is reaped. Returns when the
 * grandchild, an orphan by then, is in place.
 */
static int leave_orphan(const struct pen *pen, pen_fn fn)
{
	struct pen theirs = { .zoo = pen->zoo };
	int pipe_fds[2], r = 0;
	pid_t pid;
	char c;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return pen_fail("pipe");
	pid = fork();
	if (pid == 0) {
		pid_t parent;

		theirs.ready_fd = pipe_fds[1];
		r = fn == NULL ? 0 : fn(&theirs);
		parent = getpid();
		pid = fork();
		if (pid != 0)
			_exit(r < 0 || pid < 0);
		if (wait_orphaned(parent) < 0)
			_exit(1);
		pen_ready(&theirs);
		pen_park();
	}
	close(pipe_fds[1]);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		r = pen_fail("fork");
	else if (read(pipe_fds[0], &c, 1) != 1)
		r = pen_fail("an orphan");
	close(pipe_fds[0]);
	return r;
}

static int orphan(const struct pen *pen)
{
	return leave_orphan(pen, NULL);
}

static int subreaper(const struct pen *pen)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return pen_fail("PR_SET_CHILD_SUBREAPER");
	prctl(PR_SET_NAME, "subreaper");
	return leave_orphan(pen, NULL);
}

static int lead_session(const struct pen *pen)
{
	(void)pen;
	return setsid() < 0 ? pen_fail("setsid") : 0;
}

static int lead_group(const struct pen *pen)
{
	(void)pen;
	return setpgid(0, 0) < 0 ? pen_fail("setpgid") : 0;
}

/* The number of the session lives on without a process that has it. */
static int session_without_leader(const struct pen *pen)
{
	return leave_orphan(pen, lead_session);
}

static int group_without_leader(const struct pen *pen)
{
	return leave_orphan(pen, lead_group);
}

/* The leader of the group is a zombie. */
static int group_of_zombie(const struct pen *pen)
{
	pid_t leader = fork(), member;

	if (leader < 0)
		return pen_fail("fork");
	if (leader == 0)
		pen_park();
	member = pen_spawn(pen, "member", plain, NULL);
	if (member < 0)
		return member;
	if (setpgid(leader, leader) < 0 || setpgid(member, leader) < 0)
		return pen_fail("setpgid");
	kill(leader, SIGKILL);
	return pen_wait_zombie(leader);
}

static int sessions(const struct pen *pen)
{
	pid_t pid = pen_spawn(pen, "session", lead_session, NULL);

	if (pid > 0)
		pid = pen_spawn(pen, "group", lead_group, NULL);
	return pid < 0 ? pid : 0;
}

const struct animal zoo_family[] = {
	{ "zombies", zombies },
	{ "stopper", stopped },
	{ "orphan-maker", orphan },
	{ "subreaper", subreaper },
	{ "sessions", sessions },
	{ "sid-no-leader", session_without_leader },
	{ "pgrp-no-leader", group_without_leader },
	{ "pgrp-of-zombie", group_of_zombie },
	{ 0 },
};
