/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The number of a process that was given out last in the PID namespace of a client, as loadavg has it in its last field
 * (fs/proc/loadavg.c, loadavg_proc_show(): of the namespace of whoever reads, so that no file tells it from outside).
 *
 * It is learnt by starting a process there. As long as the number given out last in our own namespace is still that
 * process's, none has been started there either, since a process has a number in each namespace above its own: then
 * the answer is still right, and nothing is started. That does not hold if our numbers have gone round meanwhile and
 * stopped at the very same, or if the last number was set (ns_last_pid): so no answer is kept for longer than
 * LAST_NUMBER_KEEP_MS.
 */

#include <sys/types.h>

#define LAST_NUMBER_KEEP_MS 100

struct last_numbers;
struct source;

/* host is the host source, borrowed. Before threads are started. Returns 0 or -ENOMEM. */
int last_numbers_new(const struct source *host, struct last_numbers **ret);

/* Frees it; NULL is accepted. */
void last_numbers_free(struct last_numbers *l);

/*
 * For the client with this number in our PID namespace, which is in one below. Threads may ask at the same time. Returns
 * 0; -ESRCH if the client is gone; -EPERM if we may not start processes there; -ETIMEDOUT if the one that was started
 * does not end within two seconds; -EIO if it was killed too early, again and again; else the errno of what failed.
 */
int last_numbers_ask(struct last_numbers *l, pid_t client, pid_t *ret);
