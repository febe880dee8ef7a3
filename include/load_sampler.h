/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The load of a view's members: averages that a thread (load_crew.h) keeps by looking at them every five seconds from
 * when the view is served, whether anybody asks or not. Before the first look, so is assumed, they were as they are
 * then: a container that is older than its view has no other record.
 *
 * Looking is done with our own rights, and never takes more than two hundredths of a CPU (after each look there is a rest
 * of 49 times as long, and at least a second).
 */

#include <stdint.h>

/* So many times as long as a look took there is rest after it. */
#define LOAD_REST_FOR_ONE 49

struct load_sampler;
struct pidmap;
struct resource_load;
struct source;

/* Both are borrowed. Returns 0 or -ENOMEM. */
int load_sampler_new(const struct source *s, const struct pidmap *members,
		     struct load_sampler **ret);

/* Looks, and brings the averages up to now. Returns when they are to be next, by CLOCK_MONOTONIC. */
uint64_t load_sampler_work(struct load_sampler *s);

/* From now on no look is finished. */
void load_sampler_stop(struct load_sampler *s);

/*
 * The averages, and counts that are a second old at most where looking is cheap (see above). Looks by itself if nobody
 * has yet: without a thread, what is seen now is the average as well. ret->known is false if looking has never
 * succeeded.
 */
void load_sampler_take(struct load_sampler *s, struct resource_load *ret);

/* Nobody works with it any more; NULL is accepted. */
void load_sampler_free(struct load_sampler *s);
