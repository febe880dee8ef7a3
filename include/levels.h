/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What one process is called: its name, and its number at each level of pid namespaces. */

#include <stddef.h>
#include <sys/types.h>

#include "status.h"

struct source;

/* Kernel threads have the longest names: tcomm[64] in fs/proc/array.c, proc_task_name(). */
#define LEVELS_COMM_BYTES 64

struct levels {
	struct status status;		  /* n_columns is 0 if there are no usable NSpid lines */
	char comm[LEVELS_COMM_BYTES + 1]; /* any bytes but NUL, as the process set them */
};

/* Takes them from the text of PID/status. Nothing is an error: what is missing stays 0 or empty. */
void levels_parse(struct text status, struct levels *ret);

/*
 * The same for a process of the source. Returns 0, also for a process without a readable status; -ESRCH
 * if there is no such process (any more).
 */
int levels_read(const struct source *s, pid_t there, struct levels *ret);

/* The number at this level, 0 being the source's; 0 if the process is not there or it is unknown. */
pid_t levels_at(const struct levels *l, unsigned level);
