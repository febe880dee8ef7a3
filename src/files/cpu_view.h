/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The CPUs that a container is shown: the first N of those in its cpuset, renumbered from 0 in their order (N:
 * resource_cpu_count()). A CPU's new number follows from the set alone, so that all files agree on it, also while
 * one of them does not name a CPU that goes offline. Where no cpuset controller says, the set is what the file names.
 */

#include <stdbool.h>

#include "resources.h"
#include "text.h"

struct cpu_view {
	struct resource_cpus shown; /* by their numbers on the machine */
	bool renumbered;	    /* else they keep those */
};

/* Adds a CPU to a set. Returns 0 or -EIO if there can be no such CPU. */
int cpu_set_add(struct resource_cpus *set, uint64_t cpu);

/* How many of its CPUs have a lower number. */
unsigned cpu_set_rank(const struct resource_cpus *set, unsigned cpu);

/*
 * The view of a file that names these CPUs: all of them and as they are numbered, if r->files has not RESOURCE_CPUS.
 * Returns 0, or -EIO if the file names none that is shown: an empty list would be no machine at all.
 */
int cpu_view_make(const struct resources *r, const struct resource_cpus *named,
		  struct cpu_view *ret);

/* Whether the CPU of the machine is shown, and its number then. */
bool cpu_view_number(const struct cpu_view *v, uint64_t cpu, unsigned *ret);

/* Of a set of the machine's CPUs those that are shown, by their numbers then. */
struct resource_cpus cpu_view_renumber(const struct cpu_view *v, const struct resource_cpus *set);
