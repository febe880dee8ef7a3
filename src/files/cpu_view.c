/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The CPUs that a container is shown. */

#include "cpu_view.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define WORD_BITS 64
#define N_WORDS	  (RESOURCE_CPUS_MAX / WORD_BITS)

int cpu_set_add(struct resource_cpus *set, uint64_t cpu)
{
	if (cpu >= RESOURCE_CPUS_MAX)
		return -EIO;
	set->bits[cpu / WORD_BITS] |= 1ULL << cpu % WORD_BITS;
	return 0;
}

unsigned cpu_set_rank(const struct resource_cpus *set, unsigned cpu)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < cpu / WORD_BITS; i++)
		n += (unsigned)__builtin_popcountll(set->bits[i]);
	return n + (unsigned)__builtin_popcountll(set->bits[i] & ((1ULL << cpu % WORD_BITS) - 1));
}

/* The first n of a set. */
static struct resource_cpus first_of(const struct resource_cpus *set, unsigned n)
{
	struct resource_cpus first = { 0 };
	unsigned cpu;

	for (cpu = 0; cpu < RESOURCE_CPUS_MAX && n > 0; cpu++) {
		if (!resource_cpus_has(set, cpu))
			continue;
		cpu_set_add(&first, cpu);
		n--;
	}
	return first;
}

static bool intersect(const struct resource_cpus *a, const struct resource_cpus *b)
{
	size_t i;

	for (i = 0; i < N_WORDS; i++) {
		if (a->bits[i] & b->bits[i])
			return true;
	}
	return false;
}

int cpu_view_make(const struct resources *r, const struct resource_cpus *named,
		  struct cpu_view *ret)
{
	const struct resource_cpus *set = r->cpu.has_set ? &r->cpu.set : named;

	ret->renumbered = r->files & RESOURCE_CPUS;
	if (ret->renumbered)
		ret->shown = first_of(set, resource_cpu_count(&r->cpu, resource_cpus_count(set)));
	else
		ret->shown = *named;
	return intersect(&ret->shown, named) ? 0 : -EIO;
}

bool cpu_view_number(const struct cpu_view *v, uint64_t cpu, unsigned *ret)
{
	if (cpu >= RESOURCE_CPUS_MAX || !resource_cpus_has(&v->shown, (unsigned)cpu))
		return false;
	*ret = v->renumbered ? cpu_set_rank(&v->shown, (unsigned)cpu) : (unsigned)cpu;
	return true;
}

struct resource_cpus cpu_view_renumber(const struct cpu_view *v, const struct resource_cpus *set)
{
	struct resource_cpus shown = { 0 };
	unsigned cpu, number = 0;

	for (cpu = 0; cpu < RESOURCE_CPUS_MAX; cpu++) {
		if (resource_cpus_has(set, cpu) && cpu_view_number(v, cpu, &number))
			cpu_set_add(&shown, number);
	}
	return shown;
}
