/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts about memory. */

#include "take.h"

#include <errno.h>
#include <unistd.h>

#include "cgroup_text.h"
#include "fd.h"

#define STAT_BYTES (16 * 1024)

/* Largest pages a kernel has; what is above the limit for them is no limit with smaller ones, either. */
#define PAGE_BYTES_MAX 65536

struct names {
	const char *limit, *high, *usage, *swap_limit, *swap_usage, *stat;
};

static const struct names names_v1 = {
	.limit = "memory.limit_in_bytes",
	.usage = "memory.usage_in_bytes",
	.swap_limit = "memory.memsw.limit_in_bytes",
	.swap_usage = "memory.memsw.usage_in_bytes",
	.stat = "memory.stat",
};

static const struct names names_v2 = {
	.limit = "memory.max",
	.high = "memory.high",
	.usage = "memory.current",
	.swap_limit = "memory.swap.max",
	.swap_usage = "memory.swap.current",
	.stat = "memory.stat",
};

static void close_level(struct take_memory_level *level)
{
	fd_close(level->limit);
	fd_close(level->high);
	fd_close(level->usage);
	fd_close(level->swap_limit);
	fd_close(level->swap_usage);
}

void take_memory_close(struct take_memory *m)
{
	unsigned i;

	for (i = 0; i < m->n; i++)
		close_level(&m->level[i]);
	if (m->n > 0)
		fd_close(m->stat);
	*m = (struct take_memory){ 0 };
}

/* Returns 0 or -errno; either way the level may have files open. */
static int open_level(int dirfd, const struct names *names, struct take_memory_level *ret)
{
	int r = 0;

	ret->limit = cgroup_open_file(dirfd, names->limit, &r);
	ret->high = names->high ? cgroup_open_file(dirfd, names->high, &r) : -1;
	ret->usage = cgroup_open_file(dirfd, names->usage, &r);
	ret->swap_limit = cgroup_open_file(dirfd, names->swap_limit, &r);
	ret->swap_usage = cgroup_open_file(dirfd, names->swap_usage, &r);
	return r;
}

int take_memory_open(const struct cgroup_chain *c, bool unified, struct take_memory *ret)
{
	const struct names *names = unified ? &names_v2 : &names_v1;
	struct take_memory m = { .whole = c->whole, .stat = -1 };
	int r = 0;
	unsigned i;

	for (i = 0; r == 0 && i < c->n; i++) {
		r = open_level(c->fd[i], names, &m.level[m.n++]);
		if (r < 0 || m.n > 1)
			continue;
		if (m.level[0].limit < 0 && m.level[0].usage < 0) {
			/* The group above does not hand the controller on: it is that one's memory (version 2). */
			close_level(&m.level[0]);
			m.n = 0;
			continue;
		}
		m.stat = cgroup_open_file(c->fd[i], names->stat, &r);
		if (r == 0 && (m.stat < 0 || m.level[0].usage < 0))
			r = -EIO;
	}
	if (r < 0)
		take_memory_close(&m);
	else if (m.n > 0)
		m.state = unified ? RESOURCE_V2 : RESOURCE_V1;
	*ret = m;
	return r;
}

int take_text(int fd, char *data, size_t size, struct text *ret)
{
	ssize_t n;

	do {
		n = pread(fd, data, size, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*ret = text_of(data, (size_t)n);
	return (size_t)n < size ? 0 : -EFBIG;
}

int take_number(int fd, uint64_t *ret)
{
	char data[TAKE_NUMBER_BYTES];
	struct text text = { 0 };
	int r;

	*ret = RESOURCE_NONE;
	if (fd < 0)
		return 0;
	r = take_text(fd, data, sizeof(data), &text);
	return r < 0 ? r : cgroup_number(text, ret);
}

static int read_limit(int fd, uint64_t page_bytes, uint64_t *ret)
{
	char data[TAKE_NUMBER_BYTES];
	struct text text = { 0 };
	int r;

	if (fd < 0 || page_bytes == 0)
		return take_number(fd, ret);
	r = take_text(fd, data, sizeof(data), &text);
	return r < 0 ? r : cgroup_limit(text, page_bytes, ret);
}

int take_limit(int limit_fd, int usage_fd, uint64_t page_bytes, uint64_t *limit, uint64_t *headroom)
{
	uint64_t own_limit, usage;
	int r;

	r = read_limit(limit_fd, page_bytes, &own_limit);
	if (r < 0 || own_limit == RESOURCE_NONE)
		return r;
	r = take_number(usage_fd, &usage);
	if (r < 0)
		return r;
	*limit = take_min(*limit, own_limit);
	*headroom = take_min(*headroom, resource_less(own_limit, usage));
	return 0;
}

static int take_level_v2(const struct take_memory_level *level, unsigned facts,
			 struct resource_memory *ret)
{
	int r = 0;

	if (facts & FACTS_MEMORY)
		r = take_limit(level->limit, level->usage, 0, &ret->limit_bytes,
			       &ret->headroom_bytes);
	if (r == 0 && facts & FACTS_MEMORY && ret->by_high)
		r = take_limit(level->high, level->usage, 0, &ret->limit_bytes,
			       &ret->headroom_bytes);
	if (r < 0)
		return r;
	return take_limit(level->swap_limit, level->swap_usage, 0, &ret->swap_limit_bytes,
			  &ret->swap_headroom_bytes);
}

/* Version 1: what the kernel says in memory.stat about the group and all above it. RESOURCE_NONE: no limit. */
struct hierarchical {
	uint64_t limit, both;
	bool said, both_said;
};

static uint64_t or_none(uint64_t limit)
{
	return limit >= INT64_MAX / PAGE_BYTES_MAX * PAGE_BYTES_MAX ? RESOURCE_NONE : limit;
}

static struct hierarchical take_hierarchical(struct text stat)
{
	uint64_t limit = cgroup_stat_get(stat, TEXT("hierarchical_memory_limit"));
	uint64_t both = cgroup_stat_get(stat, TEXT("hierarchical_memsw_limit"));

	return (struct hierarchical){
		.limit = or_none(limit),
		.both = or_none(both),
		.said = limit != RESOURCE_NONE,
		.both_said = both != RESOURCE_NONE,
	};
}

/* The limit of memory and swap is one of both together. */
static int take_level_v1(const struct take_memory_level *level, bool with_swap, unsigned facts,
			 struct resource_memory *ret)
{
	uint64_t limit = RESOURCE_NONE, both = RESOURCE_NONE;
	int r;

	if (facts & FACTS_MEMORY)
		r = take_limit(level->limit, level->usage, PAGE_BYTES_MAX, &limit,
			       &ret->headroom_bytes);
	else
		r = read_limit(level->limit, PAGE_BYTES_MAX, &limit);
	if (r == 0 && with_swap)
		r = take_limit(level->swap_limit, level->swap_usage, PAGE_BYTES_MAX, &both,
			       &ret->swap_headroom_bytes);
	if (r < 0)
		return r;
	ret->limit_bytes = take_min(ret->limit_bytes, limit);
	ret->swap_limit_bytes = take_min(ret->swap_limit_bytes, resource_less(both, limit));
	return 0;
}

/* Where the kernel says that no group limits, none is looked at. */
static int take_levels_v1(const struct take_memory *m, struct text stat, unsigned facts,
			  struct resource_memory *ret)
{
	struct hierarchical h = take_hierarchical(stat);
	bool with_swap = ret->swap_counted && (!h.both_said || h.both != RESOURCE_NONE);
	bool with_memory = facts & FACTS_MEMORY && (!h.said || h.limit != RESOURCE_NONE);
	unsigned i;
	int r = 0;

	if (!with_memory && !with_swap)
		return 0;
	for (i = 0; r == 0 && i < m->n; i++)
		r = take_level_v1(&m->level[i], with_swap, facts, ret);
	/* Those above that this mount does not show: as if all else there were free. */
	if (!m->whole && h.limit < ret->limit_bytes) {
		ret->limit_bytes = h.limit;
		ret->headroom_bytes =
			take_min(ret->headroom_bytes, resource_less(h.limit, ret->usage_bytes));
	}
	return r;
}

static int take_levels_v2(const struct take_memory *m, unsigned facts, struct resource_memory *ret)
{
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < m->n; i++)
		r = take_level_v2(&m->level[i], facts, ret);
	return r;
}

static int take_swap_usage(const struct take_memory *m, struct text stat,
			   struct resource_memory *ret)
{
	uint64_t usage;
	int r;

	r = take_number(m->level[0].swap_usage, &usage);
	if (r < 0)
		return r;
	if (ret->state == RESOURCE_V1) {
		ret->swap_usage_bytes = cgroup_stat_get(stat, TEXT("total_swap"));
		if (ret->swap_usage_bytes == RESOURCE_NONE)
			ret->swap_usage_bytes = resource_less(usage, ret->usage_bytes);
	} else {
		ret->swap_usage_bytes = usage;
	}
	return 0;
}

int take_memory(const struct take_memory *m, unsigned facts, struct resource_memory *ret)
{
	char data[STAT_BYTES];
	struct text stat = { 0 };
	/* In version 1 it is used for what is used of swap, and says whether there are limits at all. */
	bool with_stat = facts & FACTS_MEMORY || m->state == RESOURCE_V1;
	int r;

	ret->state = m->state;
	ret->n_groups = m->n;
	ret->limit_bytes = ret->headroom_bytes = RESOURCE_NONE;
	ret->swap_limit_bytes = ret->swap_headroom_bytes = RESOURCE_NONE;
	ret->usage_bytes = ret->swap_usage_bytes = RESOURCE_NONE;
	cgroup_memory_stat(TEXT(""), m->state, ret->stat);
	if (m->state == RESOURCE_ABSENT)
		return 0;
	ret->swap_counted = m->level[0].swap_limit >= 0;
	r = take_number(m->level[0].usage, &ret->usage_bytes);
	if (r == 0 && with_stat)
		r = take_text(m->stat, data, sizeof(data), &stat);
	if (r == 0 && ret->swap_counted)
		r = take_swap_usage(m, stat, ret);
	if (r < 0)
		return r;
	r = cgroup_memory_stat(stat, m->state, ret->stat);
	if (r < 0)
		return r;
	return m->state == RESOURCE_V1 ? take_levels_v1(m, stat, facts, ret)
				       : take_levels_v2(m, facts, ret);
}
