/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of narrow_stat(). Times: 1 tick is 10 ms. */

#include <check.h>
#include <errno.h>

#include "cpu_check.h"
#include "unit.h"

#define S  1000000000ULL
#define MS 1000000ULL

#define ALL   (RESOURCE_CPUS | RESOURCE_STAT | RESOURCE_TIME)
#define CPU0  "cpu0 10 1 2 1000 1 0 1 0 3 1\n"
#define CPU1  "cpu1 20 2 4 1001 1 0 2 0 5 0\n"
#define CPU2  "cpu2 30 3 6 1002 1 0 3 0 7 0\n"
#define CPU3  "cpu3 40 4 8 1003 1 0 4 0 9 0\n"
#define TOTAL "cpu  100 10 20 4006 4 0 10 0 24 1\n"
#define CPUS  TOTAL CPU0 CPU1 CPU2 CPU3
#define IRQ   "intr 999 0 1 2\nctxt 5555\n"
#define SOFT  "softirq 88 1 2\n"
#define TAIL  IRQ "btime 1700000000\nprocesses 7777\nprocs_running 9\nprocs_blocked 4\n" SOFT

/* Of a container that began 100.9 s after the boot, in which one thread runs, as nobody knows better. */
#define TAIL_OF(running, blocked)                                                              \
	IRQ "btime 1700000100\nprocesses 0\nprocs_running " running "\nprocs_blocked " blocked \
	    "\n" SOFT
#define OURS TAIL_OF("1", "0")

#define SET(...) .has_set = true, .set = { .bits = { __VA_ARGS__ } }
#define AGE(ns)	 .time = { .start_ns = 100 * S + 900 * MS, .age_ns = (ns) }
#define V2(user, nice, system) \
	.cpu_time = { RESOURCE_V2, .user_ns = (user), .nice_ns = (nice), .system_ns = (system) }
#define V1(user, system)                        \
	.cpu_time = { RESOURCE_V1,              \
		      .user_ns = 77 * S,        \
		      .nice_ns = RESOURCE_NONE, \
		      .system_ns = 77 * S,      \
		      .n_percpu = N_OF(user),   \
		      .percpu_user_ns = (user), \
		      .percpu_system_ns = (system) }

static uint64_t user_4[] = { 1 * S, 2 * S, 3 * S, 4 * S };
static uint64_t system_4[] = { 500 * MS, 500 * MS, 500 * MS, 500 * MS };
static uint64_t user_uneven[] = { 12 * S, 1 * S };
static uint64_t system_uneven[] = { 1 * S, 1 * S };
static uint64_t user_full[] = { 12 * S, 12 * S };
static uint64_t huge_first[] = { RESOURCE_NONE - 1, 0 };
static uint64_t user_huge[] = { RESOURCE_NONE - 1, RESOURCE_NONE - 1, RESOURCE_NONE };

static const struct cpu_case cases[] = {
	/*
	 * Used: 9 s, 1 s nice, 2 s system: 450, 50, 100 ticks on each. Idle: 2 x 20 s less 12 s, 1400 each. lxcfs keeps
	 * the numbers 1 and 3 while its cpuinfo says 0 and 1.
	 */
	{ "version 2, CPUs 1 and 3",
	  { .files = ALL, .cpu = { SET(0xA) }, V2(10 * S, 1 * S, 2 * S), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  900 100 200 2800 0 0 0 0 0 0\n"
	  "cpu0 450 50 100 1400 0 0 0 0 0 0\n"
	  "cpu1 450 50 100 1400 0 0 0 0 0 0\n" OURS },
	/*
	 * user 15 ms: 1 tick, of the first; system 30 ms: 3 ticks, 2 and 1; idle: 2 x 20 ms less 45 ms is less than nothing.
	 */
	{ "ticks that cannot be halved",
	  { .files = ALL, .cpu = { SET(0x3) }, V2(15 * MS, RESOURCE_NONE, 30 * MS), AGE(20 * MS) },
	  CPUS TAIL,
	  0,
	  "cpu  1 0 3 0 0 0 0 0 0 0\ncpu0 1 0 2 0 0 0 0 0 0 0\ncpu1 0 0 1 0 0 0 0 0 0 0\n" OURS },
	{ "nothing used: all of its age is idle",
	  { .files = ALL, .cpu = { SET(0xF) }, V2(0, 0, 0), AGE(1 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  0 0 0 400 0 0 0 0 0 0\ncpu0 0 0 0 100 0 0 0 0 0 0\ncpu1 0 0 0 100 0 0 0 0 0 0\n"
	  "cpu2 0 0 0 100 0 0 0 0 0 0\ncpu3 0 0 0 100 0 0 0 0 0 0\n" OURS },
	/* lxcfs has the idle time of the host in a container 60 ms old. */
	{ "a container that has just begun",
	  { .files = ALL, .cpu = { SET(0x1) }, V2(10 * MS, 0, 10 * MS), AGE(60 * MS) },
	  CPUS TAIL,
	  0,
	  "cpu  1 0 1 4 0 0 0 0 0 0\ncpu0 1 0 1 4 0 0 0 0 0 0\n" OURS },
	{ "used more than there was: no idle time, not an endless one",
	  { .files = ALL, .cpu = { SET(0x1) }, V2(30 * S, 0, 1 * S), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  3000 0 100 0 0 0 0 0 0 0\ncpu0 3000 0 100 0 0 0 0 0 0 0\n" OURS },
	/* 20 s and 100 s of before: 2 x 120 s less 231 s, halved; 115 + 0.5 s and 4.5 s of each. */
	{ "used more than there was, before it began",
	  { .files = ALL,
	    .cpu = { SET(0x3) },
	    V2(230 * S, 0, 1 * S),
	    .time = { .start_ns = 100 * S + 900 * MS, .age_ns = 20 * S, .lead_ns = 100 * S } },
	  CPUS TAIL,
	  0,
	  "cpu  23000 0 100 900 0 0 0 0 0 0\ncpu0 11500 0 50 450 0 0 0 0 0 0\n"
	  "cpu1 11500 0 50 450 0 0 0 0 0 0\n" OURS },
	/* More nice than user: they were read one after the other. */
	{ "nice above user",
	  { .files = ALL, .cpu = { SET(0x1) }, V2(1 * S, 2 * S, 0), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  0 200 0 1800 0 0 0 0 0 0\ncpu0 0 200 0 1800 0 0 0 0 0 0\n" OURS },
	/* 2 x half a CPU for 20 s: 10 s, which are all it may have. */
	{ "all of half a CPU, --cpus quota",
	  { .files = ALL,
	    .cpu = { CPUS_QUOTA, SET(0xF), .quota_us = 50000, .period_us = 100000 },
	    V2(10 * S, 0, 0),
	    AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  2000 0 0 0 0 0 0 0 0 0\ncpu0 2000 0 0 0 0 0 0 0 0 0\n" OURS },
	/* 15 s of 30 s, each times 2 / 1.5: 10 s user, 10 s system of 40 s; two CPUs. */
	{ "half of one and a half, --cpus quota",
	  { .files = ALL,
	    .cpu = { CPUS_QUOTA, SET(0xF), .quota_us = 150000, .period_us = 100000 },
	    V2(7500 * MS, 0, 7500 * MS),
	    AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  1000 0 1000 2000 0 0 0 0 0 0\n"
	  "cpu0 500 0 500 1000 0 0 0 0 0 0\n"
	  "cpu1 500 0 500 1000 0 0 0 0 0 0\n" OURS },
	/* The set is smaller than the quota: 100 % is both CPUs. */
	{ "a quota of eight CPUs, a set of one, --cpus quota",
	  { .files = ALL,
	    .cpu = { CPUS_QUOTA, SET(0x4), .quota_us = 800000, .period_us = 100000 },
	    V2(10 * S, 0, 0),
	    AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  1000 0 0 1000 0 0 0 0 0 0\ncpu0 1000 0 0 1000 0 0 0 0 0 0\n" OURS },
	{ "the same quota of a half, --cpus set",
	  { .files = ALL,
	    .cpu = { CPUS_SET, SET(0x3), .quota_us = 50000, .period_us = 100000 },
	    V2(10 * S, 0, 0),
	    AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  1000 0 0 3000 0 0 0 0 0 0\n"
	  "cpu0 500 0 0 1500 0 0 0 0 0 0\n"
	  "cpu1 500 0 0 1500 0 0 0 0 0 0\n" OURS },
	/*
	 * Version 1 counts by CPU. 0 and 2 have used 1.5 s and 3.5 s; on 1 and 3, which it had before, 6 s user and 1 s
	 * system: half for each. The rest of 10 s: 5 s and 3 s. Not cpuacct.stat, which counts 77 s.
	 */
	{ "version 1, CPUs 0 and 2",
	  { .files = ALL, .cpu = { SET(0x5) }, V1(user_4, system_4), AGE(10 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  1000 0 200 800 0 0 0 0 0 0\n"
	  "cpu0 400 0 100 500 0 0 0 0 0 0\n"
	  "cpu1 600 0 100 300 0 0 0 0 0 0\n" OURS },
	/* 13 s of 10 s on the first: 3 s, of user, go to the second, which has 8 s left. */
	{ "version 1, more on one CPU than it had",
	  { .files = ALL, .cpu = { SET(0x3) }, V1(user_uneven, system_uneven), AGE(10 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  1300 0 200 500 0 0 0 0 0 0\n"
	  "cpu0 900 0 100 0 0 0 0 0 0 0\n"
	  "cpu1 400 0 100 500 0 0 0 0 0 0\n" OURS },
	{ "version 1, more on both than they had",
	  { .files = ALL, .cpu = { SET(0x3) }, V1(user_full, system_uneven), AGE(10 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  2400 0 200 0 0 0 0 0 0 0\n"
	  "cpu0 1200 0 100 0 0 0 0 0 0 0\n"
	  "cpu1 1200 0 100 0 0 0 0 0 0 0\n" OURS },
	/* All of the four, 12 s, on the one; half a CPU's quota makes that 24 s of 40 s. */
	{ "version 1, --cpus quota",
	  { .files = ALL,
	    .cpu = { CPUS_QUOTA, SET(0xF), .quota_us = 50000, .period_us = 100000 },
	    V1(user_4, system_4),
	    AGE(40 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  2000 0 400 1600 0 0 0 0 0 0\ncpu0 2000 0 400 1600 0 0 0 0 0 0\n" OURS },
	/* (2^64 - 2) / 10^7 = 1844674407370.9 */
	{ "huge counts",
	  { .files = ALL,
	    .cpu = { SET(0x1) },
	    V2(RESOURCE_NONE - 1, 0, RESOURCE_NONE - 1),
	    AGE(RESOURCE_NONE - 1) },
	  CPUS TAIL,
	  0,
	  "cpu  1844674407370 0 1844674407370 0 0 0 0 0 0 0\n"
	  "cpu0 1844674407370 0 1844674407370 0 0 0 0 0 0 0\n" OURS },
	/* User and system are cut to what fits together; one nanosecond is moved to the second CPU. */
	{ "huge counts on one CPU",
	  { .files = ALL, .cpu = { SET(0x3) }, V1(huge_first, huge_first), AGE(RESOURCE_NONE - 1) },
	  CPUS TAIL,
	  0,
	  "cpu  1844674407370 0 0 1844674407370 0 0 0 0 0 0\n"
	  "cpu0 1844674407370 0 0 0 0 0 0 0 0 0\n"
	  "cpu1 0 0 0 1844674407370 0 0 0 0 0 0\n" OURS },
	/* The same of three, the third not known: what does not fit is cut. */
	{ "huge counts by CPU",
	  { .files = ALL, .cpu = { SET(0x1) }, V1(user_huge, user_huge), AGE(0) },
	  CPUS TAIL,
	  0,
	  "cpu  1844674407370 0 0 0 0 0 0 0 0 0\n"
	  "cpu0 1844674407370 0 0 0 0 0 0 0 0 0\n" OURS },
	/* 1700000000 + 18446744073 */
	{ "began at the end of all times",
	  { .files = RESOURCE_TIME, .time = { .start_ns = UINT64_MAX } },
	  CPUS "btime 1700000000\n",
	  0,
	  CPUS "btime 20146744073\n" },
	{ "lxcfs shows the host's processes",
	  { .files = ALL,
	    .cpu = { SET(0x1) },
	    V2(0, 0, 0),
	    AGE(0),
	    .load = { .known = true, .running = 3, .blocked = 2 } },
	  CPUS TAIL,
	  0,
	  "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n" TAIL_OF("3", "2") },
	/* vmstat subtracts itself from it. */
	{ "the reader runs, though nobody did when it was last looked",
	  { .files = ALL,
	    .cpu = { SET(0x1) },
	    V2(0, 0, 0),
	    AGE(0),
	    .load = { .known = true, .running = 0, .blocked = 1 } },
	  CPUS TAIL,
	  0,
	  "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n" TAIL_OF("1", "1") },
	/* Nobody counts what it uses: what the machine's CPUs did. Sums by column; guest is in user already. */
	{ "no accounting",
	  { .files = ALL, .cpu = { SET(0x9) }, AGE(0) },
	  CPUS TAIL,
	  0,
	  "cpu  50 5 10 2003 2 0 5 0 12 1\n"
	  "cpu0 10 1 2 1000 1 0 1 0 3 1\n"
	  "cpu1 40 4 8 1003 1 0 4 0 9 0\n" OURS },
	{ "CPUs only",
	  { .files = RESOURCE_CPUS, .cpu = { SET(0x6) }, V2(9 * S, 0, 0), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  50 5 10 2003 2 0 5 0 12 0\n"
	  "cpu0 20 2 4 1001 1 0 2 0 5 0\n"
	  "cpu1 30 3 6 1002 1 0 3 0 7 0\n" TAIL },
	/* On all four, as the machine numbers them: 9 s are 225 ticks on each, 80 s less 9 s idle 1775. */
	{ "times only",
	  { .files = RESOURCE_STAT, .cpu = { SET(0x6) }, V2(9 * S, 0, 0), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  "cpu  900 0 0 7100 0 0 0 0 0 0\n"
	  "cpu0 225 0 0 1775 0 0 0 0 0 0\ncpu1 225 0 0 1775 0 0 0 0 0 0\n"
	  "cpu2 225 0 0 1775 0 0 0 0 0 0\ncpu3 225 0 0 1775 0 0 0 0 0 0\n" IRQ
	  "btime 1700000000\nprocesses 0\nprocs_running 1\nprocs_blocked 0\n" SOFT },
	{ "begin only",
	  { .files = RESOURCE_TIME, .cpu = { SET(0x6) }, V2(9 * S, 0, 0), AGE(20 * S) },
	  CPUS TAIL,
	  0,
	  CPUS IRQ "btime 1700000100\nprocesses 7777\nprocs_running 9\nprocs_blocked 4\n" SOFT },
	{ "nothing", { .files = RESOURCE_MEMINFO, .cpu = { SET(0x6) } }, CPUS TAIL, 0, NULL },
	{ "nothing of what is no stat", { .files = 0 }, "x", 0, NULL },
	/* 0 and 2 are online; the set is what is named. */
	{ "a hole, and no cpuset",
	  { .files = ALL, V2(2 * S, 0, 0), AGE(2 * S) },
	  TOTAL CPU0 CPU2 TAIL,
	  0,
	  "cpu  200 0 0 200 0 0 0 0 0 0\ncpu0 100 0 0 100 0 0 0 0 0 0\n"
	  "cpu1 100 0 0 100 0 0 0 0 0 0\n" OURS },
	/* 1 of 1 and 2 is going offline: what it has used is shown on the other one, which keeps its number. */
	{ "offline, but in the set",
	  { .files = ALL, .cpu = { SET(0x6) }, V1(user_4, system_4), AGE(20 * S) },
	  TOTAL CPU0 CPU2 TAIL,
	  0,
	  "cpu  1000 0 200 800 0 0 0 0 0 0\ncpu1 1000 0 200 800 0 0 0 0 0 0\n" OURS },
	/*
	 * A time namespace of its own, or no init: as old as the machine, of whose CPUs 3 has had most:
	 * 40 + 4 + 8 + 1003 + 1 + 0 + 4 + 0 = 1060 ticks. Not 1069, as guests are in user already; lxcfs counts them twice.
	 * Idle: 1060 less 200.
	 */
	{ "does not begin anywhere else",
	  { .files = ALL, .cpu = { SET(0x8) }, V2(1 * S, 0, 1 * S) },
	  CPUS "btime 1700000000\n",
	  0,
	  "cpu  100 0 100 860 0 0 0 0 0 0\ncpu0 100 0 100 860 0 0 0 0 0 0\nbtime 1700000000\n" },
	{ "seven fields, an old kernel's, and keys of the future",
	  { .files = ALL, .cpu = { SET(0x1) }, V2(0, 0, 0), AGE(1 * S) },
	  "cpu  1 2 3 4 5 6 7\ncpu0 1 2 3 4 5 6 7\nbtimes 5\nnews 6 7\nbtime 1700000000\n",
	  0,
	  "cpu  0 0 0 100 0 0 0\ncpu0 0 0 0 100 0 0 0\nbtimes 5\nnews 6 7\nbtime 1700000100\n" },

	{ "no CPU of the set", { .files = ALL, .cpu = { SET(0x10) } }, CPUS TAIL, -EIO, NULL },
	{ "an empty set", { .files = ALL, .cpu = { .has_set = true } }, CPUS TAIL, -EIO, NULL },
	{ "empty", { .files = ALL }, "", -EIO, NULL },
	{ "no total", { .files = ALL }, CPU0 TAIL, -EIO, NULL },
	{ "two totals", { .files = ALL }, TOTAL TOTAL CPU0, -EIO, NULL },
	{ "no CPU", { .files = ALL }, TOTAL TAIL, -EIO, NULL },
	{ "descending", { .files = ALL }, TOTAL CPU1 CPU0, -EIO, NULL },
	{ "twice", { .files = ALL }, TOTAL CPU1 CPU1, -EIO, NULL },
	{ "letters", { .files = ALL }, TOTAL "cpu0 1 x 3 4\n", -EIO, NULL },
	{ "a number of letters", { .files = ALL }, TOTAL "cpux 1 2 3 4\n", -EIO, NULL },
	{ "minus", { .files = ALL }, TOTAL "cpu0 1 -2 3 4\n", -EIO, NULL },
	{ "more than fits",
	  { .files = ALL },
	  TOTAL "cpu0 1 2 3 18446744073709551616\n",
	  -EIO,
	  NULL },
	{ "three fields", { .files = ALL }, TOTAL "cpu0 1 2 3\n", -EIO, NULL },
	{ "too many fields",
	  { .files = ALL },
	  TOTAL "cpu0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7\n",
	  -EIO,
	  NULL },
	{ "a CPU that no machine has", { .files = ALL }, TOTAL "cpu8192 1 2 3 4\n", -EIO, NULL },
	{ "btime of letters", { .files = ALL }, TOTAL CPU0 "btime x\n", -EIO, NULL },
	{ "btime of two numbers", { .files = ALL }, TOTAL CPU0 "btime 1 2\n", -EIO, NULL },
	{ "cut off", { .files = ALL }, TOTAL CPU0 "btime 17", -EIO, NULL },
};

START_TEST(test_case)
{
	check_cpu(narrow_stat, &cases[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resources r = {
		.files = ALL, .cpu = { SET(0xA) }, V2(10 * S, 1 * S, 2 * S), AGE(20 * S)
	};

	check_cpu_cut(narrow_stat, &r, CPUS TAIL);
	check_cpu_garbled(narrow_stat, &r, CPUS TAIL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_stat");
	TCase *tc = tcase_create("narrow_stat");

	tcase_add_loop_test(tc, test_case, 0, N_OF(cases));
	tcase_add_test(tc, test_broken);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
