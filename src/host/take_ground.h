/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What takers of several containers share: the hierarchies, which can only be found and opened before the server leaves
 * the mounts it was started among, and a bound on how many groups are open at a time. A group is a score of descriptors
 * or more, and containers may come by the hundred: whose groups have not been asked for longest gives them up, and opens
 * them anew when it is asked again.
 */

#include <pthread.h>
#include <stdint.h>

#include "take.h"

struct fault;
struct resource_wish;
struct source;

/* Groups that a taker has open, if it has; guarded by the ground's lock. */
struct take_held {
	struct take_grip *grip; /* NULL: none */
	uint64_t used;		/* tick of the last use */
	struct take_held *next; /* of those that have some */
};

struct take_ground {
	struct cgroups groups;
	bool is_named;
	struct cgroup_wish wish;
	enum resource_cpu_count count;
	bool by_high;	      /* of struct resource_memory */
	pthread_mutex_t lock; /* guards all below, and the references to any grip */
	struct take_held *first;
	unsigned n_held;
	unsigned max; /* that many are kept open */
	uint64_t tick;
};

/* Errors of resource_taker_open() that are not about init. */
int take_ground_open(const struct source *host, const struct resource_wish *wish,
		     struct take_ground **ret, struct fault *fault);

/* Nobody holds anything any more. NULL is accepted. */
void take_ground_close(struct take_ground *g);

/* What is held, for take_release(); NULL: nothing is. */
struct take_grip *take_hold(struct take_ground *g, struct take_held *held);
void take_release(struct take_ground *g, struct take_grip *grip);

/*
 * From now on the grip (NULL: none) is what is held. Whoever still reads by the old one has it; so has he whose place is
 * taken, as the one used least of too many.
 */
void take_replace(struct take_ground *g, struct take_held *held, struct take_grip *grip);
