/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A pseudoterminal with a shell on it, for tests with check: what fails ends the test. */

#include <stdbool.h>
#include <sys/types.h>

struct tty {
	pid_t leader; /* of the session: our child */
	int master;
	char text[65536]; /* what was printed since the last tty_forget() */
	size_t n;
	char dir[64]; /* for files of this test */
	pid_t target; /* a process in a pid namespace of its own, one level below */
};

/*
 * Starts argv on a new terminal, with a target in a pid namespace of its own, in a private mount
 * namespace. The environment tells it: TARGET; VIEW, the
 * option for it or what VIEW_OPTION says instead; DIR.
 */
void tty_start(struct tty *t, const char *const *argv);

/* Ends all that tty_start() has started. */
void tty_stop(struct tty *t);

/* Takes what has been printed, waiting a moment for it. Returns false when the terminal is gone. */
bool tty_read(struct tty *t);

/* Waits until this text has been printed; forgets what has been. */
void tty_expect(struct tty *t, const char *wanted);
void tty_forget(struct tty *t);

/* Types text. */
void tty_type(struct tty *t, const char *text);

/* Our number of the process below the shell that has written its own to the file "pid" in DIR. */
pid_t tty_read_pid(struct tty *t);

/* The parent of a process. */
pid_t tty_parent_of(pid_t pid);

/* Waits until a process is in this state (proc_pid_stat(5)), or gone; the terminal is read meanwhile. */
void tty_expect_state(struct tty *t, pid_t pid, char wanted);
void tty_expect_gone(struct tty *t, pid_t pid);
