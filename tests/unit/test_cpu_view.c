/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the CPUs that a container is shown, and of counters. */

#include "../../src/files/cpu_view.h"

#include <check.h>
#include <errno.h>

#include "../../src/files/counter.h"
#include "unit.h"

#define SET(...)                        \
	{                               \
		.bits = { __VA_ARGS__ } \
	}

static const struct {
	unsigned files;
	struct resource_cpu cpu;
	struct resource_cpus named;
	int r;
	struct resource_cpus shown;
	unsigned cpu_asked, number; /* the number of one of them */
} views[] = {
	/* 1 and 3 of four are 0 and 1 */
	{ RESOURCE_CPUS, { .has_set = true, .set = SET(0xA) }, SET(0xF), 0, SET(0xA), 3, 1 },
	/* no cpuset controller: those named */
	{ RESOURCE_CPUS, { .n_online = 2 }, SET(0xD), 0, SET(0xD), 3, 2 },
	/* the quota of one and a half: the first two */
	{ RESOURCE_CPUS,
	  { .count = CPUS_QUOTA,
	    .has_set = true,
	    .set = SET(0xE),
	    .quota_us = 150000,
	    .period_us = 100000 },
	  SET(0xF),
	  0,
	  SET(0x6),
	  2,
	  1 },
	/* 1 is offline: 3 is still the second of the set */
	{ RESOURCE_CPUS, { .has_set = true, .set = SET(0xA) }, SET(0xD), 0, SET(0xA), 3, 1 },
	/* beyond 64, with holes: 0, 63, 64, 130 */
	{ RESOURCE_CPUS,
	  { .has_set = true, .set = SET(0x8000000000000001, 1, 4) },
	  SET(UINT64_MAX, UINT64_MAX, 0xFF),
	  0,
	  SET(0x8000000000000001, 1, 4),
	  130,
	  3 },
	/* all as they are */
	{ 0, { .has_set = true, .set = SET(0x2) }, SET(0xD), 0, SET(0xD), 3, 3 },
	/* nothing to show */
	{ RESOURCE_CPUS, { .has_set = true }, SET(0xF), -EIO, SET(0), 0, 0 },
	{ RESOURCE_CPUS, { .has_set = true, .set = SET(0xF0) }, SET(0xF), -EIO, SET(0), 0, 0 },
	{ RESOURCE_CPUS, { .n_online = 2 }, SET(0), -EIO, SET(0), 0, 0 },
	{ 0, { .n_online = 2 }, SET(0), -EIO, SET(0), 0, 0 },
};

START_TEST(test_view)
{
	struct resources r = { .files = views[_i].files, .cpu = views[_i].cpu };
	struct cpu_view v;
	unsigned number;

	ck_assert_int_eq(cpu_view_make(&r, &views[_i].named, &v), views[_i].r);
	if (views[_i].r < 0)
		return;
	ck_assert_mem_eq(&v.shown, &views[_i].shown, sizeof(v.shown));
	ck_assert(cpu_view_number(&v, views[_i].cpu_asked, &number));
	ck_assert_uint_eq(number, views[_i].number);
	ck_assert(!cpu_view_number(&v, 200, &number));
	ck_assert(!cpu_view_number(&v, RESOURCE_CPUS_MAX, &number));
	ck_assert(!cpu_view_number(&v, UINT64_MAX, &number));
}
END_TEST

static const struct {
	unsigned files;
	struct resource_cpu cpu;
	unsigned n;
} counts[] = {
	{ RESOURCE_CPUS, { .has_set = true, .set = SET(0xA), .n_online = 4 }, 2 },
	{ RESOURCE_CPUS, { .n_online = 4 }, 4 },
	{ RESOURCE_CPUS, { .n_online = 0 }, 1 },
	{ RESOURCE_CPUS, { .has_set = true, .n_online = 4 }, 1 },
	{ RESOURCE_CPUS,
	  { .count = CPUS_SHARES, .has_set = true, .set = SET(0xF), .shares = 2048 },
	  2 },
	{ 0, { .has_set = true, .set = SET(0xA), .n_online = 4 }, 4 },
};

START_TEST(test_count)
{
	struct resources r = { .files = counts[_i].files, .cpu = counts[_i].cpu };

	ck_assert_uint_eq(resource_cpus_shown(&r), counts[_i].n);
}
END_TEST

START_TEST(test_set)
{
	struct resource_cpus set = { 0 };

	ck_assert_int_eq(cpu_set_add(&set, 0), 0);
	ck_assert_int_eq(cpu_set_add(&set, 64), 0);
	ck_assert_int_eq(cpu_set_add(&set, RESOURCE_CPUS_MAX - 1), 0);
	ck_assert_int_eq(cpu_set_add(&set, RESOURCE_CPUS_MAX), -EIO);
	ck_assert_int_eq(cpu_set_add(&set, UINT64_MAX), -EIO);
	ck_assert_uint_eq(resource_cpus_count(&set), 3);
	ck_assert_uint_eq(cpu_set_rank(&set, 0), 0);
	ck_assert_uint_eq(cpu_set_rank(&set, 64), 1);
	ck_assert_uint_eq(cpu_set_rank(&set, RESOURCE_CPUS_MAX - 1), 2);
}
END_TEST

static const struct {
	uint64_t a, b, c, scaled;
} products[] = {
	{ 0, 5, 3, 0 },
	{ 7, 2, 3, 4 },		   /* 14 / 3 */
	{ 10, 100000, 50000, 20 }, /* half a CPU */
	{ UINT64_MAX, 1, 1, UINT64_MAX },
	{ UINT64_MAX, 2, 1, UINT64_MAX }, /* does not fit */
	{ UINT64_MAX, 3, 3, UINT64_MAX },
	{ UINT64_MAX - 1, 1, 2, UINT64_MAX / 2 },
	/* 2^33 of 2^34: the product of both, 2^67, does not fit; half of it */
	{ 1ULL << 40, 1ULL << 33, 1ULL << 34, 1ULL << 39 },
	{ 5, UINT64_MAX, UINT64_MAX, 5 },
};

START_TEST(test_scale)
{
	ck_assert_uint_eq(counter_scale(products[_i].a, products[_i].b, products[_i].c),
			  products[_i].scaled);
}
END_TEST

START_TEST(test_take)
{
	struct text rest = TEXT("   12 18446744073709551615\t0 x 18446744073709551616");
	struct text field;
	uint64_t n;

	ck_assert_int_eq(counter_take(&rest, &field, &n), 0);
	ck_assert(text_equal(field, TEXT("   12")));
	ck_assert_uint_eq(n, 12);
	ck_assert_int_eq(counter_take(&rest, &field, &n), 0);
	ck_assert_uint_eq(n, UINT64_MAX);
	ck_assert_int_eq(counter_take(&rest, &field, &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(counter_take(&rest, &field, &n), -EIO);
	ck_assert(text_starts(rest, TEXT(" x")));
	rest = TEXT(" 18446744073709551616");
	ck_assert_int_eq(counter_take(&rest, &field, &n), -EIO);
	rest = TEXT("  ");
	ck_assert_int_eq(counter_take(&rest, &field, &n), -EIO);
}
END_TEST

START_TEST(test_append)
{
	AUTO_BUF struct buf out = { 0 };

	ck_assert_int_eq(counter_append(&out, 0), 0);
	ck_assert_int_eq(counter_append(&out, 7), 0);
	ck_assert_int_eq(counter_append(&out, UINT64_MAX), 0);
	ck_assert_str_eq(out.data, "0718446744073709551615");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cpu_view");
	TCase *tc = tcase_create("cpu_view");

	tcase_add_loop_test(tc, test_view, 0, N_OF(views));
	tcase_add_loop_test(tc, test_count, 0, N_OF(counts));
	tcase_add_test(tc, test_set);
	tcase_add_loop_test(tc, test_scale, 0, N_OF(products));
	tcase_add_test(tc, test_take);
	tcase_add_test(tc, test_append);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
