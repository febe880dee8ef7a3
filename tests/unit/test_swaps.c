/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriter of swaps. Each number is worked out by hand. */

#include <check.h>
#include <errno.h>

#include "narrow_check.h"
#include "unit.h"

#define HEADING	    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define OLD_HEADING "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"
/* mm/swapfile.c, swap_show() */
#define PART  "/dev/vda2                               partition\t"
#define FILE_ "/var/swap\\040(deleted)                  file\t\t"

#define TWO PART "2097152\t\t1048576\t\t-2\n" FILE_ "16777216\t65536\t\t-3\n"

static const struct narrow_case cases[] = {
	{ "none", HEADING, { FREE_GROUP }, 0, HEADING },
	{ "no such controller", HEADING TWO, { .state = RESOURCE_ABSENT }, 0, HEADING TWO },
	{ "swap is not counted", HEADING TWO, { .state = RESOURCE_V1 }, 0, HEADING TWO },
	{ "no swap for the group",
	  HEADING TWO,
	  { MEM_LIMIT(MIB(64), MIB(1)), SWAP_LIMIT(0, 0) },
	  0,
	  HEADING },
	/* 1 GiB of the first area's two; of it 100 MiB used: it and those above it have 924 MiB left. */
	{ "a part of the first",
	  HEADING TWO,
	  { FREE_MEMORY, SWAP_LIMIT(MIB(1024), MIB(924)), .swap_usage_bytes = MIB(100) },
	  0,
	  HEADING PART "1048576\t\t102400\t\t-2\n" },
	/* 3 GiB: 2 GiB and 1 GiB; 2560 MiB used: 2 GiB and 512 MiB. */
	{ "a part of the second",
	  HEADING TWO,
	  { FREE_MEMORY, SWAP_LIMIT(MIB(3072), MIB(512)), .swap_usage_bytes = MIB(2560) },
	  0,
	  HEADING PART "2097152\t\t2097152\t\t-2\n" FILE_ "1048576\t\t524288\t\t-3\n" },
	/* Siblings have taken all but 10 MiB of what the parent may have: used is 1024 - 10. */
	{ "used by siblings",
	  HEADING TWO,
	  { FREE_MEMORY, SWAP_LIMIT(MIB(1024), MIB(10)), .swap_usage_bytes = 0 },
	  0,
	  HEADING PART "1048576\t\t1038336\t\t-2\n" },
	/* All 18432 MiB; the machine has used 1114112 KiB, the group 2 MiB: 17760256 are left. */
	{ "no limit: the machine's areas, and what is left of them",
	  HEADING TWO,
	  { FREE_GROUP, .swap_usage_bytes = MIB(2) },
	  0,
	  HEADING TWO },
	{ "more used than the limit",
	  HEADING TWO,
	  { FREE_MEMORY, SWAP_LIMIT(MIB(1), 0), .swap_usage_bytes = MIB(2) },
	  0,
	  HEADING PART "1024\t\t1024\t\t-2\n" },
	{ "no second tab behind a long number",
	  HEADING PART "20000000\t15000000\t-2\n",
	  { FREE_MEMORY, SWAP_LIMIT(MIB(9766), MIB(10)), .swap_usage_bytes = 0 },
	  0,
	  /* 9766 * 1024 = 10000384; less 10240 is 9990144 */
	  HEADING PART "10000384\t9990144\t\t-2\n" },
	{ "older kernels",
	  OLD_HEADING PART "2097152\t1048576\t-2\n",
	  { FREE_MEMORY, SWAP_LIMIT(MIB(1024), MIB(924)), .swap_usage_bytes = MIB(100) },
	  0,
	  OLD_HEADING PART "1048576\t102400\t-2\n" },

	{ "empty", "", { FREE_GROUP }, -EIO, NULL },
	{ "another heading", "Filename Type Size Used Priority\n", { FREE_GROUP }, -EIO, NULL },
	{ "heading cut off", "Filename\t\t\t\tType", { FREE_GROUP }, -EIO, NULL },
	{ "cut off", HEADING PART "2097152\t\t1048576\t\t-2", { FREE_GROUP }, -EIO, NULL },
	{ "no priority", HEADING PART "2097152\t\t1048576\n", { FREE_GROUP }, -EIO, NULL },
	{ "more", HEADING PART "2097152\t\t1048576\t\t-2 7\n", { FREE_GROUP }, -EIO, NULL },
	{ "no number", HEADING PART "2097152\t\tx\t\t-2\n", { FREE_GROUP }, -EIO, NULL },
	{ "negative", HEADING PART "-2097152\t\t1\t\t-2\n", { FREE_GROUP }, -EIO, NULL },
	{ "empty line", HEADING "\n", { FREE_GROUP }, -EIO, NULL },
};

START_TEST(test_swaps)
{
	check_narrow(narrow_swaps, &cases[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resource_memory memory = { FREE_MEMORY, SWAP_LIMIT(MIB(3072), MIB(512)) };

	check_narrow_broken(narrow_swaps, &memory, HEADING TWO);
}
END_TEST

/* What the case "a part of the second" says, said by meminfo. */
START_TEST(test_agrees)
{
	const struct narrow_case c = {
		"agrees",
		MEM("16777216", " 8388608", "12582912") "SwapTotal:      18874368 kB\n"
							"SwapFree:       17760256 kB\n",
		{ FREE_MEMORY, SWAP_LIMIT(MIB(3072), MIB(512)), .swap_usage_bytes = MIB(2560) },
		0,
		/* 2097152 + 1048576; less 2097152 + 524288 */
		MEM("16777216", " 8388608", "12582912") "SwapTotal:       3145728 kB\n"
							"SwapFree:         524288 kB\n",
	};

	check_narrow(narrow_meminfo, &c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("swaps");
	TCase *tcase = tcase_create("swaps");

	tcase_add_loop_test(tcase, test_swaps, 0, N_OF(cases));
	tcase_add_test(tcase, test_broken);
	tcase_add_test(tcase, test_agrees);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
