/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is measured on a directory with procfs layout. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SYSTEM_PATH_BYTES 512

/* A procfs, or what answers like one. */
struct system {
	const char *name;
	const char *dir;
	char process[SYSTEM_PATH_BYTES]; /* DIR/PID of one of its processes, not the init */
	pid_t init_pid;			 /* of the pid namespace that it shows, for ps */
};

struct measure {
	const char *label;
	const char *argument;
	unsigned operations; /* a batch */
	bool of_root;	     /* about the root and not about one process */
	bool of_tree;	     /* depends on the number of processes */
	/* One batch: the time of one operation in nanoseconds. Returns 0 or -errno. */
	int (*run)(const struct measure *m, const struct system *s, double *ret_ns);
};

/* All measures, in the order they are printed; *ret_n of them. */
const struct measure *measures(size_t *ret_n);

/* Fills system.process. Returns 0, -ENOENT if there are less than two processes, or -errno. */
int system_find_process(struct system *s);

/* The monotonic clock in nanoseconds. */
double measure_now_ns(void);

/*
 * Opens, reads and closes a file as ps does it: one read into a large buffer. Returns 0, -ENODATA if there was nothing,
 * or -errno.
 */
int measure_read_once(const char *path);
