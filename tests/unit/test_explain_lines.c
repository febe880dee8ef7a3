/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What `explain` says of the lines of files that tell of CPUs, swap, load, devices and start times, worked out by hand; that
 * docs/resources.md says the same; and that every row of the tables which is narrowed has words for its lines.
 */

#include <check.h>
#include <fcntl.h>
#include <string.h>

#include "entry.h"
#include "explain_check.h"
#include "unit.h"

/* CPUs 1, 3 and 4, of which the quota of one and a half fills two. */
static const struct resources v2 = {
	.files = RESOURCE_FILES_ALL,
	.cpu = { .count = CPUS_QUOTA,
		 .state = RESOURCE_V2,
		 .set_state = RESOURCE_V2,
		 .has_set = true,
		 .set = { .bits = { 0x1a } },
		 .quota_us = 150000,
		 .period_us = 100000,
		 .shares = 1024 },
	.memory = { .state = RESOURCE_V2, .n_groups = 2, .swap_counted = true },
	.disks = { .state = RESOURCE_V2,
		   .n = 1,
		   .disk = &(struct resource_disk){ .major = 8, .minor = 16, .read_ios = 1 } },
	.time = { .start_ns = 12050000000 },
	.nodes = { .state = RESOURCE_V2, .has_set = true, .set = { .bits = { 1 } } },
};

static const struct resources v1 = {
	.files = RESOURCE_FILES_ALL,
	.cpu = { .count = CPUS_SHARES,
		 .state = RESOURCE_V1,
		 .set_state = RESOURCE_V1,
		 .has_set = true,
		 .set = { .bits = { 0xc } },
		 .quota_us = RESOURCE_NONE,
		 .shares = 2048 },
	.memory = { .state = RESOURCE_V1, .n_groups = 1, .swap_counted = true },
	.disks = { .state = RESOURCE_V1 },
};

/* Nothing limits, nothing counts. */
static const struct resources none = {
	.files = RESOURCE_FILES_ALL,
	.cpu = { .quota_us = RESOURCE_NONE, .shares = RESOURCE_NONE, .n_online = 2 },
};

#define SET_V2	  " (cpuset.cpus.effective, cpu.max)"
#define HARDWARE  "the hardware's"
#define COLUMNS	  "the machine's, in the columns of these CPUs: what they do is nobody's"
#define NO_MEMORY "the machine's: no group counts memory"
#define BLKIO                                                                                 \
	" (blkio.throttle.io_serviced_recursive and io_service_bytes_recursive, or those of " \
	"blkio.bfq)"
#define START_OF_V2 " (S, when init began: 12.05 s after the machine)"
#define TASK_LINE   "7 (a) b) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 2222 23 24"

static const struct resources high = {
	.files = RESOURCE_FILES_ALL,
	.memory = { .state = RESOURCE_V2, .n_groups = 3, .by_high = true },
};

static const struct line_case {
	explain_line_fn fn;
	const struct resources *r;
	const char *line, *words;
} cases[] = {
	{ explain_cpuinfo, &v2, "processor\t: 1", "CPU 3 of the machine, renumbered" SET_V2 },
	{ explain_cpuinfo, &v1, "processor\t: 0",
	  "CPU 2 of the machine, renumbered (cpuset.effective_cpus, cpu.shares)" },
	{ explain_cpuinfo, &none, "processor\t: 0", "one of the machine's CPUs, renumbered" },
	{ explain_cpuinfo, &v2, "processor 0: version = FF,  identification = 1",
	  "CPU 1 of the machine, renumbered" SET_V2 },
	{ explain_cpuinfo, &v2, "# processors    : 2", "how many CPUs are shown" SET_V2 },
	{ explain_cpuinfo, &v2, "siblings\t: 2",
	  "how many shown CPUs have this physical id" SET_V2 },
	{ explain_cpuinfo, &v2, "cpu cores\t: 2",
	  "how many different core id these have; the machine's, if all CPUs of the package are "
	  "shown" SET_V2 },
	{ explain_cpuinfo, &v2, "core id\t\t: 2", HARDWARE },
	{ explain_cpuinfo, &v2, "flags\t\t: a processor : 7", HARDWARE },
	{ explain_cpuinfo, &v2, "", "" },
	{ explain_interrupts, &v2, "            CPU0       CPU1       ",
	  "the shown CPUs, renumbered" SET_V2 },
	{ explain_interrupts, &v2, "   0:  1  2  IR-IO-APIC    2-edge  timer", COLUMNS },
	{ explain_interrupts, &v2, " ERR:          0", COLUMNS },
	{ explain_schedstat, &v2, "version 17", "the machine's" },
	{ explain_schedstat, &v2, "cpu1 0 0 0 0 0 0 1 2 3",
	  "CPU 3 of the machine, renumbered; the counts are the machine's" SET_V2 },
	{ explain_schedstat, &v2, "domain0 MC 3 1 2",
	  "the mask: of its CPUs those shown, renumbered; the counts are the machine's" SET_V2 },
	{ explain_cpus, &v2, "0-1", "of the CPUs in it those shown, renumbered" SET_V2 },
	{ explain_swaps, &v2, "/swap  file  8  2  -2",
	  "the machine's area, cut so that the sizes are SwapTotal of meminfo, and what is used "
	  "SwapTotal - SwapFree (memory.swap.max, memory.swap.current of 2 groups)" },
	{ explain_swaps, &v1, "Filename\t\t\t\tType", "the machine's" },
	{ explain_swaps, &none, "/swap  file  8  2  -2", NO_MEMORY },
	{ explain_diskstats, &v2, "   8      16 sdb 1 0 0 0",
	  "reads, writes, discards and their sectors: counted; the rest 0: no group counts it "
	  "(io.stat)" },
	{ explain_diskstats, &v2, "   8      17 sdb1 0 0 0 0",
	  "0: the group has not used it; a partition is counted with its device (io.stat)" },
	{ explain_diskstats, &v1, "   8      16 sdb 0 0 0 0",
	  "0: the group has not used it; a partition is counted with its device" BLKIO },
	{ explain_diskstats, &none, "   8      16 sdb 9 9 9 9",
	  "the machine's: no group counts I/O" },
	{ explain_task_stat, &v2, TASK_LINE,
	  "field 22, when it started: 2222: the machine's less S in ticks, not less than "
	  "0" START_OF_V2 },
	{ explain_task_stat, &none, TASK_LINE,
	  "the machine's: it is not known when init began, or it has a time namespace of its own" },
	{ explain_node_meminfo, &v2, "Node 0 MemTotal:       1024 kB",
	  "the node's, at most the memory limit (memory.max of 2 groups)" },
	{ explain_node_meminfo, &v2, "Node 0 MemUsed:          24 kB", "MemTotal - MemFree" },
	{ explain_meminfo, &high, "MemTotal:         262144 kB",
	  "limit, at most the machine's (memory.max, memory.high of 3 groups)" },
	{ explain_meminfo, &high, "MemFree:          262144 kB",
	  "left, at most the machine's and MemAvailable (memory.max, memory.high, memory.current "
	  "of "
	  "3 groups)" },
	{ explain_meminfo, &high, "SwapTotal:             0 kB",
	  "limit of swap, at most the machine's; the machine's where swap is not counted "
	  "(memory.swap.max of 3 groups)" },
	{ explain_node_list, &v2, "0",
	  "of the nodes in it those of the cpuset (cpuset.mems.effective)" },
	{ explain_node_list, &v1, "0-1", "the machine's: no cpuset says where memory may be" },
	{ explain_node_meminfo, &v2, "Node 2 MemTotal:          0 kB",
	  "0: the cpuset allows no memory on this node (cpuset.mems.effective)" },
	{ explain_node_meminfo, &none, "Node 0 MemTotal:       1024 kB", NO_MEMORY },
};

START_TEST(test_line)
{
	explain_check(cases[_i].fn, cases[_i].r, cases[_i].line, cases[_i].words);
}
END_TEST

/* Rows of the docs that say it in the same words. */
START_TEST(test_docs)
{
	static const struct {
		const char *names;
		explain_line_fn fn;
		const char *line;
	} rows[] = {
		{ "cpuinfo: siblings", explain_cpuinfo, "siblings\t: 2" },
		{ "cpuinfo: cpu cores", explain_cpuinfo, "cpu cores\t: 2" },
	};
	AUTO_BUF struct buf docs = { 0 };
	int i;

	explain_read_docs(&docs);
	for (i = 0; i < N_OF(rows); i++) {
		AUTO_BUF struct buf words = { 0 }, row = { 0 };

		explain_say(rows[i].fn, &none, rows[i].line, &words);
		ck_assert_int_eq(buf_printf(&row, "\n| %s | %s |\n", rows[i].names, words.data), 0);
		ck_assert_msg(strstr(docs.data, row.data) != NULL, "not in the docs:%s", row.data);
	}
}
END_TEST

static unsigned count_narrowed(const struct entry *dir, unsigned depth)
{
	const struct entry *row;
	unsigned n = 0;

	if (dir->narrow) {
		ck_assert_msg(dir->explain_line != NULL, "%s has no words", dir->name);
		n++;
	}
	for (row = dir->children; depth < 6 && row && row->kind != ENTRY_END; row++)
		n += count_narrowed(row, depth + 1);
	if (depth < 6 && dir->each_row && dir->each_row != dir)
		n += count_narrowed(dir->each_row, depth + 1);
	return n;
}

START_TEST(test_rows)
{
	ck_assert_uint_gt(count_narrowed(&proc_root_entry, 0), 10);
	ck_assert_uint_gt(count_narrowed(&sys_root_entry, 0), 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain_lines");
	TCase *tcase = tcase_create("explain_lines");

	tcase_add_loop_test(tcase, test_line, 0, N_OF(cases));
	tcase_add_test(tcase, test_docs);
	tcase_add_test(tcase, test_rows);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
