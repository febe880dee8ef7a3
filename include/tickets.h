/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Tickets for the portal: a thread that was told to follow a link through it may pass, once and soon, in
 * the same system call. A table of fixed size; safe for threads.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Between two requests of one system call; a loaded machine takes its time. */
#define TICKET_MS 5000

struct tickets;

/* An empty table. Returns 0 or -ENOMEM. */
int tickets_new(struct tickets **ret);

/* Frees the table; NULL is accepted. */
void tickets_free(struct tickets *t);

/*
 * Gives the thread a ticket, in place of the one it has. mark is that of its system call (sniff.h), or 0
 * if that is not known. A full table drops the ticket that is nearest its end. now in milliseconds.
 */
void tickets_give(struct tickets *t, pid_t tid, uint64_t mark, int64_t now);

/*
 * Takes the thread's ticket away. Returns whether it had one, not older than TICKET_MS, with the same
 * mark; 0 is the same as any.
 */
bool tickets_take(struct tickets *t, pid_t tid, uint64_t mark, int64_t now);
