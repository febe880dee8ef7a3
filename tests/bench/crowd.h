/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Clients in a pid namespace, that read one file again and again at the same time. */

#include <sys/types.h>

#define CROWD_MAX 64

struct crowd;

/*
 * Starts n clients in the pid namespace of process init; they end with us. Returns 0 or -errno.
 */
int crowd_start(pid_t init, unsigned n, struct crowd **ret);

/*
 * Each client opens, reads and closes path so many times. *ret_ns: the time from the first one's start to the last one's
 * end, by the number of all operations. Returns 0, or -errno of a client.
 */
int crowd_read(struct crowd *c, const char *path, unsigned operations, double *ret_ns);

/* Ends the clients. c may be NULL. */
void crowd_stop(struct crowd *c);
