/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The load averages of a view. */

#include "load_sampler.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "clock.h"
#include "load_average.h"
#include "load_count.h"
#include "resources.h"

#define NS_PER_S    1000000000ULL
#define REST_MIN_NS NS_PER_S

struct load_sampler {
	const struct source *source;
	const struct pidmap *members;
	pthread_mutex_t looking; /* taken before lock */
	uint64_t rested_ns;	 /* guarded by looking: when the next look may be */
	pthread_mutex_t lock;	 /* guards the two below */
	struct resource_load load;
	uint64_t advanced_ns; /* when the averages were right; nothing before load is known */
	atomic_bool stopping;
};

static unsigned active_of(const struct resource_load *l)
{
	return l->running + l->blocked;
}

static void keep(struct load_sampler *s, const struct load_counts *c, uint64_t now)
{
	struct resource_load *l = &s->load;

	pthread_mutex_lock(&s->lock);
	l->running = c->running;
	l->blocked = c->blocked;
	l->threads = c->threads;
	if (!l->known) {
		load_average_settle(l->average, active_of(l));
		s->advanced_ns = now;
	}
	l->known = true;
	pthread_mutex_unlock(&s->lock);
}

/* Looking is locked. */
static void look_if_rested(struct load_sampler *s)
{
	/* The kernel's ticks stand still while the machine is suspended, as this clock does. */
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), end, rest;
	struct load_counts c;
	int r;

	if (begin < s->rested_ns)
		return;
	r = load_count(s->source, s->members, &s->stopping, &c);
	end = clock_ns(CLOCK_MONOTONIC);
	rest = (end - begin) * LOAD_REST_FOR_ONE;
	s->rested_ns = end + (rest > REST_MIN_NS ? rest : REST_MIN_NS);
	if (r == 0)
		keep(s, &c, end);
}

static bool is_known(struct load_sampler *s)
{
	bool known;

	pthread_mutex_lock(&s->lock);
	known = s->load.known;
	pthread_mutex_unlock(&s->lock);
	return known;
}

/* If somebody else is at it, what there is will do; if there is anything. */
static void look(struct load_sampler *s)
{
	if (pthread_mutex_trylock(&s->looking) != 0) {
		if (is_known(s))
			return;
		pthread_mutex_lock(&s->looking);
	}
	look_if_rested(s);
	pthread_mutex_unlock(&s->looking);
}

/* Periods that have passed since, be it that a look took longer or that we were stopped. */
static void advance(struct load_sampler *s)
{
	uint64_t n;

	pthread_mutex_lock(&s->lock);
	n = s->load.known ? (clock_ns(CLOCK_MONOTONIC) - s->advanced_ns) / LOAD_PERIOD_NS : 0;
	load_average_advance(s->load.average, active_of(&s->load), n);
	s->advanced_ns += n * LOAD_PERIOD_NS;
	pthread_mutex_unlock(&s->lock);
}

uint64_t load_sampler_work(struct load_sampler *s)
{
	uint64_t due;

	look(s);
	advance(s);
	pthread_mutex_lock(&s->lock);
	due = (s->load.known ? s->advanced_ns : clock_ns(CLOCK_MONOTONIC)) + LOAD_PERIOD_NS;
	pthread_mutex_unlock(&s->lock);
	return due;
}

void load_sampler_stop(struct load_sampler *s)
{
	s->stopping = true;
}

int load_sampler_new(const struct source *s, const struct pidmap *members,
		     struct load_sampler **ret)
{
	struct load_sampler *sampler = calloc(1, sizeof(*sampler));

	if (!sampler)
		return -ENOMEM;
	sampler->source = s;
	sampler->members = members;
	pthread_mutex_init(&sampler->looking, NULL);
	pthread_mutex_init(&sampler->lock, NULL);
	*ret = sampler;
	return 0;
}

void load_sampler_take(struct load_sampler *s, struct resource_load *ret)
{
	look(s);
	pthread_mutex_lock(&s->lock);
	*ret = s->load;
	pthread_mutex_unlock(&s->lock);
}

void load_sampler_free(struct load_sampler *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->looking);
	free(s);
}
