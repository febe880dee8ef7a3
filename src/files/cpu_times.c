/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a container used of its CPUs. No sum here can wrap: all of them saturate, and what is subtracted is never
 * more than what it is subtracted from.
 */

#include "cpu_times.h"

#include "counter.h"

/* A count that no file says is nothing here: what is used must not become endless. */
static uint64_t count_of(uint64_t ns)
{
	return ns == RESOURCE_NONE ? 0 : ns;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

bool cpu_times_known(const struct resources *r)
{
	return r->cpu_time.state != RESOURCE_ABSENT;
}

/* What was used is seen on n CPUs; if their number is the quota's, all of them busy is all of the quota. */
static uint64_t scaled(const struct resources *r, unsigned n, uint64_t ns)
{
	const struct resource_cpu *c = &r->cpu;
	uint64_t all;

	if (!(r->files & RESOURCE_CPUS) || c->count != CPUS_QUOTA)
		return ns;
	if (c->quota_us == RESOURCE_NONE || c->quota_us == 0 || c->period_us == 0)
		return ns;
	all = counter_times(n, c->period_us);
	return c->quota_us < all ? counter_scale(ns, all, c->quota_us) : ns;
}

/* The i-th of n equal parts of total, whole and summing up to it. No part ever shrinks while the total grows. */
static uint64_t part(uint64_t total, unsigned n, unsigned i)
{
	return total / n + (i < total % n ? 1 : 0);
}

static uint64_t total_used(const struct resources *r)
{
	const struct resource_cpu_time *t = &r->cpu_time;
	uint64_t sum = 0;
	unsigned i;

	/* nice is within user, unless they were read at different times. */
	if (t->n_percpu == 0) {
		sum = count_of(t->nice_ns) > count_of(t->user_ns) ? t->nice_ns
								  : count_of(t->user_ns);
		return resource_plus(sum, count_of(t->system_ns));
	}
	for (i = 0; i < t->n_percpu; i++) {
		sum = resource_plus(sum, count_of(t->percpu_user_ns[i]));
		sum = resource_plus(sum, count_of(t->percpu_system_ns[i]));
	}
	return sum;
}

uint64_t cpu_times_idle(const struct resources *r, unsigned n, uint64_t age_ns)
{
	return less(counter_times(age_ns, n), scaled(r, n, total_used(r))) / NS_PER_TICK;
}

/* Nobody counts by CPU: equal parts. */
static void split(const struct resources *r, uint64_t age_ns, unsigned n, struct cpu_times *ret)
{
	const struct resource_cpu_time *t = &r->cpu_time;
	uint64_t nice = count_of(t->nice_ns);
	uint64_t user = scaled(r, n, less(count_of(t->user_ns), nice)) / NS_PER_TICK;
	uint64_t system = scaled(r, n, count_of(t->system_ns)) / NS_PER_TICK;
	uint64_t idle = cpu_times_idle(r, n, age_ns);
	unsigned i;

	nice = scaled(r, n, nice) / NS_PER_TICK;
	for (i = 0; i < n; i++)
		ret[i] = (struct cpu_times){ part(user, n, i), part(nice, n, i), part(system, n, i),
					     part(idle, n, i) };
}

/* In nanoseconds: each CPU's own, and of what was used on CPUs that are not shown equal parts. */
static void take_own(const struct resources *r, const unsigned *cpus, unsigned n,
		     struct cpu_times *ret)
{
	const struct resource_cpu_time *t = &r->cpu_time;
	struct cpu_times apart = { 0 };
	unsigned cpu;
	unsigned i = 0;

	for (cpu = 0; cpu < t->n_percpu; cpu++) {
		uint64_t user = count_of(t->percpu_user_ns[cpu]);
		uint64_t system = count_of(t->percpu_system_ns[cpu]);

		while (i < n && cpus[i] < cpu)
			i++;
		if (i < n && cpus[i] == cpu) {
			ret[i] = (struct cpu_times){ .user = user, .system = system };
			continue;
		}
		apart.user = resource_plus(apart.user, user);
		apart.system = resource_plus(apart.system, system);
	}
	for (i = 0; i < n; i++) {
		ret[i].user = scaled(r, n, resource_plus(ret[i].user, part(apart.user, n, i)));
		ret[i].system =
			scaled(r, n, resource_plus(ret[i].system, part(apart.system, n, i)));
		/* So that their sum fits. */
		if (ret[i].system > UINT64_MAX - ret[i].user)
			ret[i].system = UINT64_MAX - ret[i].user;
	}
}

static uint64_t busy(const struct cpu_times *t)
{
	return t->user + t->system;
}

static void move(struct cpu_times *from, struct cpu_times *to, uint64_t ns)
{
	uint64_t user = ns < from->user ? ns : from->user;

	from->user -= user;
	to->user += user;
	from->system -= ns - user;
	to->system += ns - user;
}

/* No CPU was busy for longer than there was, as long as others have room for what it is too much. */
static void level(struct cpu_times *t, unsigned n, uint64_t age_ns)
{
	unsigned to = 0;
	unsigned i;

	for (i = 0; i < n; i++) {
		while (to < n && busy(&t[i]) > age_ns) {
			uint64_t excess = busy(&t[i]) - age_ns;
			uint64_t room = less(age_ns, busy(&t[to]));

			if (room == 0)
				to++;
			else
				move(&t[i], &t[to], excess < room ? excess : room);
		}
	}
}

void cpu_times_make(const struct resources *r, uint64_t age_ns, const unsigned *cpus, unsigned n,
		    struct cpu_times *ret)
{
	unsigned i;

	for (i = 0; i < n; i++)
		ret[i] = (struct cpu_times){ 0 };
	if (r->cpu_time.n_percpu == 0) {
		split(r, age_ns, n, ret);
		return;
	}
	take_own(r, cpus, n, ret);
	level(ret, n, age_ns);
	for (i = 0; i < n; i++) {
		ret[i].idle = less(age_ns, busy(&ret[i])) / NS_PER_TICK;
		ret[i].user /= NS_PER_TICK;
		ret[i].system /= NS_PER_TICK;
	}
}
