/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of load_average.h: numbers worked out by the formulas of kernel/sched/loadavg.c. */

#include "load_average.h"

#include <check.h>

#include "unit.h"

static const struct {
	uint64_t before[LOAD_N];
	uint32_t active;
	uint64_t n_periods;
	uint64_t after[LOAD_N];
} steps[] = {
	/* (0 * 1884 + 2048 * 164 + 2047) / 2048, and so with 2014 and 2037 */
	{ { 0, 0, 0 }, 1, 1, { 164, 34, 11 } },
	{ { 0, 0, 0 }, 2, 1, { 328, 68, 22 } },
	/* falling: rounded down */
	{ { 4096, 4096, 4096 }, 0, 1, { 3768, 4028, 4074 } },
	{ { 1, 1, 1 }, 0, 1, { 0, 0, 0 } },
	/* rising: rounded up, or it would never get there */
	{ { 2047, 2047, 2047 }, 1, 1, { 2048, 2048, 2048 } },
	{ { 4096, 4096, 4096 }, 2, 1, { 4096, 4096, 4096 } },
	/* several at once: by powers of what is left, which are rounded (calc_load_n()) */
	{ { 0, 0, 0 }, 2, 12, { 2594, 742, 258 } },
	{ { 4096, 4096, 4096 }, 0, 60, { 28, 1512, 2960 } },
	{ { 2048, 2048, 2048 }, 3, 180, { 6144, 5938, 4598 } },
	{ { 0, 0, 0 }, 1, 1000000, { 2048, 2048, 2048 } },
	{ { 0, 0, 0 }, 1, UINT64_MAX, { 2048, 2048, 2048 } },
	/* none */
	{ { 5000, 100, 7 }, 9, 0, { 5000, 100, 7 } },
	/* nothing wraps */
	{ { 0, 0, 0 }, UINT32_MAX, 1, { 704374636380, 146028888030, 47244640245 } },
	{ { 8796093020160, 8796093020160, 8796093020160 },
	  UINT32_MAX,
	  1,
	  { 8796093020160, 8796093020160, 8796093020160 } },
};

START_TEST(test_steps)
{
	uint64_t average[LOAD_N];
	unsigned i;

	for (i = 0; i < LOAD_N; i++)
		average[i] = steps[_i].before[i];
	load_average_advance(average, steps[_i].active, steps[_i].n_periods);
	for (i = 0; i < LOAD_N; i++)
		ck_assert_uint_eq(average[i], steps[_i].after[i]);
}
END_TEST

/* A minute in single steps: (1 - 1/e) of two, as far as the fixed point goes. */
START_TEST(test_minute)
{
	uint64_t average[LOAD_N] = { 0 };
	unsigned i;

	for (i = 0; i < 12; i++)
		load_average_advance(average, 2, 1);
	ck_assert_uint_eq(average[0], 2595);
	ck_assert_uint_eq(average[1], 750);
	ck_assert_uint_eq(average[2], 261);
}
END_TEST

START_TEST(test_settled)
{
	uint64_t average[LOAD_N] = { 1, 2, 3 };
	unsigned i;

	load_average_settle(average, 3);
	for (i = 0; i < LOAD_N; i++)
		ck_assert_uint_eq(average[i], 6144);
	load_average_advance(average, 3, 17);
	for (i = 0; i < LOAD_N; i++)
		ck_assert_uint_eq(average[i], 6144);
}
END_TEST

static const struct {
	uint64_t average, whole;
	unsigned hundredths;
} shown[] = {
	{ 0, 0, 0 },	 { 10, 0, 0 },	  { 11, 0, 1 },	   { 164, 0, 8 },
	{ 2037, 0, 99 }, { 2038, 1, 0 },  { 2048, 1, 0 },  { 2594, 1, 27 },
	{ 4598, 2, 25 }, { 5938, 2, 90 }, { 1512, 0, 74 }, { 704374636380, 343932927, 92 },
};

START_TEST(test_shown)
{
	uint64_t whole;
	unsigned hundredths;

	resource_load_show(shown[_i].average, &whole, &hundredths);
	ck_assert_uint_eq(whole, shown[_i].whole);
	ck_assert_uint_eq(hundredths, shown[_i].hundredths);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("load_average");
	TCase *tc = tcase_create("load_average");

	tcase_add_loop_test(tc, test_steps, 0, N_OF(steps));
	tcase_add_test(tc, test_minute);
	tcase_add_test(tc, test_settled);
	tcase_add_loop_test(tc, test_shown, 0, N_OF(shown));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
