/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The supervisor: the process of `run` that the user started. It passes signals on, stops and exits as
 * the command does. Its children:
 *
 *   supervisor
 *   +- worker    serves the view (worker.h)
 *   +- reaper    in the new mount namespace (reaper.h)
 *      +- init      --unshare-pid: the first process of the PID namespace (init.h)
 *      +- command
 *
 * Whichever of them is killed, the others end, and what the command has started with them: the reaper
 * sees its socket end, the worker dies with the supervisor (PR_SET_PDEATHSIG), and what the reaper
 * leaves behind becomes the supervisor's (PR_SET_CHILD_SUBREAPER).
 */

#include <stdbool.h>

struct supervise_signals;
struct view_args;

struct supervisor_config {
	const char *dir;  /* where the view is mounted */
	bool unshare_pid; /* the view is of a PID namespace made for the command */
	const struct view_args *view;
	char *const *command;			 /* NULL-terminated */
	const struct supervise_signals *signals; /* what it inherits */
	int patience_ms; /* with a worker that does not answer; 0: endless */
};

/*
 * Runs the command and cleans up. Returns the exit status: the command's, or one of cmd.h after a line
 * on standard error. Dies by the signal that killed the command, if one did (relay.h).
 */
int supervisor_run(const struct supervisor_config *config);
