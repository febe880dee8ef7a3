/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The keeper: the process of `mount` that mounts, has a worker (worker.h) serve, and unmounts: when the
 * target's init dies, on SIGTERM, SIGINT and SIGQUIT, when its terminal hangs up, and when the worker dies or answers
 * nothing (watchdog.h). If it is killed itself, the worker unmounts. On any other SIGHUP it chooses anew, by its options,
 * whose resources are shown.
 */

struct view_args;

struct keeper_config {
	const struct view_args *view;
	const char *dir; /* as the user named it */
	int patience_ms; /* with a worker that does not answer; 0: endless */
	/*
	 * A pipe that gets one byte when the view can be used; then the keeper is in the background, and lets
	 * go of the standard streams. If nobody reads it any more, it unmounts. -1: stay in the foreground.
	 */
	int ready_fd;
};

/* Mounts, waits for the end, unmounts. Returns the exit status, after a line on standard error if it is
 * not 0. */
int keeper_run(const struct keeper_config *config);
