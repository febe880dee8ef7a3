/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The worker: the process that holds the source and answers the requests. It is a child of the one that
 * mounts (run: the supervisor, mount: the keeper), in a session and, where that is allowed, a mount
 * namespace of its own, made before the view is mounted: so it never sees its own mount, which would
 * hang it for ever.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "watchdog.h"

struct fault;
struct mountpoint_id;
struct view;

struct worker {
	pid_t pid;  /* a child of ours, not reaped yet; 0 if there is none */
	int socket; /* to it */
	struct watchdog watchdog;
};

#define WORKER_NULL ((struct worker){ .socket = -1, .watchdog = WATCHDOG_NULL })

struct worker_config {
	struct view *view;
	/*
	 * If we are killed: the mount point the worker is to clear; no view is there yet. NULL: none, the
	 * worker is killed, too.
	 */
	const char *dir;
	int users_fd;	 /* the user namespace to serve in, where all of the view are; -1: ours */
	int starters_fd; /* a descriptor the worker must not hold; -1: none */
	int portal_fd;	 /* another */
	int patience_ms; /* worker_has_stalled() after so long; 0: never */
	bool keep_stderr;
};

/*
 * Starts the worker; *ret is WORKER_NULL before, and is given to worker_end() also after a failure. Returns
 * 0, or -errno with a fault.
 */
int worker_start(const struct worker_config *config, struct worker *ret, struct fault *fault);

/* If config.dir was given: to be called just before the mount; before that, a view that is there is another's. */
void worker_expect_mount(struct worker *w);

/*
 * Hands over the mounted FUSE device (consumed) and waits until it is served. id is that of the mount,
 * NULL if config.dir was not given. Returns 0, or -errno with a fault: -ECONNRESET if the worker died.
 */
int worker_serve(struct worker *w, int fuse_fd, const struct mountpoint_id *id,
		 struct fault *fault);

/*
 * Whether the worker has ended, by now. If it did otherwise than because the file system was unmounted,
 * the fault says how.
 */
bool worker_has_ended(struct worker *w, struct fault *fault);

/* How long poll(2) may wait before worker_has_stalled() is to be called again; -1: for ever. */
int worker_wait_ms(const struct worker *w);

/*
 * Whether requests wait and the worker makes no progress (watchdog.h). If so, it has been killed, and the
 * connection aborted as far as we may; the fault says it (-ETIME).
 */
bool worker_has_stalled(struct worker *w, struct fault *fault);

/*
 * Waits until it has ended, at most for so long, then kills it; one that serves nothing ends at once.
 * Accepts WORKER_NULL, and leaves it.
 */
void worker_end(struct worker *w, int patience_ms);
