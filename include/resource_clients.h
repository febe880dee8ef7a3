/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Facts of the control groups that a client itself is in (--resources=client), for a pid namespace that several containers
 * share: its init, a pause process say, is in none of theirs. Which groups they are is asked of the kernel for each text
 * that is made (PID/cgroup of the client's thread), so a client that is moved is followed at once. What is opened for one
 * client serves all that are in the same groups. Safe for threads.
 */

#include <sys/types.h>

#include "resources.h"

struct resource_clients;
struct resource_taker;
struct source;

/* Both are borrowed: resource_taker_open_where() says what first is. Returns 0 or -ENOMEM. */
int resource_clients_new(const struct resource_taker *first, const struct source *host,
			 struct resource_clients **ret);

/*
 * As resources_take(), of the groups of the thread tid (its number in the source). When those began and what their load is
 * is not known. Returns 0; -EIO also if the thread's groups cannot be told; -ENOMEM.
 */
int resource_clients_take(struct resource_clients *r, pid_t tid, unsigned facts,
			  struct resources *ret);

/* As resource_taker_open_file(). */
int resource_clients_open_file(struct resource_clients *r, pid_t tid, const char *name, int flags);

/* NULL is accepted. */
void resource_clients_free(struct resource_clients *r);
