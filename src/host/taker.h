/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside of resources_take.h. */

#include <stdatomic.h>
#include <stdbool.h>

#include "take_ground.h"

struct fault;
struct load_sampler;

struct resource_taker {
	struct take_ground *ground;
	bool owns_ground;
	int where_fd;	  /* init's PID/cgroup; -1: there is no init */
	struct buf where; /* without init: the same, of others */
	uint64_t start_ns;
	_Atomic uint64_t lead_ns; /* of struct resource_time, as long as it is in the same groups */
	struct take_held held;
	_Atomic uint64_t checked_ns; /* when where_fd was last read */
	struct load_sampler *load;
};

/* Appends which groups it is about, as PID/cgroup says it. Returns 0 or -errno. */
int taker_read_where(const struct resource_taker *t, struct buf *out);

/* Opens these groups, which are held from now on. Returns 0, or -errno with a fault. */
int taker_open_grip(struct resource_taker *t, struct text where, struct fault *fault);
