/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of resources.h: arithmetic that never wraps. */

#include "resources.h"

#include <check.h>
#include <limits.h>

#include "unit.h"

static const struct {
	uint64_t a, b, less, plus;
} sums[] = {
	{ 0, 0, 0, 0 },
	{ 5, 3, 2, 8 },
	{ 3, 5, 0, 8 },
	{ RESOURCE_NONE - 1, 1, RESOURCE_NONE - 2, UINT64_MAX },
	{ RESOURCE_NONE - 1, 5, RESOURCE_NONE - 6, UINT64_MAX },
	{ RESOURCE_NONE, 7, RESOURCE_NONE, UINT64_MAX },
};

START_TEST(test_sums)
{
	ck_assert_uint_eq(resource_less(sums[_i].a, sums[_i].b), sums[_i].less);
	ck_assert_uint_eq(resource_plus(sums[_i].a, sums[_i].b), sums[_i].plus);
}
END_TEST

static const struct {
	struct resource_cpu cpu;
	unsigned n_set, n;
} counts[] = {
	/* the set alone */
	{ { CPUS_SET, .quota_us = 50000, .period_us = 100000, .shares = 1024 }, 4, 4 },
	/* the quota, rounded up */
	{ { CPUS_QUOTA, .quota_us = 50000, .period_us = 100000 }, 4, 1 },
	{ { CPUS_QUOTA, .quota_us = 100000, .period_us = 100000 }, 4, 1 },
	{ { CPUS_QUOTA, .quota_us = 100001, .period_us = 100000 }, 4, 2 },
	{ { CPUS_QUOTA, .quota_us = 900000, .period_us = 100000 }, 4, 4 },
	{ { CPUS_QUOTA, .quota_us = 0, .period_us = 100000 }, 4, 1 },
	{ { CPUS_QUOTA, .quota_us = RESOURCE_NONE, .period_us = 100000 }, 4, 4 },
	{ { CPUS_QUOTA, .quota_us = 50000, .period_us = 0 }, 4, 4 },
	{ { CPUS_QUOTA, .quota_us = RESOURCE_NONE - 1, .period_us = 1 }, 4, 4 },
	/* shares by 1024 */
	{ { CPUS_SHARES, .shares = 2 }, 4, 1 },
	{ { CPUS_SHARES, .shares = 2048 }, 4, 2 },
	{ { CPUS_SHARES, .shares = 2049 }, 4, 3 },
	{ { CPUS_SHARES, .shares = 262144 }, 4, 4 },
	{ { CPUS_SHARES, .shares = RESOURCE_NONE }, 4, 4 },
};

START_TEST(test_counts)
{
	ck_assert_uint_eq(resource_cpu_count(&counts[_i].cpu, counts[_i].n_set), counts[_i].n);
}
END_TEST

START_TEST(test_sets)
{
	struct resource_cpus set = { 0 };

	set.bits[0] = 1ULL << 3;
	set.bits[RESOURCE_CPUS_MAX / 64 - 1] = 1ULL << 63;
	ck_assert(resource_cpus_has(&set, 3));
	ck_assert(!resource_cpus_has(&set, 2));
	ck_assert(resource_cpus_has(&set, RESOURCE_CPUS_MAX - 1));
	ck_assert(!resource_cpus_has(&set, RESOURCE_CPUS_MAX));
	ck_assert(!resource_cpus_has(&set, UINT_MAX));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources");
	TCase *tc = tcase_create("resources");

	tcase_add_loop_test(tc, test_sums, 0, N_OF(sums));
	tcase_add_loop_test(tc, test_counts, 0, N_OF(counts));
	tcase_add_test(tc, test_sets);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
