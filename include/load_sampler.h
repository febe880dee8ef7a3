/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The load of a view's members: a thread that looks at them every five seconds from when the view is served, whether
 * anybody asks or not, and keeps the averages. Before the first look, so is assumed, they were as they are then: a
 * container that is older than its view has no other record.
 *
 * Looking is done with our own rights, never takes more than two hundredths of a CPU (after each look there is a rest of 49
 * times as long, and at least a second), and never holds up the end.
 */

struct load_sampler;
struct pidmap;
struct resource_load;
struct source;

/* Both are borrowed. Starts nothing yet, so that it may be made before fork(2). Returns 0 or -ENOMEM. */
int load_sampler_new(const struct source *s, const struct pidmap *members,
		     struct load_sampler **ret);

/* Starts the thread, in the process that serves. Returns 0 or the errno of pthread_create(3). */
int load_sampler_start(struct load_sampler *s);

/*
 * The averages, and counts that are a second old at most where looking is cheap (see above). Looks by itself if nobody
 * has yet: without a thread, what is seen now is the average as well. ret->known is false if looking has never
 * succeeded.
 */
void load_sampler_take(struct load_sampler *s, struct resource_load *ret);

/* Ends the thread and waits for it; NULL is accepted. */
void load_sampler_free(struct load_sampler *s);
