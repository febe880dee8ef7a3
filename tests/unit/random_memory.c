/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random machines and control groups. */

#include "random_memory.h"

#include <stddef.h>
#include <string.h>

/* splitmix64 */
uint64_t random_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

uint64_t random_below(uint64_t *seed, uint64_t n)
{
	return random_next(seed) % n;
}

/* Of every magnitude up to that many bits, and now and then a number where things end. */
static uint64_t any(uint64_t *seed, unsigned bits)
{
	static const uint64_t ends[] = { 0,
					 1,
					 1023,
					 1024,
					 RESOURCE_NONE,
					 RESOURCE_NONE - 1,
					 RESOURCE_NONE - 1024,
					 INT64_MAX,
					 9223372036854771712U };
	uint64_t r = random_next(seed);

	if (r % 8 == 0)
		return ends[r / 8 % (sizeof(ends) / sizeof(ends[0]))];
	return random_next(seed) >> (64 - bits + r / 8 % bits);
}

void random_memory(uint64_t *seed, struct resource_memory *ret)
{
	/* Some groups are as their machine, some as a galaxy. */
	unsigned bits = random_below(seed, 4) == 0 ? 64 : 36;
	unsigned i;

	memset(ret, 0, sizeof(*ret));
	ret->state = random_below(seed, 2) ? RESOURCE_V1 : RESOURCE_V2;
	ret->limit_bytes = any(seed, bits);
	ret->headroom_bytes = any(seed, bits);
	ret->usage_bytes = any(seed, bits);
	ret->swap_counted = random_below(seed, 4) != 0;
	ret->swap_limit_bytes = any(seed, bits);
	ret->swap_headroom_bytes = any(seed, bits);
	ret->swap_usage_bytes = any(seed, bits);
	for (i = 0; i < MEMORY_STAT_N; i++)
		ret->stat[i] = any(seed, bits);
	ret->n_huge = (unsigned)random_below(seed, RESOURCE_HUGE_MAX + 1);
	for (i = 0; i < ret->n_huge; i++) {
		ret->huge[i].page_kib = random_below(seed, 3) ? 2048 : any(seed, 30);
		ret->huge[i].limit_bytes = any(seed, bits);
		ret->huge[i].headroom_bytes = any(seed, bits);
		ret->huge[i].usage_bytes = any(seed, bits);
	}
}

void random_machine(uint64_t *seed, struct meminfo *ret)
{
	unsigned bits = random_below(seed, 4) == 0 ? 60 : 26;
	uint64_t *m = ret->machine;
	unsigned i;

	m[LINE_IN_USE] = RESOURCE_NONE;
	for (i = 1; i < LINE_N; i++)
		m[i] = any(seed, bits) & (UINT64_MAX >> 2);
	if (random_below(seed, 2))
		m[LINE_HUGE_SIZE] = 2048;
	if (m[LINE_HUGE_FREE] > m[LINE_HUGE_TOTAL])
		m[LINE_HUGE_FREE] = m[LINE_HUGE_TOTAL];
	m[LINE_ACTIVE] = m[LINE_ACTIVE_ANON] + m[LINE_ACTIVE_FILE];
	m[LINE_INACTIVE] = m[LINE_INACTIVE_ANON] + m[LINE_INACTIVE_FILE];
	m[LINE_SLAB] = m[LINE_SRECLAIMABLE] + m[LINE_SUNRECLAIM];
}
