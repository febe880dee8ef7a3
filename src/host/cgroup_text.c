/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Texts of control group files. */

#include "cgroup_text.h"

#include <errno.h>
#include <stdlib.h>

/* The only line of a text. */
static struct text only_line(struct text text)
{
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	return text;
}

static int number_or_max(struct text field, uint64_t *ret)
{
	if (text_equal(field, TEXT("max"))) {
		*ret = RESOURCE_NONE;
		return 0;
	}
	return text_u64(field, ret);
}

int cgroup_number(struct text text, uint64_t *ret)
{
	return number_or_max(only_line(text), ret);
}

int cgroup_limit(struct text text, uint64_t page_bytes, uint64_t *ret)
{
	uint64_t none = (uint64_t)INT64_MAX / page_bytes * page_bytes;
	uint64_t limit;
	int r = text_u64(only_line(text), &limit);

	if (r == 0)
		*ret = limit >= none ? RESOURCE_NONE : limit;
	return r;
}

int cgroup_quota(struct text text, uint64_t *ret)
{
	int64_t quota;
	int r = text_i64(only_line(text), &quota);

	if (r == 0)
		*ret = quota < 0 ? RESOURCE_NONE : (uint64_t)quota;
	return r;
}

int cgroup_cpu_max(struct text text, uint64_t *ret_quota, uint64_t *ret_period)
{
	struct text rest = only_line(text), quota;
	uint64_t quota_us = 0, period_us = 0;
	int r;

	if (!text_until(&rest, ' ', &quota))
		return -EINVAL;
	r = number_or_max(quota, &quota_us);
	if (r == 0)
		r = text_u64(rest, &period_us);
	if (r == 0 && period_us == 0)
		r = -EINVAL;
	if (r < 0)
		return r;
	*ret_quota = quota_us;
	*ret_period = period_us;
	return 0;
}

/* "3" or "3-5". */
static int parse_range(struct text range, uint64_t *ret_first, uint64_t *ret_last)
{
	struct text first = { 0 }, whole = range;
	bool single;
	int r;

	single = text_until(&range, '-', &first) && first.n == whole.n;
	r = text_u64(first, ret_first);
	if (r == 0)
		r = single ? text_u64(first, ret_last) : text_u64(range, ret_last);
	if (r < 0)
		return r;
	return *ret_last < *ret_first || *ret_last >= RESOURCE_CPUS_MAX ? -EINVAL : 0;
}

int cgroup_cpu_list(struct text text, struct resource_cpus *ret, unsigned *ret_n)
{
	struct text rest = only_line(text), range;
	struct resource_cpus set = { 0 };
	uint64_t cpu = 0, last = 0;
	unsigned n = 0;
	int r;

	while (text_until(&rest, ',', &range)) {
		r = parse_range(range, &cpu, &last);
		if (r < 0)
			return r;
		for (; cpu <= last; cpu++) {
			n += !resource_cpus_has(&set, (unsigned)cpu);
			set.bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
		}
	}
	*ret = set;
	*ret_n = n;
	return 0;
}

bool cgroup_stat_next(struct text *rest, struct text *ret_key, uint64_t *ret_value)
{
	struct text line, key;

	while (text_line(rest, &line, NULL)) {
		if (!text_until(&line, ' ', &key) || key.n == 0)
			continue;
		if (text_u64(line, ret_value) < 0)
			continue;
		*ret_key = key;
		return true;
	}
	return false;
}

uint64_t cgroup_stat_get(struct text text, struct text key)
{
	struct text found;
	uint64_t value;

	while (cgroup_stat_next(&text, &found, &value)) {
		if (text_equal(found, key))
			return value;
	}
	return RESOURCE_NONE;
}

/* In version 1, mm/memcontrol-v1.c has the names; what it does not count has none. */
static const struct {
	struct text v2, v1;
} stat_keys[MEMORY_STAT_N] = {
	[MEMORY_ANON] = { TEXT("anon"), TEXT("total_rss") },
	[MEMORY_FILE] = { TEXT("file"), TEXT("total_cache") },
	[MEMORY_KERNEL_STACK] = { TEXT("kernel_stack"), TEXT("") },
	[MEMORY_PAGETABLES] = { TEXT("pagetables"), TEXT("") },
	[MEMORY_SEC_PAGETABLES] = { TEXT("sec_pagetables"), TEXT("") },
	[MEMORY_PERCPU] = { TEXT("percpu"), TEXT("") },
	[MEMORY_SHMEM] = { TEXT("shmem"), TEXT("total_shmem") },
	[MEMORY_ZSWAP] = { TEXT("zswap"), TEXT("") },
	[MEMORY_ZSWAPPED] = { TEXT("zswapped"), TEXT("") },
	[MEMORY_FILE_MAPPED] = { TEXT("file_mapped"), TEXT("total_mapped_file") },
	[MEMORY_FILE_DIRTY] = { TEXT("file_dirty"), TEXT("total_dirty") },
	[MEMORY_FILE_WRITEBACK] = { TEXT("file_writeback"), TEXT("total_writeback") },
	[MEMORY_SWAPCACHED] = { TEXT("swapcached"), TEXT("total_swapcached") },
	[MEMORY_ANON_THP] = { TEXT("anon_thp"), TEXT("total_rss_huge") },
	[MEMORY_FILE_THP] = { TEXT("file_thp"), TEXT("") },
	[MEMORY_SHMEM_THP] = { TEXT("shmem_thp"), TEXT("") },
	[MEMORY_INACTIVE_ANON] = { TEXT("inactive_anon"), TEXT("total_inactive_anon") },
	[MEMORY_ACTIVE_ANON] = { TEXT("active_anon"), TEXT("total_active_anon") },
	[MEMORY_INACTIVE_FILE] = { TEXT("inactive_file"), TEXT("total_inactive_file") },
	[MEMORY_ACTIVE_FILE] = { TEXT("active_file"), TEXT("total_active_file") },
	[MEMORY_UNEVICTABLE] = { TEXT("unevictable"), TEXT("total_unevictable") },
	[MEMORY_SLAB_RECLAIMABLE] = { TEXT("slab_reclaimable"), TEXT("") },
	[MEMORY_SLAB_UNRECLAIMABLE] = { TEXT("slab_unreclaimable"), TEXT("") },
	[MEMORY_PGFAULT] = { TEXT("pgfault"), TEXT("total_pgfault") },
	[MEMORY_PGMAJFAULT] = { TEXT("pgmajfault"), TEXT("total_pgmajfault") },
};

/* Its place in stat_keys; MEMORY_STAT_N if it has none. */
static int find_stat(struct text key, enum resource_state version)
{
	int i;

	for (i = 0; i < MEMORY_STAT_N; i++) {
		if (text_equal(key, version == RESOURCE_V1 ? stat_keys[i].v1 : stat_keys[i].v2))
			break;
	}
	return key.n > 0 ? i : MEMORY_STAT_N;
}

static void clear_stat(uint64_t ret[static MEMORY_STAT_N])
{
	int i;

	for (i = 0; i < MEMORY_STAT_N; i++)
		ret[i] = RESOURCE_NONE;
}

int cgroup_memory_stat(struct text text, enum resource_state version,
		       uint64_t ret[static MEMORY_STAT_N])
{
	struct text line, key;
	int i, r = 0;

	clear_stat(ret);
	while (r == 0 && text_line(&text, &line, NULL)) {
		if (!text_until(&line, ' ', &key))
			continue;
		i = find_stat(key, version);
		if (i < MEMORY_STAT_N)
			r = text_u64(line, &ret[i]) < 0 ? -EINVAL : 0;
	}
	if (r < 0)
		clear_stat(ret);
	return r;
}

/* "CPU USER SYSTEM" */
static int parse_usage(struct text line, uint64_t *ret_cpu, uint64_t *ret_user,
		       uint64_t *ret_system)
{
	struct text cpu, user;
	int r;

	if (!text_until(&line, ' ', &cpu) || !text_until(&line, ' ', &user))
		return -EINVAL;
	r = text_u64(cpu, ret_cpu);
	if (r == 0)
		r = text_u64(user, ret_user);
	if (r == 0)
		r = text_u64(line, ret_system);
	return r == 0 && *ret_cpu >= RESOURCE_CPUS_MAX ? -EINVAL : r;
}

/* The CPU of the last line and 1. */
static int count_cpus(struct text rest, unsigned *ret)
{
	uint64_t cpu, user, system;
	struct text line;
	unsigned n = 0;
	int r;

	while (text_line(&rest, &line, NULL)) {
		r = parse_usage(line, &cpu, &user, &system);
		if (r < 0 || cpu < n)
			return r < 0 ? r : -EINVAL;
		n = (unsigned)cpu + 1;
	}
	*ret = n;
	return n > 0 ? 0 : -EINVAL;
}

int cgroup_usage_all(struct text text, struct resource_cpu_time *ret)
{
	uint64_t cpu, user, system;
	struct text rest = text, line;
	unsigned n = 0;
	int r;

	if (!text_line(&rest, &line, NULL) || !text_equal(line, TEXT("cpu user system")))
		return -EINVAL;
	r = count_cpus(rest, &n);
	if (r < 0)
		return r;
	ret->percpu_user_ns = calloc(n, sizeof(*ret->percpu_user_ns));
	ret->percpu_system_ns = calloc(n, sizeof(*ret->percpu_system_ns));
	if (!ret->percpu_user_ns || !ret->percpu_system_ns) {
		free(ret->percpu_user_ns);
		free(ret->percpu_system_ns);
		ret->percpu_user_ns = ret->percpu_system_ns = NULL;
		return -ENOMEM;
	}
	ret->n_percpu = n;
	while (text_line(&rest, &line, NULL) && parse_usage(line, &cpu, &user, &system) == 0) {
		ret->percpu_user_ns[cpu] = user;
		ret->percpu_system_ns[cpu] = system;
	}
	return 0;
}

static bool ends(struct text t, struct text suffix)
{
	return t.n >= suffix.n && text_equal(text_of(t.p + t.n - suffix.n, suffix.n), suffix);
}

/* "2MB" */
static bool parse_page_size(struct text size, uint64_t *ret_kib)
{
	static const struct {
		struct text unit;
		uint64_t kib;
	} units[] = { { TEXT("KB"), 1 }, { TEXT("MB"), 1024 }, { TEXT("GB"), 1024 * 1024 } };
	uint64_t n;
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!ends(size, units[i].unit))
			continue;
		size.n -= units[i].unit.n;
		if (text_u64(size, &n) < 0 || n == 0 || n > UINT32_MAX)
			return false;
		*ret_kib = n * units[i].kib;
		return true;
	}
	return false;
}

bool cgroup_huge_name(struct text name, struct text *ret_prefix, uint64_t *ret_page_kib)
{
	struct text rest = name, part, size;

	if (!text_until(&rest, '.', &part) || !text_equal(part, TEXT("hugetlb")) ||
	    !text_until(&rest, '.', &size))
		return false;
	if (!text_equal(rest, TEXT("max")) && !text_equal(rest, TEXT("limit_in_bytes")))
		return false;
	*ret_prefix = text_of(name.p, part.n + 1 + size.n);
	return parse_page_size(size, ret_page_kib);
}

const char *resource_stat_key(enum memory_stat stat, enum resource_state version)
{
	return version == RESOURCE_V1 ? stat_keys[stat].v1.p : stat_keys[stat].v2.p;
}
