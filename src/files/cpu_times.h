/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a container used of the CPUs that it is shown, in ticks: 1/100 s, the unit of all texts of /proc
 * (USER_HZ, include/asm-generic/param.h), rounded down. The rules are in docs/resources.md, "Times".
 */

#include <stdbool.h>
#include <stdint.h>

#include "resources.h"

#define NS_PER_TICK 10000000ULL

struct cpu_times {
	uint64_t user; /* without nice */
	uint64_t nice;
	uint64_t system;
	uint64_t idle;
};

/* Whether the container's groups count what it uses. */
bool cpu_times_known(const struct resources *r);

/*
 * The times of each of n CPUs, whose numbers on the machine are in cpus, ascending, in a container of that age. Their
 * sums are all that it has used, on whatever CPU, and what is left of its age on n CPUs; never less than 0.
 */
void cpu_times_make(const struct resources *r, uint64_t age_ns, const unsigned *cpus, unsigned n,
		    struct cpu_times *ret);

/* What n CPUs together were idle in a container of that age. */
uint64_t cpu_times_idle(const struct resources *r, unsigned n, uint64_t age_ns);
