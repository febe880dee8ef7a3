/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of narrow_uptime() and narrow_task_stat(), and of how they agree with narrow_stat(). */

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "cpu_check.h"
#include "unit.h"

#define S     UINT64_C(1000000000)
#define MS    UINT64_C(1000000)
#define TICK  UINT64_C(10000000)
#define START .time = { .start_ns = 100 * S + 907 * MS, .age_ns = 20 * S }

#define SET(...) .cpu = { .has_set = true, .set = { .bits = { __VA_ARGS__ } } }
#define V2(user, system) \
	.cpu_time = { RESOURCE_V2, .user_ns = (user), .nice_ns = 0, .system_ns = (system) }

static uint64_t user_2[] = { 3 * S, 4 * S };
static uint64_t system_2[] = { 1 * S, 2 * S };

static const struct cpu_case uptimes[] = {
	/* 120.90 - 100.90 = 20.00; idle: 2 x 20 s less 12 s. */
	{ "two CPUs",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0xA), V2(10 * S, 2 * S), START },
	  "120.90 400.00\n",
	  0,
	  "20.00 28.00\n" },
	/* lxcfs counts one CPU, whatever there is. */
	{ "four CPUs, all idle",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0xF), V2(0, 0), START },
	  "120.95 1.00\n",
	  0,
	  "20.05 80.20\n" },
	/* lxcfs shows the age. */
	{ "used more than there was",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0x1), V2(30 * S, 0), START },
	  "120.90 400.00\n",
	  0,
	  "20.00 0.00\n" },
	/* 20 s and 11 s of before, less 30 s; as stat has it. */
	{ "used more than there was, before it began",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS,
	    SET(0x1),
	    V2(30 * S, 0),
	    .time = { .start_ns = 100 * S + 907 * MS, .age_ns = 20 * S, .lead_ns = 11 * S } },
	  "120.90 400.00\n",
	  0,
	  "20.00 1.00\n" },
	/* Never more than there was, whatever was before. */
	{ "a lead for more CPUs than are left",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS,
	    SET(0x1),
	    V2(30 * S, 0),
	    .time = { .start_ns = 100 * S + 907 * MS, .age_ns = 20 * S, .lead_ns = 90 * S } },
	  "120.90 400.00\n",
	  0,
	  "20.00 20.00\n" },
	{ "by CPU, version 1: 10 s of all",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS,
	    SET(0x1),
	    .cpu_time = { RESOURCE_V1, .user_ns = 1, .n_percpu = 2, .percpu_user_ns = user_2,
			  .percpu_system_ns = system_2 },
	    START },
	  "120.90 400.00\n",
	  0,
	  "20.00 10.00\n" },
	/* Half a CPU's quota, 5 s of 10 s: half of one CPU. */
	{ "--cpus quota",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS,
	    .cpu = { CPUS_QUOTA, .has_set = true, .set = { .bits = { 0xF } }, .quota_us = 50000,
		     .period_us = 100000 },
	    V2(5 * S, 0),
	    START },
	  "120.90 400.00\n",
	  0,
	  "20.00 10.00\n" },
	/* The CPUs are the machine's. */
	{ "times only",
	  { .files = RESOURCE_TIME,
	    .cpu = { .has_set = true, .set = { .bits = { 1 } }, .n_online = 3 },
	    V2(5 * S, 0),
	    START },
	  "120.90 400.00\n",
	  0,
	  "20.00 55.00\n" },
	{ "nobody knows how many CPUs",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, V2(5 * S, 0), START },
	  "120.90 400.00\n",
	  0,
	  "20.00 15.00\n" },
	{ "no accounting: the machine's, within what there was",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0x3), START },
	  "120.90 400.00\n",
	  0,
	  "20.00 40.00\n" },
	{ "no accounting: the machine's",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0x3), START },
	  "120.90 4.56\n",
	  0,
	  "20.00 4.56\n" },
	/* lxcfs: -184467440737092512.00 */
	{ "read before it began",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0x3), V2(1, 0), START },
	  "100.89 400.00\n",
	  0,
	  "0.00 0.00\n" },
	/* A time namespace of its own, which says when it booted. */
	{ "does not begin anywhere else",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS, SET(0x3), V2(1 * S, 0) },
	  "50.07 400.00\n",
	  0,
	  "50.07 99.14\n" },
	/* More seconds than fit in hundredths: all that do. 2^64 - 1 ns are 1844674407370 ticks. */
	{ "huge",
	  { .files = RESOURCE_TIME | RESOURCE_CPUS,
	    SET(0x3),
	    V2(RESOURCE_NONE - 1, RESOURCE_NONE - 1),
	    .time = { .start_ns = UINT64_MAX } },
	  "18446744073709551615.99 18446744073709551615.99\n",
	  0,
	  /* (2^64 - 1 - 1844674407370) / 100; nothing is left of 2^64 - 1 ns that were used */
	  "184467422290351442.45 0.00\n" },
	{ "switched off", { .files = RESOURCE_STAT, START }, "120.90 400.00\n", 0, NULL },

	{ "empty", { .files = RESOURCE_TIME }, "", -EIO, NULL },
	{ "cut off", { .files = RESOURCE_TIME }, "120.90 400.0", -EIO, NULL },
	{ "no newline", { .files = RESOURCE_TIME }, "120.90 400.00", -EIO, NULL },
	{ "one field", { .files = RESOURCE_TIME }, "120.90\n", -EIO, NULL },
	{ "three fields", { .files = RESOURCE_TIME }, "120.90 400.00 1.00\n", -EIO, NULL },
	{ "one digit", { .files = RESOURCE_TIME }, "120.9 400.00\n", -EIO, NULL },
	{ "minus", { .files = RESOURCE_TIME }, "-120.90 400.00\n", -EIO, NULL },
	{ "letters", { .files = RESOURCE_TIME }, "120.9x 400.00\n", -EIO, NULL },
	{ "two lines", { .files = RESOURCE_TIME }, "120.90 400.00\n\n", -EIO, NULL },
};

START_TEST(test_uptime)
{
	check_cpu(narrow_uptime, &uptimes[_i]);
}
END_TEST

/* Fields 3 to 21, 23 and so on. */
#define STAT(comm, start) \
	"7 (" comm ") S 1 7 7 0 -1 4194304 98 0 0 0 1 2 3 4 20 0 1 0 " start " 3133440 439 0\n"

static const struct cpu_case stats[] = {
	/* 12756 - 10090 */
	{ "later", { .files = RESOURCE_TIME, START }, STAT("sh", "12756"), 0, STAT("sh", "2666") },
	{ "its init",
	  { .files = RESOURCE_TIME, START },
	  STAT("init", "10090"),
	  0,
	  STAT("init", "0") },
	/* Came in from outside. */
	{ "older", { .files = RESOURCE_TIME, START }, STAT("sh", "10089"), 0, STAT("sh", "0") },
	{ "oldest", { .files = RESOURCE_TIME, START }, STAT("sh", "0"), 0, STAT("sh", "0") },
	/* lxcfs stumbles over a blank in the name of init. */
	{ "blanks in the name",
	  { .files = RESOURCE_TIME, START },
	  STAT("a b c", "12756"),
	  0,
	  STAT("a b c", "2666") },
	{ "a name like the rest of the line",
	  { .files = RESOURCE_TIME, START },
	  STAT(") S 1 7 7 0\n) ", "12756"),
	  0,
	  STAT(") S 1 7 7 0\n) ", "2666") },
	/* 18446744073709551615 - 10090 */
	{ "huge",
	  { .files = RESOURCE_TIME, START },
	  STAT("sh", "18446744073709551615"),
	  0,
	  STAT("sh", "18446744073709541525") },
	{ "begins at the end of all times",
	  { .files = RESOURCE_TIME, .time = { .start_ns = UINT64_MAX } },
	  STAT("sh", "12756"),
	  0,
	  STAT("sh", "0") },
	{ "does not begin anywhere else",
	  { .files = RESOURCE_TIME },
	  STAT("sh", "12756"),
	  0,
	  NULL },
	{ "switched off", { .files = RESOURCE_CPUS, START }, STAT("sh", "12756"), 0, NULL },

	{ "empty", { .files = RESOURCE_TIME, START }, "", -EIO, NULL },
	{ "no name", { .files = RESOURCE_TIME, START }, "7 sh S 1\n", -EIO, NULL },
	{ "a letter", { .files = RESOURCE_TIME, START }, STAT("sh", "12x56"), -EIO, NULL },
	{ "minus", { .files = RESOURCE_TIME, START }, STAT("sh", "-1"), -EIO, NULL },
	{ "more than fits",
	  { .files = RESOURCE_TIME, START },
	  STAT("sh", "18446744073709551616"),
	  -EIO,
	  NULL },
	{ "two blanks", { .files = RESOURCE_TIME, START }, STAT("sh", " 5"), -EIO, NULL },
	{ "ends there",
	  { .files = RESOURCE_TIME, START },
	  "7 (sh) S 1 7 7 0 -1 4194304 98 0 0 0 1 2 3 4 20 0 1 0 12756\n",
	  -EIO,
	  NULL },
};

START_TEST(test_stat)
{
	check_cpu(narrow_task_stat, &stats[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resources r = { .files = RESOURCE_TIME, V2(1, 1), START };

	check_cpu_cut(narrow_uptime, &r, "120.90 400.00\n");
	check_cpu_garbled(narrow_uptime, &r, "120.90 400.00\n");
	check_cpu_cut(narrow_task_stat, &r, STAT("a) b", "12756"));
	check_cpu_garbled(narrow_task_stat, &r, STAT("a) b", "12756"));
}
END_TEST

/* The number in the n-th field of what the rewriter makes of the text. */
static uint64_t narrowed(rewrite_fn narrow, const struct resources *r, const char *in, unsigned n)
{
	struct rewrite rw = { .resources = r };
	AUTO_BUF struct buf out = { 0 };
	struct text rest, field = { 0 };
	uint64_t value = 0;

	ck_assert_int_eq(narrow(&rw, text_str(in), &out), 0);
	rest = buf_text(&out);
	while (n-- > 0)
		ck_assert(text_field(&rest, &field));
	while (field.n > 0 && (field.p[field.n - 1] == '\n'))
		field.n--;
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] != '.')
			value = value * 10 + (unsigned)(field.p[i] - '0');
	}
	return value;
}

/*
 * A machine that booted at second 1700000000 of the epoch and has been up for now_ns; a container that began
 * start_ns after the boot; a task that started at task_ns. The container's clocks tell of the task what the machine's
 * tell: less than one second earlier, never later, and never in the future.
 */
static void check_agreement(uint64_t start_ns, uint64_t task_ns, uint64_t now_ns)
{
	const struct resources r = { .files = RESOURCE_TIME, .time = { .start_ns = start_ns } };
	const uint64_t machine = UINT64_C(1700000000) * 100 + task_ns / TICK;
	uint64_t btime, ticks, uptime, told;
	char text[200];

	snprintf(text, sizeof(text), "%" PRIu64 ".%02" PRIu64 " 1.00\n", now_ns / S,
		 now_ns / TICK % 100);
	uptime = narrowed(narrow_uptime, &r, text, 1);
	btime = narrowed(narrow_stat, &r, "cpu  1 2 3 4\ncpu0 1 2 3 4\nbtime 1700000000\n", 10);
	snprintf(text, sizeof(text), STAT("sh", "%" PRIu64), task_ns / TICK);
	ticks = narrowed(narrow_task_stat, &r, text, 22);
	told = btime * 100 + ticks;
	ck_assert_msg(told <= machine && machine - told < 100,
		      "began %" PRIu64 ", started %" PRIu64 ": %" PRIu64 ", not %" PRIu64, start_ns,
		      task_ns, told, machine);
	ck_assert_msg(ticks <= uptime, "started %" PRIu64 " ticks after %" PRIu64, ticks, uptime);
}

START_TEST(test_agreement)
{
	static const uint64_t starts[] = { 0,	  1, TICK - 1,		 TICK,
					   S - 1, S, 100 * S + 907 * MS, 123456 * S + 999999999 };
	static const uint64_t later[] = { 0,	    1,	   TICK - 1, TICK,
					  S - TICK, S - 1, S,	     86400 * S + 5 * TICK };
	int i, k, l;

	for (i = 0; i < N_OF(starts); i++) {
		for (k = 0; k < N_OF(later); k++) {
			for (l = k; l < N_OF(later); l++)
				check_agreement(starts[i], starts[i] + later[k],
						starts[i] + later[l]);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_time");
	TCase *tc = tcase_create("narrow_time");

	tcase_add_loop_test(tc, test_uptime, 0, N_OF(uptimes));
	tcase_add_loop_test(tc, test_stat, 0, N_OF(stats));
	tcase_add_test(tc, test_broken);
	tcase_add_test(tc, test_agreement);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
