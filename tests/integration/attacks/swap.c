/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tree that is shown with --tree, and whose files turn into links that lead out of it. The tree has
 * 1/status, and beside it, outside, are `link` (a symlink), `dir` (a symlink to a directory with a file
 * `status`): both lead to a file that only root may read, with SECRET in it.
 */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOPS 2000

static bool exchange(int dir, const char *inside, const char *outside)
{
	return renameat2(dir, inside, dir, outside, RENAME_EXCHANGE) == 0;
}

/* Until SIGTERM, which is blocked; all is in its place then. */
static _Noreturn void keep_swapping(int dir)
{
	sigset_t pending;

	for (;;) {
		sigpending(&pending);
		if (sigismember(&pending, SIGTERM))
			_exit(0);
		/* To there, and back. */
		for (int i = 0; i < 4; i++) {
			if (!(i < 2 ? exchange(dir, "1/status", "../link")
				    : exchange(dir, "1", "../dir")))
				_exit(1);
		}
	}
}

static int keep_reading(const struct attempt *a, void *arg)
{
	const char *when = arg;

	for (int i = 0; i < LOOPS; i++) {
		note(a, loot_text(a->root, "1/status", "SECRET"), "%s: file", when);
	}
	return 0;
}

/* While nothing moves. */
static int read_still(const struct attempt *a, const char *inside, const char *outside,
		      const char *when)
{
	char what[32];
	int r;

	if (!exchange(a->beside, inside, outside))
		return -errno;
	snprintf(what, sizeof(what), "%s", when);
	r = in_child(a, true, keep_reading, what);
	return exchange(a->beside, inside, outside) ? r : -errno;
}

int attack_swap(const struct attempt *a)
{
	char what[] = "while it moves";
	int r = read_still(a, "1/status", "../link", "a symlink"), status;
	sigset_t term;
	pid_t pid;

	if (r == 0)
		r = read_still(a, "1", "../dir", "a symlink of a directory");
	if (r < 0)
		return r;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	pid = fork();
	if (pid == 0)
		keep_swapping(a->beside);
	/* What it is good for is shown while nothing moves; to hit the moment takes luck. */
	note_live(a, "%s: file", what);
	r = in_child(a, true, keep_reading, what);
	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return -EPROTO;
	return r;
}
