/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Arithmetic on a container's resources. */

#include "resources.h"

#include <stdlib.h>

void resources_done(struct resources *r)
{
	free(r->cpu_time.percpu_user_ns);
	free(r->cpu_time.percpu_system_ns);
	r->cpu_time.percpu_user_ns = r->cpu_time.percpu_system_ns = NULL;
	r->cpu_time.n_percpu = 0;
	free(r->disks.disk);
	r->disks = (struct resource_disks){ 0 };
}

uint64_t resource_less(uint64_t a, uint64_t b)
{
	if (a == RESOURCE_NONE)
		return a;
	return a > b ? a - b : 0;
}

uint64_t resource_plus(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool resource_cpus_has(const struct resource_cpus *set, unsigned cpu)
{
	return cpu < RESOURCE_CPUS_MAX && (set->bits[cpu / 64] >> cpu % 64 & 1);
}

unsigned resource_cpus_count(const struct resource_cpus *set)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < RESOURCE_CPUS_MAX / 64; i++)
		n += (unsigned)__builtin_popcountll(set->bits[i]);
	return n;
}

unsigned resource_cpus_shown(const struct resources *r)
{
	unsigned n = r->cpu.n_online > 0 ? r->cpu.n_online : 1;

	if (!(r->files & RESOURCE_CPUS))
		return n;
	if (r->cpu.has_set)
		n = resource_cpus_count(&r->cpu.set);
	n = resource_cpu_count(&r->cpu, n);
	return n > 0 ? n : 1;
}

unsigned resource_cpu_count(const struct resource_cpu *cpu, unsigned n_set)
{
	uint64_t n = n_set;

	if (cpu->count == CPUS_QUOTA && cpu->quota_us != RESOURCE_NONE && cpu->period_us > 0)
		n = cpu->quota_us / cpu->period_us + (cpu->quota_us % cpu->period_us > 0);
	else if (cpu->count == CPUS_SHARES && cpu->shares != RESOURCE_NONE)
		n = cpu->shares / 1024 + (cpu->shares % 1024 > 0);
	if (n == 0)
		n = 1;
	return n < n_set ? (unsigned)n : n_set;
}

void resource_load_show(uint64_t average, uint64_t *ret_whole, unsigned *ret_hundredths)
{
	const uint64_t one = 1ULL << RESOURCE_LOAD_SHIFT;

	average = resource_plus(average, one / 200);
	*ret_whole = average >> RESOURCE_LOAD_SHIFT;
	*ret_hundredths = (unsigned)(((average & (one - 1)) * 100) >> RESOURCE_LOAD_SHIFT);
}
