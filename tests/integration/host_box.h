/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A live container of a process that does as it is told. */

#include <sys/types.h>

#include "source.h"

struct pidmap;

#define BOX_THREADS 1000

/* A process that is the init of a pid namespace, and does as it is told by bytes. */
struct box {
	pid_t init;
	int command_fd, answer_fd;
	struct source source;
	struct pidmap *members;
};

/* In a new pid namespace; dies with the calling process. Aborts the test on failure, as the others do. */
void box_start(struct box *b);

/*
 * Returns once it is done: 's' for BOX_THREADS more threads that sleep, 'b' for another process of two threads that
 * run for good; 'e' for threads that come and end at once, from then on.
 */
void box_tell(const struct box *b, char command);
void box_stop(struct box *b);

/* Starts so many threads in the calling process. */
void box_threads(int n, void *(*fn)(void *));
void *box_sleep(void *arg);
