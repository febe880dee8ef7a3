/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of cgroup_text.h. Input: the text of a control group file, of whatever kind. */

#include <stdint.h>
#include <stdlib.h>

#include "buf.h"
#include "cgroup_text.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* A list, written out anew, is the same set. */
static void check_list(struct text all)
{
	AUTO_BUF struct buf again = { 0 };
	struct resource_cpus set = { 0 }, same = { 0 };
	unsigned i, n, n_same, counted = 0;

	if (cgroup_cpu_list(all, &set, &n) < 0)
		return;
	for (i = 0; i < RESOURCE_CPUS_MAX; i++) {
		if (!resource_cpus_has(&set, i))
			continue;
		REQUIRE(buf_printf(&again, "%s%u", counted ? "," : "", i) == 0);
		counted++;
	}
	REQUIRE(counted == n);
	REQUIRE(cgroup_cpu_list(buf_text(&again), &same, &n_same) == 0 && n_same == n);
	for (i = 0; i < RESOURCE_CPUS_MAX / 64; i++)
		REQUIRE(set.bits[i] == same.bits[i]);
}

/* A number of which there is a text is that text's. */
static void check_number(struct text all)
{
	AUTO_BUF struct buf again = { 0 };
	uint64_t n, same, period;

	if (cgroup_number(all, &n) == 0 && n != RESOURCE_NONE) {
		REQUIRE(buf_printf(&again, "%ju\n", (uintmax_t)n) == 0);
		REQUIRE(cgroup_number(buf_text(&again), &same) == 0 && same == n);
		REQUIRE(cgroup_limit(all, 4096, &same) == 0 &&
			(same == n || (same == RESOURCE_NONE && n > INT64_MAX - 4096)));
	}
	if (cgroup_quota(all, &n) == 0 && n != RESOURCE_NONE)
		REQUIRE(n <= INT64_MAX);
	if (cgroup_cpu_max(all, &n, &period) == 0)
		REQUIRE(period > 0);
}

/* What memory.stat says of a key is the number of one of its lines. */
static void check_stat(struct text all)
{
	uint64_t stat[MEMORY_STAT_N], value;
	struct text rest = all, key;
	bool found = false;

	(void)cgroup_memory_stat(all, RESOURCE_V2, stat);
	while (cgroup_stat_next(&rest, &key, &value)) {
		REQUIRE(key.n > 0 && key.p >= all.p && key.p + key.n <= all.p + all.n);
		if (text_equal(key, TEXT("anon")) && value == stat[MEMORY_ANON])
			found = true;
	}
	REQUIRE(found || stat[MEMORY_ANON] == RESOURCE_NONE);
	(void)cgroup_memory_stat(all, RESOURCE_V1, stat);
	REQUIRE(stat[MEMORY_KERNEL_STACK] == RESOURCE_NONE);
}

static void check_usage(struct text all)
{
	struct resources r = { 0 };

	if (cgroup_usage_all(all, &r.cpu_time) == 0)
		REQUIRE(r.cpu_time.n_percpu > 0 && r.cpu_time.n_percpu <= RESOURCE_CPUS_MAX);
	else
		REQUIRE(!r.cpu_time.percpu_user_ns && !r.cpu_time.percpu_system_ns);
	resources_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all = text_of((const char *)data, size), prefix;
	uint64_t kib;

	check_list(all);
	check_number(all);
	check_stat(all);
	check_usage(all);
	if (cgroup_huge_name(all, &prefix, &kib))
		REQUIRE(kib > 0 && prefix.p == all.p && prefix.n < all.n);
	return 0;
}
