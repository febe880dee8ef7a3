/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How many of the shown CPUs are in one package, and how many cores those have. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a CPU is: "physical id" and "core id" of cpuinfo. */
struct cpu_place {
	uint64_t package;
	uint64_t core;
	size_t cores_before; /* different ones among those that stand before it: cpu_places_sort() */
};

/* Brings n places into the order in which cpu_places_count() finds them. */
void cpu_places_sort(struct cpu_place *places, size_t n);

/* How many of n sorted places are in the package, and how many different cores those have. */
void cpu_places_count(const struct cpu_place *places, size_t n, uint64_t package, size_t *ret_cpus,
		      size_t *ret_cores);
