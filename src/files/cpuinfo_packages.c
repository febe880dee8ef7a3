/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How many of the shown CPUs are in one package. */

#include "cpuinfo_packages.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const struct cpu_place *p = a;
	const struct cpu_place *q = b;

	if (p->package != q->package)
		return p->package < q->package ? -1 : 1;
	return p->core < q->core ? -1 : p->core > q->core;
}

void cpu_places_sort(struct cpu_place *places, size_t n)
{
	size_t i;

	if (n > 0)
		qsort(places, n, sizeof(*places), compare);
	for (i = 0; i < n; i++) {
		places[i].cores_before = 0;
		if (i > 0)
			places[i].cores_before = places[i - 1].cores_before +
						 (compare(&places[i - 1], &places[i]) != 0);
	}
}

/* The first place of this package or of a higher one. */
static size_t lower_bound(const struct cpu_place *places, size_t n, uint64_t package)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places[middle].package < package)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void cpu_places_count(const struct cpu_place *places, size_t n, uint64_t package, size_t *ret_cpus,
		      size_t *ret_cores)
{
	size_t begin = lower_bound(places, n, package);
	size_t end = package == UINT64_MAX ? n : lower_bound(places, n, package + 1);

	*ret_cpus = end - begin;
	*ret_cores = 0;
	if (end > begin)
		*ret_cores = places[end - 1].cores_before - places[begin].cores_before + 1;
}
