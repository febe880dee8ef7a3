/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Asking the server of a mounted view (control.h), without ever waiting for one that hangs. */

#include <sys/types.h>

#include "control.h"

struct fault;

/* A question that is on its way. */
struct ask {
	const char *dir; /* where the view is mounted */
	pid_t child;	 /* who asks; 0: nobody */
	int fd;		 /* and tells what was answered; -1 */
};

#define ASK_PATIENCE_MS 3000

/*
 * Sends the command, CONTROL_STATUS or CONTROL_CHOOSE with these files, to the view mounted on dir, which is borrowed.
 * Returns 0; the errno of pipe2(2) or fork(2).
 */
int ask_start(struct ask *a, const char *dir, unsigned long command, unsigned files);

/*
 * Waits at most so long for the answer; *status is filled for CONTROL_STATUS. Returns 0, or with a fault -ETIME; -EXDEV:
 * no view is mounted there; -EPERM: we may not ask; -EOPNOTSUPP: the view cannot do it; the errno of open(2) or ioctl(2).
 */
int ask_end(struct ask *a, int patience_ms, struct control_status *status, struct fault *fault);
