/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The arithmetic of meminfo. The kernel's counts are batched and flushed at different times, and the machine's
 * text is of another moment than the groups' files: so nothing here relies on parts being within their totals, but
 * sees to it.
 */

#include "meminfo.h"

#include <stdbool.h>

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Limits and headrooms: no number means no limit. */
static uint64_t limit_kib(uint64_t bytes)
{
	return bytes == RESOURCE_NONE ? bytes : bytes / 1024;
}

/* Amounts: no number means that they are not counted. */
static uint64_t amount_kib(uint64_t bytes)
{
	return bytes == RESOURCE_NONE ? 0 : bytes / 1024;
}

static uint64_t stat_kib(const struct resource_memory *memory, enum memory_stat stat)
{
	return amount_kib(memory->stat[stat]);
}

/* a * b / c for b <= c, never more than a; where the product does not fit, of few digits less. */
static uint64_t scale(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t product;

	if (a == RESOURCE_NONE || b >= c)
		return a;
	if (b == 0)
		return 0;
	if (!__builtin_mul_overflow(a, b, &product))
		return product / c;
	return a / (c / b);
}

/*
 * What a group can still get: what is left in it and in every one above it, and what of its own can be taken back.
 * The same sum as mm/show_mem.c, si_mem_available(), without the watermarks, which groups have not.
 */
static void figure_memory(const struct resource_memory *memory, struct meminfo *m)
{
	uint64_t headroom = limit_kib(memory->headroom_bytes);
	uint64_t total = least(m->machine[LINE_MEM_TOTAL], limit_kib(memory->limit_bytes));
	uint64_t reclaimable = stat_kib(memory, MEMORY_ACTIVE_FILE) +
			       stat_kib(memory, MEMORY_INACTIVE_FILE) +
			       stat_kib(memory, MEMORY_SLAB_RECLAIMABLE);
	uint64_t available =
		least(m->machine[LINE_MEM_AVAILABLE], resource_plus(headroom, reclaimable));

	m->shown[LINE_MEM_TOTAL] = total;
	m->shown[LINE_MEM_AVAILABLE] = least(total, available);
	m->shown[LINE_MEM_FREE] =
		least(least(m->machine[LINE_MEM_FREE], headroom), m->shown[LINE_MEM_AVAILABLE]);
	m->shown[LINE_IN_USE] = resource_less(total, m->shown[LINE_MEM_FREE]);
}

void meminfo_swap(const struct resource_memory *memory, const uint64_t machine[2],
		  uint64_t *ret_total, uint64_t *ret_free)
{
	uint64_t total = machine[0];
	uint64_t left = machine[1];

	if (memory->swap_counted) {
		total = least(total, limit_kib(memory->swap_limit_bytes));
		left = least(left, limit_kib(memory->swap_headroom_bytes));
		left = least(left, resource_less(total, amount_kib(memory->swap_usage_bytes)));
	}
	*ret_total = total;
	*ret_free = least(left, total);
}

static void figure_swap(const struct resource_memory *memory, struct meminfo *m)
{
	const uint64_t machine[2] = { m->machine[LINE_SWAP_TOTAL], m->machine[LINE_SWAP_FREE] };
	uint64_t used;

	meminfo_swap(memory, machine, &m->shown[LINE_SWAP_TOTAL], &m->shown[LINE_SWAP_FREE]);
	used = resource_less(m->shown[LINE_SWAP_TOTAL], m->shown[LINE_SWAP_FREE]);
	/* What is in the swap cache has its place in swap still; programs subtract it. */
	m->shown[LINE_SWAP_CACHED] =
		least(least(stat_kib(memory, MEMORY_SWAPCACHED), m->machine[LINE_SWAP_CACHED]),
		      least(used, m->shown[LINE_IN_USE]));
	m->shown[LINE_ZSWAPPED] =
		least(least(stat_kib(memory, MEMORY_ZSWAPPED), m->machine[LINE_ZSWAPPED]), used);
}

/*
 * Groups count the cache of block devices with that of files: what does not fit in the machine's Cached is Buffers.
 * With what is free, all that programs call "not used" is within MemTotal.
 */
static void figure_cache(const struct resource_memory *memory, struct meminfo *m)
{
	uint64_t file = stat_kib(memory, MEMORY_FILE);
	uint64_t room = m->shown[LINE_IN_USE];
	uint64_t *shown = m->shown;

	shown[LINE_SRECLAIMABLE] = least(least(stat_kib(memory, MEMORY_SLAB_RECLAIMABLE), room),
					 m->machine[LINE_SRECLAIMABLE]);
	room = resource_less(room, shown[LINE_SRECLAIMABLE]);
	shown[LINE_SUNRECLAIM] = least(least(stat_kib(memory, MEMORY_SLAB_UNRECLAIMABLE), room),
				       m->machine[LINE_SUNRECLAIM]);
	shown[LINE_SLAB] = shown[LINE_SRECLAIMABLE] + shown[LINE_SUNRECLAIM];
	shown[LINE_CACHED] = least(least(file, room), m->machine[LINE_CACHED]);
	room = resource_less(room, shown[LINE_CACHED]);
	shown[LINE_BUFFERS] = least(least(resource_less(file, shown[LINE_CACHED]), room),
				    m->machine[LINE_BUFFERS]);
}

/* The rows whose rule says all. */
static void apply_rows(const struct resource_memory *memory, struct meminfo *m)
{
	uint64_t rest = m->shown[LINE_IN_USE];
	unsigned i;

	for (i = 1; i < LINE_N; i++) {
		const struct meminfo_row *row = &meminfo_rows[i];
		uint64_t machine = m->machine[i];

		if (row->rule == MEMINFO_MACHINE)
			m->shown[i] = machine;
		else if (row->rule == MEMINFO_NOTHING)
			m->shown[i] = 0;
		else if (row->rule == MEMINFO_BOUND)
			m->shown[i] = least(machine, m->shown[row->within]);
		else if (row->rule == MEMINFO_COUNTED)
			m->shown[i] = least(least(stat_kib(memory, row->stat), machine),
					    m->shown[row->within]);
		if (row->rule != MEMINFO_LIST)
			continue;
		m->shown[i] = least(least(stat_kib(memory, row->stat), machine), rest);
		rest = resource_less(rest, m->shown[i]);
	}
	m->shown[LINE_ACTIVE] = m->shown[LINE_ACTIVE_ANON] + m->shown[LINE_ACTIVE_FILE];
	m->shown[LINE_INACTIVE] = m->shown[LINE_INACTIVE_ANON] + m->shown[LINE_INACTIVE_FILE];
}

/*
 * The limit is a share of memory, and all of swap (mm/util.c, vm_commit_limit()): the same share of the container's.
 * Nobody counts what a group's processes have committed; what they have touched of it is known.
 */
static void figure_commit(const struct resource_memory *memory, struct meminfo *m)
{
	const uint64_t *machine = m->machine;
	bool has_swap = machine[LINE_SWAP_TOTAL] != RESOURCE_NONE;
	uint64_t share = machine[LINE_COMMIT_LIMIT];
	uint64_t touched = m->shown[LINE_ANON_PAGES] + m->shown[LINE_SHMEM];

	if (has_swap)
		share = resource_less(share, machine[LINE_SWAP_TOTAL]);
	share = scale(share, m->shown[LINE_MEM_TOTAL], machine[LINE_MEM_TOTAL]);
	if (has_swap)
		share = resource_plus(share, m->shown[LINE_SWAP_TOTAL]);
	m->shown[LINE_COMMIT_LIMIT] = least(share, machine[LINE_COMMIT_LIMIT]);
	if (memory->swap_counted)
		touched = resource_plus(touched, amount_kib(memory->swap_usage_bytes));
	m->shown[LINE_COMMITTED_AS] = least(touched, machine[LINE_COMMITTED_AS]);
}

static uint64_t huge_pages(const struct resource_huge *huge, uint64_t bytes)
{
	return bytes == RESOURCE_NONE ? bytes : bytes / 1024 / huge->page_kib;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? RESOURCE_NONE : product;
}

/* The group of the size that the lines are of; *ret_others: what the other sizes may come to. */
static const struct resource_huge *find_huge(const struct resource_memory *memory,
					     uint64_t page_kib, uint64_t *ret_others)
{
	const struct resource_huge *found = NULL;
	unsigned i;

	*ret_others = 0;
	for (i = 0; i < memory->n_huge && i < RESOURCE_HUGE_MAX; i++) {
		if (memory->huge[i].page_kib == page_kib && page_kib > 0)
			found = &memory->huge[i];
		else
			*ret_others =
				resource_plus(*ret_others, limit_kib(memory->huge[i].limit_bytes));
	}
	return found;
}

/*
 * Huge pages that somebody else has reserved are free in the machine's line, but cannot be had; who has reserved
 * how many is not in the facts.
 */
static void figure_huge(const struct resource_memory *memory, struct meminfo *m)
{
	static const enum meminfo_line lines[] = { LINE_HUGE_TOTAL, LINE_HUGE_FREE, LINE_HUGE_RSVD,
						   LINE_HUGE_SURP, LINE_HUGETLB };
	const uint64_t *machine = m->machine;
	uint64_t *shown = m->shown;
	const struct resource_huge *huge;
	uint64_t others, pool;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		shown[lines[i]] = machine[lines[i]];
	huge = find_huge(memory, machine[LINE_HUGE_SIZE], &others);
	if (!huge)
		return;
	shown[LINE_HUGE_TOTAL] =
		least(machine[LINE_HUGE_TOTAL], huge_pages(huge, huge->limit_bytes));
	shown[LINE_HUGE_FREE] =
		least(least(resource_less(machine[LINE_HUGE_FREE], machine[LINE_HUGE_RSVD]),
			    huge_pages(huge, huge->headroom_bytes)),
		      shown[LINE_HUGE_TOTAL]);
	shown[LINE_HUGE_RSVD] = 0;
	shown[LINE_HUGE_SURP] = 0;
	pool = times(machine[LINE_HUGE_TOTAL], huge->page_kib);
	others = least(others, resource_less(machine[LINE_HUGETLB], pool));
	shown[LINE_HUGETLB] =
		least(resource_plus(times(shown[LINE_HUGE_TOTAL], huge->page_kib), others),
		      machine[LINE_HUGETLB]);
}

/* 32-bit kernels: low memory first. */
static void figure_zones(struct meminfo *m)
{
	uint64_t *shown = m->shown;
	uint64_t left = shown[LINE_MEM_FREE];

	shown[LINE_LOW_TOTAL] = least(m->machine[LINE_LOW_TOTAL], shown[LINE_MEM_TOTAL]);
	shown[LINE_HIGH_TOTAL] = least(m->machine[LINE_HIGH_TOTAL],
				       resource_less(shown[LINE_MEM_TOTAL], shown[LINE_LOW_TOTAL]));
	shown[LINE_LOW_FREE] = least(least(m->machine[LINE_LOW_FREE], left), shown[LINE_LOW_TOTAL]);
	left = resource_less(left, shown[LINE_LOW_FREE]);
	shown[LINE_HIGH_FREE] =
		least(least(m->machine[LINE_HIGH_FREE], left), shown[LINE_HIGH_TOTAL]);
}

void meminfo_narrow(const struct resource_memory *memory, struct meminfo *m)
{
	figure_memory(memory, m);
	figure_swap(memory, m);
	figure_cache(memory, m);
	apply_rows(memory, m);
	figure_commit(memory, m);
	figure_huge(memory, m);
	figure_zones(m);
}
