/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random control groups: likely ones, limits of every kind, and nonsense. */

#include "cpu_random.h"

#include "../../src/files/cpu_times.h"

static uint64_t seed = 1;

static uint64_t next(void)
{
	/* splitmix64 */
	uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t below(uint64_t n)
{
	return next() % n;
}

uint64_t any_ns(void)
{
	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return below(3) == 0 ? RESOURCE_NONE : RESOURCE_NONE - 1 - below(3);
	case 2:
		return next();
	case 3:
		return below(NS_PER_TICK * 3);
	default:
		return below(LIKELY_MAX);
	}
}

/* Of one group at a time. */
static uint64_t user_ns[N_CPUS], system_ns[N_CPUS];

void any_times(struct resources *r, unsigned n_percpu)
{
	unsigned i;

	r->time.start_ns = any_ns();
	r->time.age_ns = any_ns();
	r->cpu_time.state = below(2) ? RESOURCE_V1 : RESOURCE_V2;
	r->cpu_time.user_ns = any_ns();
	r->cpu_time.nice_ns = below(2) ? RESOURCE_NONE : below(r->cpu_time.user_ns / 2 + 1);
	r->cpu_time.system_ns = any_ns();
	r->cpu_time.n_percpu = r->cpu_time.state == RESOURCE_V1 && below(4) ? n_percpu : 0;
	r->cpu_time.percpu_user_ns = user_ns;
	r->cpu_time.percpu_system_ns = system_ns;
	for (i = 0; i < n_percpu; i++) {
		user_ns[i] = any_ns();
		system_ns[i] = any_ns();
	}
	r->cpu.count = (enum resource_cpu_count)below(3);
	r->cpu.quota_us = below(4) ? below(4000000) : any_ns();
	r->cpu.period_us = below(4) ? 100000 : any_ns();
	r->cpu.shares = below(2) ? below(10000) : any_ns();
}
