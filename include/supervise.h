/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Looking after child processes: who dies with whom, signals as events, ending everything that a
 * command has started. For processes with one thread.
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct signalfd_siginfo;
struct source;

/* What a command inherits, to be put back before it is executed. */
struct supervise_signals {
	sigset_t mask;
	struct sigaction child; /* of SIGCHLD */
};

/*
 * Notes the signal mask and SIGCHLD's action, and makes that the default one: where it is ignored
 * (nohup-like callers), the kernel would reap children and keep their statuses to itself.
 */
void supervise_save_signals(struct supervise_signals *ret);

/* Puts back what was noted. */
void supervise_restore_signals(const struct supervise_signals *s);

/*
 * Blocks every signal and returns a descriptor that delivers them instead (signalfd(2), not blocking,
 * close-on-exec), or the errno of signalfd(2).
 */
int supervise_block_signals(void);

/* Reads the next signal. Returns false if there is none now. */
bool supervise_next_signal(int signal_fd, struct signalfd_siginfo *ret);

/*
 * The signal was meant for us alone, and so is to be passed on to the command: kill(2) as against what
 * the terminal, or a terminal's hangup, sends to the whole process group, which has the command in it.
 * Never true of SIGCHLD, and of what we sent ourselves (SIGPIPE).
 */
bool supervise_is_ours(const struct signalfd_siginfo *s);

/* Whether we have children already, left by the program that executed us. */
bool supervise_has_children(void);

/*
 * Asks the kernel to kill us (SIGKILL) when our parent dies. Returns 0, or -ESRCH if it is not parent
 * (any more).
 */
int supervise_die_with(pid_t parent);

/* A descriptor of a process (pidfd_open(2)), readable when it has died. Returns it or -errno. */
int supervise_open(pid_t pid);

/* Sends a signal through such a descriptor. Returns 0 or the errno of pidfd_send_signal(2). */
int supervise_signal(int pidfd, int signal);

/*
 * What a process holds of its caller's pipes, nobody else can see the end of. So: puts /dev/null in the
 * place of the first n of the descriptors 0, 1, 2.
 */
void supervise_drop_streams(int n);

/* And closes all others but the n (at most 16) in keep, where -1 is skipped. */
void supervise_close_others(const int *keep, size_t n);

/*
 * Waits until a child has ended, at most for this long, then kills it. Reaps it.
 * Returns its wait status (waitpid(2)), -ETIMEDOUT if it hangs in the kernel, or another errno.
 */
int supervise_end(pid_t child, int patience_ms);

/*
 * Kills (SIGKILL) and reaps all descendants of this process, which must be their subreaper
 * (PR_SET_CHILD_SUBREAPER): what is orphaned becomes its child and is killed in turn. SIGCHLD should
 * be blocked. host is the host source; its procfs must be answered by the kernel, not by a child.
 * Returns 0; -ETIMEDOUT or -EPERM with the number of children left in *ret_left; the source's errno.
 */
int supervise_kill_all(const struct source *host, int patience_ms, unsigned *ret_left);
