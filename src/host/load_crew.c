/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The thread that keeps the load averages of views. */

#include "load_crew.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "load_average.h"
#include "load_sampler.h"

#define NS_PER_S 1000000000ULL

struct charge {
	struct load_sampler *sampler;
	int death_fd;
	uint64_t due_ns;
	struct charge *next;
};

struct load_crew {
	const _Atomic unsigned *wanted;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t change;
	struct charge *first;
	struct load_sampler *busy; /* the one that is being looked at */
	bool stopping;
	bool started;
	pthread_t thread;
};

int load_crew_new(struct load_crew **ret)
{
	struct load_crew *c = calloc(1, sizeof(*c));
	pthread_condattr_t attributes;

	if (!c)
		return -ENOMEM;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&c->change, &attributes);
	pthread_condattr_destroy(&attributes);
	*ret = c;
	return 0;
}

void load_crew_set_wanted(struct load_crew *c, const _Atomic unsigned *wanted)
{
	c->wanted = wanted;
}

int load_crew_add(struct load_crew *c, struct load_sampler *s, int death_fd)
{
	struct charge *charge = calloc(1, sizeof(*charge));

	if (!charge)
		return -ENOMEM;
	charge->sampler = s;
	charge->death_fd = death_fd;
	pthread_mutex_lock(&c->lock);
	charge->next = c->first;
	c->first = charge;
	pthread_cond_broadcast(&c->change);
	pthread_mutex_unlock(&c->lock);
	return 0;
}

void load_crew_remove(struct load_crew *c, struct load_sampler *s)
{
	struct charge **at, *charge;

	if (!c || !s)
		return;
	load_sampler_stop(s);
	pthread_mutex_lock(&c->lock);
	for (at = &c->first; *at && (*at)->sampler != s; at = &(*at)->next)
		;
	charge = *at;
	if (charge)
		*at = charge->next;
	while (c->busy == s)
		pthread_cond_wait(&c->change, &c->lock);
	pthread_mutex_unlock(&c->lock);
	free(charge);
}

/* Locked. Until then, or until something has changed. */
static void wait_until(struct load_crew *c, uint64_t when_ns)
{
	struct timespec when = { .tv_sec = (time_t)(when_ns / NS_PER_S),
				 .tv_nsec = (long)(when_ns % NS_PER_S) };

	pthread_cond_timedwait(&c->change, &c->lock, &when);
}

/* Locked. The one whose turn is first; NULL: there is none. */
static struct charge *next_charge(const struct load_crew *c)
{
	struct charge *next = c->first;
	struct charge *charge;

	for (charge = c->first; charge; charge = charge->next) {
		if (charge->due_ns < next->due_ns)
			next = charge;
	}
	return next;
}

/* Nobody is there any more, nor will be. */
static bool is_dead(const struct charge *charge)
{
	struct pollfd death = { .fd = charge->death_fd, .events = POLLIN };

	return poll(&death, 1, 0) > 0;
}

/* Locked, but for the look itself. Returns when the next look may be. */
static uint64_t look_at(struct load_crew *c, struct charge *charge)
{
	struct load_sampler *s = charge->sampler;
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), end, due;

	if (is_dead(charge)) {
		charge->due_ns = UINT64_MAX;
		return begin;
	}
	c->busy = s;
	pthread_mutex_unlock(&c->lock);
	due = load_sampler_work(s);
	end = clock_ns(CLOCK_MONOTONIC);
	pthread_mutex_lock(&c->lock);
	c->busy = NULL;
	pthread_cond_broadcast(&c->change);
	/* It may have been removed. */
	for (charge = c->first; charge && charge->sampler != s; charge = charge->next)
		;
	if (charge)
		charge->due_ns = due;
	return end + (end - begin) * LOAD_REST_FOR_ONE;
}

static void *crew_main(void *context)
{
	struct load_crew *c = context;
	uint64_t rested_ns = 0;

	pthread_mutex_lock(&c->lock);
	while (!c->stopping) {
		struct charge *next = next_charge(c);
		uint64_t now = clock_ns(CLOCK_MONOTONIC);
		uint64_t when = next && next->due_ns > rested_ns ? next->due_ns : rested_ns;

		if (!next || next->due_ns == UINT64_MAX)
			pthread_cond_wait(&c->change, &c->lock);
		else if (c->wanted && !*c->wanted)
			wait_until(c, now + LOAD_PERIOD_NS);
		else if (when > now)
			wait_until(c, when);
		else
			rested_ns = look_at(c, next);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

int load_crew_start(struct load_crew *c)
{
	int r = -pthread_create(&c->thread, NULL, crew_main, c);

	c->started = r == 0;
	return r;
}

void load_crew_free(struct load_crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_cond_broadcast(&c->change);
	pthread_mutex_unlock(&c->lock);
	if (c->started)
		pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->change);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
