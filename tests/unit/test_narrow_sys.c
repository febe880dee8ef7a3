/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of what narrows files of /sys/devices/system. */

#include <check.h>
#include <errno.h>

#include "cpu_check.h"
#include "unit.h"

#define SET(...) .cpu = { .has_set = true, .set = { .bits = { __VA_ARGS__ } } }
#define CPUS	 .files = RESOURCE_CPUS

static const struct cpu_case lists[] = {
	{ "all of four, all shown", { CPUS, SET(0xF) }, "0-3\n", 0, NULL },
	{ "1 and 3 are 0 and 1", { CPUS, SET(0xA) }, "0-3\n", 0, "0-1\n" },
	/* 2, 5 and 7 are 0, 1 and 2; 5 is not in the list. */
	{ "a hole stays one", { CPUS, SET(0xA4) }, "0-4,6-9\n", 0, "0,2\n" },
	{ "none of them", { CPUS, SET(0xA) }, "0,2\n", 0, "\n" },
	{ "empty", { CPUS, SET(0xA) }, "\n", 0, NULL },
	{ "the first two of four",
	  { CPUS, .cpu = { .count = CPUS_QUOTA,
			   .has_set = true,
			   .set = { .bits = { 0xF0 } },
			   .quota_us = 150000,
			   .period_us = 100000 } },
	  "0-7\n",
	  0,
	  "0-1\n" },
	{ "beyond 64", { CPUS, SET(1, 1, 4) }, "64,130\n", 0, "1-2\n" },
	{ "nohz_full, off", { CPUS, SET(0xA) }, "(null)\n", 0, NULL },
	{ "the same, older", { CPUS, SET(0xA) }, "  (null)\n", 0, NULL },
	{ "switched off", { .files = RESOURCE_STAT, SET(0xA) }, "0-3\n", 0, NULL },

	{ "no set", { CPUS }, "0-3\n", -EIO, NULL },
	{ "a set of none", { CPUS, SET(0) }, "0-3\n", -EIO, NULL },
	{ "two lines", { CPUS, SET(0xF) }, "0-3\n0-3\n", -EIO, NULL },
	{ "an empty text", { CPUS, SET(0xF) }, "", -EIO, NULL },
	{ "a mask", { CPUS, SET(0xF) }, "f\n", -EIO, NULL },
};

START_TEST(test_list)
{
	check_cpu(narrow_cpu_list, &lists[_i]);
}
END_TEST

static const struct cpu_case present[] = {
	{ "1 and 3", { CPUS, SET(0xA) }, "0-3\n", 0, "0-1\n" },
	{ "1 is offline", { CPUS, SET(0xA) }, "0,2-3\n", 0, "1\n" },
	{ "switched off", { .files = 0, SET(0xA) }, "0,2\n", 0, NULL },
	{ "no machine", { CPUS, SET(0xA) }, "0,2\n", -EIO, NULL },
	{ "empty", { CPUS, SET(0xA) }, "\n", -EIO, NULL },
	{ "null", { CPUS, SET(0xA) }, "(null)\n", -EIO, NULL },
};

START_TEST(test_present)
{
	check_cpu(narrow_cpus_present, &present[_i]);
}
END_TEST

static const struct cpu_case masks[] = {
	{ "all", { CPUS, SET(0xF) }, "f\n", 0, NULL },
	/* CPUs 2 and 3 of the machine: of 1 and 3 the second; two CPUs are one digit. */
	{ "1 and 3", { CPUS, SET(0xA) }, "c\n", 0, "2\n" },
	{ "none of them", { CPUS, SET(0xA) }, "5\n", 0, "0\n" },
	/* 65 CPUs: the highest chunk is one digit. */
	{ "as wide as the machine",
	  { CPUS, SET(UINT64_MAX, 1) },
	  "1,00000000,00000003\n",
	  0,
	  NULL },
	{ "narrower than the machine", { CPUS, SET(0, 1) }, "1,00000000,00000003\n", 0, "1\n" },
	/* 33 shown CPUs, 31 to 63: 32 is 1, 63 is 32. */
	{ "33 of 64", { CPUS, SET(0xFFFFFFFF80000000) }, "80000001,0000ffff\n", 0, "1,00000002\n" },
	{ "switched off", { .files = RESOURCE_TIME, SET(0xA) }, "c\n", 0, NULL },

	{ "no set", { CPUS }, "f\n", -EIO, NULL },
	{ "a list", { CPUS, SET(0xF) }, "0-3\n", -EIO, NULL },
	{ "empty", { CPUS, SET(0xF) }, "\n", -EIO, NULL },
	{ "two lines", { CPUS, SET(0xF) }, "f\nf\n", -EIO, NULL },
};

START_TEST(test_mask)
{
	check_cpu(narrow_cpu_mask, &masks[_i]);
}
END_TEST

#define NODES(...) \
	.files = RESOURCE_MEMINFO, .nodes = { .has_set = true, .set = { .bits = { __VA_ARGS__ } } }

/* Nodes keep their numbers. */
static const struct cpu_case node_lists[] = {
	{ "one of two", { NODES(2) }, "0-1\n", 0, "1\n" },
	{ "those in both", { NODES(0x1d) }, "1-3,5\n", 0, "2-3\n" },
	{ "all", { NODES(0xf) }, "0-3\n", 0, NULL },
	{ "none of them", { NODES(4) }, "0-1\n", 0, "\n" },
	{ "none has such memory", { NODES(4) }, "\n", 0, NULL },
	{ "beyond 64", { NODES(0, 6) }, "0-127\n", 0, "65-66\n" },
	{ "no cpuset", { .files = RESOURCE_MEMINFO }, "0-1\n", 0, NULL },
	{ "switched off",
	  { .files = RESOURCE_CPUS, .nodes = { .has_set = true, .set = { .bits = { 2 } } } },
	  "0-1\n",
	  0,
	  NULL },

	{ "two lines", { NODES(1) }, "0\n0\n", -EIO, NULL },
	{ "cut off", { NODES(1) }, "0-1", -EIO, NULL },
	{ "no list", { NODES(1) }, "(null)\n", -EIO, NULL },
};

START_TEST(test_node_list)
{
	check_cpu(narrow_node_list, &node_lists[_i]);
}
END_TEST

#define MEMORY(LIMIT, LEFT)        \
	.files = RESOURCE_MEMINFO, \
	.memory = { .state = RESOURCE_V2, .limit_bytes = (LIMIT), .headroom_bytes = (LEFT) }

#define NODE                                                                       \
	"Node 0 MemTotal:        6777044 kB\nNode 0 MemFree:         5248416 kB\n" \
	"Node 0 MemUsed:         1528628 kB\nNode 0 Active(anon):       1668 kB\n" \
	"Node 0 HugePages_Total:     0\n"
#define NODE_THREE                                                                 \
	"Node 0 MemTotal:        6777044 kB\nNode 0 MemFree:         5248416 kB\n" \
	"Node 0 MemUsed:         1528628 kB\n"

#define NODE_NOTHING                                                               \
	"Node 0 MemTotal:              0 kB\nNode 0 MemFree:               0 kB\n" \
	"Node 0 MemUsed:               0 kB\n"

static const struct cpu_case nodes[] = {
	/* 1 GiB is 1048576 KiB; 300 MiB left, 307200. */
	{ "limited",
	  { MEMORY(1UL << 30, 300UL << 20) },
	  NODE,
	  0,
	  "Node 0 MemTotal:        1048576 kB\nNode 0 MemFree:          307200 kB\n"
	  "Node 0 MemUsed:          741376 kB\n" },
	{ "unlimited", { MEMORY(RESOURCE_NONE, RESOURCE_NONE) }, NODE, 0, NODE_THREE },
	{ "more than the node has", { MEMORY(1UL << 50, 1UL << 50) }, NODE, 0, NODE_THREE },
	/* Headroom without a limit of its own is bounded by it all the same. */
	{ "zero",
	  { MEMORY(0, 4096) },
	  NODE,
	  0,
	  "Node 0 MemTotal:              0 kB\nNode 0 MemFree:               0 kB\n"
	  "Node 0 MemUsed:               0 kB\n" },
	{ "nothing left",
	  { MEMORY(4096, 0) },
	  "Node 12 MemTotal:             80 kB\nNode 12 MemFree:              30 kB\n"
	  "Node 12 MemUsed:              50 kB\n",
	  0,
	  "Node 12 MemTotal:              4 kB\nNode 12 MemFree:               0 kB\n"
	  "Node 12 MemUsed:               4 kB\n" },
	/* The column is too narrow for the difference, which is no column of the kernel's: a blank stays. */
	{ "a narrow column",
	  { MEMORY(1UL << 30, 0) },
	  "Node 0 MemTotal: 2000000 kB\nNode 0 MemFree: 1 kB\nNode 0 MemUsed: 9 kB\n",
	  0,
	  "Node 0 MemTotal: 1048576 kB\nNode 0 MemFree: 0 kB\nNode 0 MemUsed: 1048576 kB\n" },
	/* A node that the cpuset leaves out has no memory, whatever the limit. */
	{ "not in the cpuset",
	  { MEMORY(1UL << 30, 300UL << 20),
	    .nodes = { .has_set = true, .set = { .bits = { 2 } } } },
	  NODE,
	  0,
	  NODE_NOTHING },
	{ "in the cpuset",
	  { MEMORY(1UL << 30, 300UL << 20),
	    .nodes = { .has_set = true, .set = { .bits = { 3 } } } },
	  NODE,
	  0,
	  "Node 0 MemTotal:        1048576 kB\nNode 0 MemFree:          307200 kB\n"
	  "Node 0 MemUsed:          741376 kB\n" },
	{ "not in the cpuset, no memory controller", { NODES(2) }, NODE, 0, NODE_NOTHING },
	{ "in the cpuset, no memory controller", { NODES(1) }, NODE, 0, NULL },
	{ "a node that there can not be", { NODES(1) }, "Node x MemTotal: 1 kB\n", -EIO, NULL },
	{ "no controller", { .files = RESOURCE_MEMINFO }, NODE, 0, NULL },
	{ "switched off",
	  { .files = RESOURCE_CPUS, .memory = { .state = RESOURCE_V1 } },
	  NODE,
	  0,
	  NULL },

	{ "empty", { MEMORY(0, 0) }, "", -EIO, NULL },
	{ "not of a node", { MEMORY(0, 0) }, "MemTotal:        6777044 kB\n", -EIO, NULL },
	{ "no MemUsed",
	  { MEMORY(0, 0) },
	  "Node 0 MemTotal: 1 kB\nNode 0 MemFree: 1 kB\n",
	  -EIO,
	  NULL },
	{ "twice", { MEMORY(0, 0) }, NODE NODE, -EIO, NULL },
	{ "another order", { MEMORY(0, 0) }, "Node 0 MemFree: 1 kB\n" NODE, -EIO, NULL },
	{ "another unit", { MEMORY(0, 0) }, "Node 0 MemTotal: 1 MB\n", -EIO, NULL },
	{ "no number", { MEMORY(0, 0) }, "Node 0 MemTotal: x kB\n", -EIO, NULL },
};

START_TEST(test_node)
{
	check_cpu(narrow_node_meminfo, &nodes[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resources r = { CPUS, SET(0xA) };
	const struct resources m = { MEMORY(1UL << 30, 300UL << 20) };

	check_cpu_cut(narrow_cpu_list, &r, "0-3,8\n");
	check_cpu_garbled(narrow_cpu_list, &r, "0-3,8\n");
	check_cpu_cut(narrow_cpus_present, &r, "0-3,8\n");
	check_cpu_garbled(narrow_cpus_present, &r, "0-3,8\n");
	check_cpu_cut(narrow_cpu_mask, &r, "ff,ffffffff\n");
	check_cpu_garbled(narrow_cpu_mask, &r, "ff,ffffffff\n");
	check_cpu_cut(narrow_node_meminfo, &m, NODE);
	check_cpu_garbled(narrow_node_meminfo, &m, NODE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_sys");
	TCase *tc = tcase_create("narrow_sys");

	tcase_add_loop_test(tc, test_list, 0, N_OF(lists));
	tcase_add_loop_test(tc, test_present, 0, N_OF(present));
	tcase_add_loop_test(tc, test_node_list, 0, N_OF(node_lists));
	tcase_add_loop_test(tc, test_mask, 0, N_OF(masks));
	tcase_add_loop_test(tc, test_node, 0, N_OF(nodes));
	tcase_add_test(tc, test_broken);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
