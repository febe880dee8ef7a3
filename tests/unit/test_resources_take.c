/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of resources_take.h: declared trees, and the facts that follow, worked out by hand. */

#include <check.h>
#include <errno.h>

#include "buf.h"
#include "cgroup_tree.h"
#include "facts_text.h"
#include "unit.h"

static const struct {
	const char *name;
	struct cgroup_tree_spec spec;
	const char *facts;
} cases[] = {
	{ "version 1: one group",
	  { "memory",
	    "4:memory:/a\n0::/\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 300",
	      "memory/a/memory.stat total_cache 7\ntotal_rss 8\nrss 9" } },
	  " M1 max 1000 left 700 used 300 anon 8 file 7" },
	/*
	 * The limit is that of /a, which has more than 900 - 100 left: 1000 - 400 = 600; but /a/b has 900 - 100 = 800.
	 * A sibling /a/x uses the other 300 of /a.
	 */
	{ "version 1: shared with a sibling",
	  { "memory",
	    "4:memory:/a/b\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 400",
	      "memory/a/memory.stat total_rss 400", "memory/a/b/memory.limit_in_bytes 900",
	      "memory/a/b/memory.usage_in_bytes 100", "memory/a/b/memory.stat total_rss 50",
	      "memory/a/x/memory.limit_in_bytes 1", "memory/a/x/memory.usage_in_bytes 300" } },
	  " M1 max 900 left 600 used 100 anon 50" },
	/* The least is left in /a/b: 500 - 350, of /a there would be 1000 - 400. */
	{ "version 1: the group's own is the least",
	  { "memory",
	    "4:memory:/a/b\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 400",
	      "memory/a/memory.memsw.limit_in_bytes 2000",
	      "memory/a/memory.memsw.usage_in_bytes 400", "memory/a/memory.stat x 1",
	      "memory/a/b/memory.limit_in_bytes 500", "memory/a/b/memory.usage_in_bytes 350",
	      "memory/a/b/memory.memsw.limit_in_bytes 600",
	      "memory/a/b/memory.memsw.usage_in_bytes 350",
	      "memory/a/b/memory.stat total_swap 0" } },
	  " M1 max 500 left 150 used 350 swap max 100 left 250 used 0" },
	{ "version 1: more used than is allowed",
	  { "memory",
	    "4:memory:/a/b\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 1004",
	      "memory/a/memory.stat x 1", "memory/a/b/memory.limit_in_bytes 900",
	      "memory/a/b/memory.usage_in_bytes 100", "memory/a/b/memory.stat x 1" } },
	  " M1 max 900 left 0 used 100" },
	{ "version 1: no limits, said by every group",
	  { "memory",
	    "4:memory:/a/b\n",
	    { "memory/a/memory.limit_in_bytes 9223372036854771712",
	      "memory/a/memory.usage_in_bytes 1004", "memory/a/memory.stat x 1",
	      "memory/a/b/memory.limit_in_bytes 9223372036854771712",
	      "memory/a/b/memory.usage_in_bytes 100", "memory/a/b/memory.stat x 1" } },
	  " M1 used 100" },
	/* memory + swap: 1500 - 1000 = 500 for swap in /a, of which 1500 - 450 are left of both. */
	{ "version 1: swap",
	  { "memory",
	    "4:memory:/a\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 300",
	      "memory/a/memory.memsw.limit_in_bytes 1500",
	      "memory/a/memory.memsw.usage_in_bytes 450", "memory/a/memory.stat total_swap 140" } },
	  " M1 max 1000 left 700 used 300 swap max 500 left 1050 used 140" },
	/* Without total_swap: 450 - 300. No limit for both. */
	{ "version 1: swap without a limit",
	  { "memory",
	    "4:memory:/a\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 300",
	      "memory/a/memory.memsw.limit_in_bytes 9223372036854771712",
	      "memory/a/memory.memsw.usage_in_bytes 450", "memory/a/memory.stat swap 1" } },
	  " M1 max 1000 left 700 used 300 swap used 150" },
	/* swap: min(600 - 500, 800 - 400) = 100; left: min(600 - 250, 800 - 700) = 100. */
	{ "version 1: swap of two groups",
	  { "memory",
	    "4:memory:/a/b\n",
	    { "memory/a/memory.limit_in_bytes 400", "memory/a/memory.usage_in_bytes 300",
	      "memory/a/memory.memsw.limit_in_bytes 800",
	      "memory/a/memory.memsw.usage_in_bytes 700", "memory/a/memory.stat x 1",
	      "memory/a/b/memory.limit_in_bytes 500", "memory/a/b/memory.usage_in_bytes 200",
	      "memory/a/b/memory.memsw.limit_in_bytes 600",
	      "memory/a/b/memory.memsw.usage_in_bytes 250",
	      "memory/a/b/memory.stat total_swap 50" } },
	  " M1 max 400 left 100 used 200 swap max 100 left 100 used 50" },
	/* The mount shows /a only; what limits above it the kernel says in memory.stat: 800, of which 800 - 100. */
	{ "version 1: a part of the hierarchy",
	  { "memory@/a",
	    "4:memory:/a/b\n",
	    { "memory/memory.limit_in_bytes 9223372036854771712",
	      "memory/memory.usage_in_bytes 400", "memory/memory.stat x 1",
	      "memory/b/memory.limit_in_bytes 900", "memory/b/memory.usage_in_bytes 100",
	      "memory/b/memory.stat hierarchical_memory_limit 800" } },
	  " M1 max 800 left 700 used 100" },
	/* Groups are paths by whole components: /a is not above /ab. The mount of the whole hierarchy serves. */
	{ "version 1: two mounts",
	  { "memory@/a memory,",
	    "4:memory:/ab\n",
	    { "memory,/ab/memory.limit_in_bytes 900", "memory,/ab/memory.usage_in_bytes 100",
	      "memory,/ab/memory.stat x 1" } },
	  " M1 max 900 left 800 used 100" },
	{ "version 1: at the root", { "memory cpu,cpuacct", "4:memory:/\n5:cpu,cpuacct:/\n" }, "" },
	/* user: 10 + 30, system: 20 + 40. */
	{ "version 1: processors",
	  { "cpu,cpuacct cpuset",
	    "5:cpu,cpuacct:/a/b\n6:cpuset:/a\n",
	    { "cpu,cpuacct/a/cpu.cfs_quota_us 50000", "cpu,cpuacct/a/cpu.cfs_period_us 100000",
	      "cpu,cpuacct/a/cpu.shares 1024", "cpu,cpuacct/a/b/cpu.cfs_quota_us -1",
	      "cpu,cpuacct/a/b/cpu.cfs_period_us 200000", "cpu,cpuacct/a/b/cpu.shares 512",
	      "cpu,cpuacct/a/b/cpuacct.stat user 1\nsystem 1",
	      "cpu,cpuacct/a/b/cpuacct.usage_all cpu user system\n0 10 20\n1 30 40",
	      "cpuset/a/cpuset.effective_cpus 0-1,3" } },
	  " quota 50000/100000 shares 512 set b T1 user 40 system 60 cpus 2" },
	/* The kernel lets no group have more than one above (tg_cfs_schedulable_down()): 80000/200000 is below 1/2. */
	{ "version 1: the lowest quota is the smallest",
	  { "cpu",
	    "5:cpu:/a/b/c\n",
	    { "cpu/a/cpu.cfs_quota_us 50000", "cpu/a/cpu.cfs_period_us 100000",
	      "cpu/a/cpu.shares 1024", "cpu/a/b/cpu.cfs_quota_us 80000",
	      "cpu/a/b/cpu.cfs_period_us 200000", "cpu/a/b/cpu.shares 1024",
	      "cpu/a/b/c/cpu.cfs_quota_us -1", "cpu/a/b/c/cpu.cfs_period_us 100000",
	      "cpu/a/b/c/cpu.shares 1024" } },
	  " quota 80000/200000 shares 1024" },
	/* Ticks are 1/100 s. cpuset.cpus where the kernel has no effective_cpus. */
	{ "version 1: processors of an old kernel",
	  { "cpuacct cpuset",
	    "5:cpuacct:/a\n6:cpuset:/a\n",
	    { "cpuacct/a/cpuacct.stat user 3\nsystem 2", "cpuset/a/cpuset.cpus 2" } },
	  " set 4 T1 user 30000000 system 20000000" },
	{ "version 1: an empty set, no quota",
	  { "cpu cpuset",
	    "5:cpu:/a\n6:cpuset:/a\n",
	    { "cpu/a/cpu.cfs_quota_us -1", "cpu/a/cpu.cfs_period_us 100000", "cpu/a/cpu.shares 2",
	      "cpuset/a/cpuset.effective_cpus " } },
	  " shares 2" },
	/* 2 MiB: no limit in /a/b, 4 - 2 MiB left in /a. */
	{ "version 1: huge pages",
	  { "hugetlb memory",
	    "4:memory:/\n7:hugetlb:/a/b\n",
	    { "hugetlb/a/hugetlb.2MB.limit_in_bytes 4194304",
	      "hugetlb/a/hugetlb.2MB.usage_in_bytes 2097152",
	      "hugetlb/a/b/hugetlb.2MB.limit_in_bytes 9223372036852678656",
	      "hugetlb/a/b/hugetlb.2MB.usage_in_bytes 0",
	      "hugetlb/a/b/hugetlb.1GB.limit_in_bytes 0",
	      "hugetlb/a/b/hugetlb.1GB.usage_in_bytes 0" } },
	  " H 2048 max 4194304 left 2097152 used 0 H 1048576 max 0 left 0 used 0" },
	{ "version 2: one group",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers memory cpu cpuset io", "v2/a/memory.max 1000",
	      "v2/a/memory.high 800", "v2/a/memory.current 300", "v2/a/memory.swap.max 100",
	      "v2/a/memory.swap.current 40", "v2/a/memory.stat anon 5\nfile_mapped 9\nfile 6",
	      "v2/a/cpu.max 150000 100000", "v2/a/cpu.weight 50", "v2/a/cpuset.cpus.effective 1",
	      "v2/a/cpu.stat user_usec 2\nsystem_usec 3" } },
	  " M2 max 1000 left 700 used 300 swap max 100 left 60 used 40 anon 5 file 6"
	  " quota 150000/100000 shares 512 set 2 T2 user 2000 system 3000" },
	/*
	 * max: 900 in /a/b; left: min(900 - 100, 1000 - 950) = 50; memory.high is none. Swap: "max" below, 64 above of
	 * which all is used. nice is a part of user.
	 */
	{ "version 2: shared with a sibling",
	  { "v2",
	    "0::/a/b\n",
	    { "v2/cgroup.controllers memory cpu", "v2/a/memory.max 1000", "v2/a/memory.high 700",
	      "v2/a/memory.current 950", "v2/a/memory.swap.max 64", "v2/a/memory.swap.current 80",
	      "v2/a/memory.stat anon 900", "v2/a/b/memory.max 900", "v2/a/b/memory.high max",
	      "v2/a/b/memory.current 100", "v2/a/b/memory.swap.max max",
	      "v2/a/b/memory.swap.current 7", "v2/a/b/memory.stat anon 90", "v2/a/x/memory.max 1",
	      "v2/a/x/memory.current 850", "v2/a/cpu.max max 100000", "v2/a/b/cpu.max max 100000",
	      "v2/a/b/cpu.weight 100",
	      "v2/a/b/cpu.stat user_usec 5\nsystem_usec 0\nnice_usec 4" } },
	  " M2 max 900 left 50 used 100 swap max 64 left 0 used 7 anon 90"
	  " shares 1024 T2 user 5000 system 0 nice 4000" },
	/* The same with it: the smallest is that of the group in the middle; left: min(800 - 500, 900 - 100, 950 - 600). */
	{ "version 2: memory.high is a limit as well",
	  { "v2",
	    "0::/a/b/c\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max 1000", "v2/a/memory.high 950",
	      "v2/a/memory.current 600", "v2/a/memory.stat anon 600", "v2/a/b/memory.max max",
	      "v2/a/b/memory.high 800", "v2/a/b/memory.current 500", "v2/a/b/memory.stat anon 500",
	      "v2/a/b/c/memory.max 900", "v2/a/b/c/memory.high max", "v2/a/b/c/memory.current 100",
	      "v2/a/b/c/memory.stat anon 90" },
	    .by_high = true },
	  " M2 max 800 left 300 used 100 anon 90" },
	/* It is not kept like memory.max: more may be used than it says. */
	{ "version 2: above memory.high",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max 1000", "v2/a/memory.high 200",
	      "v2/a/memory.current 300", "v2/a/memory.stat anon 300" },
	    .by_high = true },
	  " M2 max 200 left 0 used 300 anon 300" },
	/* /a/b has none, /a has one and no memory.max: 700 - 650. */
	{ "version 2: memory.high alone, of the group above",
	  { "v2",
	    "0::/a/b\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max max", "v2/a/memory.high 700",
	      "v2/a/memory.current 650", "v2/a/memory.stat anon 600", "v2/a/b/memory.max max",
	      "v2/a/b/memory.high max", "v2/a/b/memory.current 50", "v2/a/b/memory.stat anon 5" },
	    .by_high = true },
	  " M2 max 700 left 50 used 50 anon 5" },
	{ "version 1: there is no memory.high",
	  { "memory",
	    "4:memory:/a\n",
	    { "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.high 1",
	      "memory/a/memory.usage_in_bytes 300", "memory/a/memory.stat total_rss 8" },
	    .by_high = true },
	  " M1 max 1000 left 700 used 300 anon 8" },
	{ "version 2: no limits",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max max", "v2/a/memory.high max",
	      "v2/a/memory.current 300", "v2/a/memory.stat anon 1" } },
	  " M2 used 300 anon 1" },
	{ "version 2: nothing allowed",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max 0", "v2/a/memory.current 300",
	      "v2/a/memory.stat anon 0", "v2/a/memory.swap.max 0", "v2/a/memory.swap.current 0" } },
	  " M2 max 0 left 0 used 300 swap max 0 left 0 used 0 anon 0" },
	/* The largest number that is one: not "no limit". */
	{ "version 2: huge limits",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers memory cpu", "v2/a/memory.max 18446744073709551614",
	      "v2/a/memory.current 18446744073709551613", "v2/a/memory.stat anon 1",
	      "v2/a/cpu.max 18446744073709551614 18446744073709551615",
	      "v2/a/cpu.stat user_usec 18446744073709551614\nsystem_usec 1" } },
	  " M2 max 18446744073709551614 left 1 used 18446744073709551613 anon 1"
	  " quota 18446744073709551614/18446744073709551615"
	  " T2 user 18446744073709551614 system 1000" },
	/* /a does not hand memory on to /a/b, whose memory is that of /a. */
	{ "version 2: the controller ends above",
	  { "v2",
	    "0::/a/b\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max 1000", "v2/a/memory.current 400",
	      "v2/a/memory.stat anon 3", "v2/a/b/cgroup.procs 42" } },
	  " M2 max 1000 left 600 used 400 anon 3" },
	{ "version 2: at the root",
	  { "v2", "0::/\n", { "v2/cgroup.controllers memory cpu cpuset" } },
	  "" },
	/* The root of a cgroup namespace limits as any group. */
	{ "version 2: in a namespace",
	  { "v2@/",
	    "0::/\n",
	    { "v2/cgroup.controllers memory", "v2/memory.max 1000", "v2/memory.current 400",
	      "v2/memory.stat anon 3" } },
	  " M2 max 1000 left 600 used 400 anon 3" },
	{ "version 2: systemd's own group",
	  { "v2",
	    "0::/a/init.scope\n",
	    { "v2/cgroup.controllers memory", "v2/a/memory.max 1000", "v2/a/memory.current 400",
	      "v2/a/memory.stat anon 3", "v2/a/init.scope/memory.max max",
	      "v2/a/init.scope/memory.current 1", "v2/a/init.scope/memory.stat anon 1" } },
	  " M2 max 1000 left 600 used 400 anon 3" },
	{ "version 2: no controllers at all",
	  { "v2", "0::/a\n", { "v2/cgroup.controllers ", "v2/a/x 1" } },
	  "" },
	{ "version 2: huge pages",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers hugetlb memory", "v2/a/memory.max max",
	      "v2/a/memory.current 1", "v2/a/memory.stat anon 1", "v2/a/hugetlb.2MB.max 4194304",
	      "v2/a/hugetlb.2MB.current 2097152", "v2/a/hugetlb.64KB.max max",
	      "v2/a/hugetlb.64KB.current 65536", "v2/a/hugetlb.2MB.rsvd.max 0",
	      "v2/a/hugetlb.2MB.rsvd.current 0" } },
	  " M2 used 1 anon 1 H 64 used 65536 H 2048 max 4194304 left 2097152 used 2097152" },
	/* memory is bound to version 1; that /u has files of that name in version 2 means nothing. */
	{ "both versions",
	  { "memory v2",
	    "4:memory:/a\n0::/u\n",
	    { "v2/cgroup.controllers cpu hugetlb", "memory/a/memory.limit_in_bytes 1000",
	      "memory/a/memory.usage_in_bytes 300", "memory/a/memory.stat total_rss 2",
	      "v2/u/memory.max 1", "v2/u/memory.current 1", "v2/u/memory.stat anon 1",
	      "v2/u/cpu.max 30000 100000", "v2/u/cpu.stat user_usec 1\nsystem_usec 2" } },
	  " M1 max 1000 left 700 used 300 anon 2 quota 30000/100000 T2 user 1000 system 2000" },
	/* The unified one does not have memory, nor has any other. */
	{ "both versions: no memory",
	  { "cpuacct v2",
	    "4:cpuacct:/a\n0::/u\n",
	    { "v2/cgroup.controllers hugetlb", "v2/u/memory.max 1", "v2/u/memory.current 1",
	      "v2/u/memory.stat anon 1", "v2/u/cpu.stat user_usec 1\nsystem_usec 2",
	      "cpuacct/a/cpuacct.stat user 1\nsystem 1",
	      "cpuacct/a/cpuacct.usage_all cpu user system\n1 5 6" } },
	  " T1 user 5 system 6 cpus 2" },
};

/* Those about swap, taken alone, are the same. */
static void check_swap(struct resource_taker *taker, const char *name)
{
	struct resources all = { 0 }, swap = { 0 };

	ck_assert_int_eq(resources_take(taker, FACTS_MEMORY, &all), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_SWAP, &swap), 0);
	ck_assert_msg(swap.memory.state == all.memory.state &&
			      swap.memory.swap_counted == all.memory.swap_counted &&
			      swap.memory.swap_limit_bytes == all.memory.swap_limit_bytes &&
			      swap.memory.swap_headroom_bytes == all.memory.swap_headroom_bytes &&
			      swap.memory.swap_usage_bytes == all.memory.swap_usage_bytes,
		      "%s: swap alone", name);
	resources_done(&all);
	resources_done(&swap);
}

START_TEST(test_cases)
{
	struct resource_taker *taker = NULL;
	struct fault fault = { 0 };
	struct cgroup_tree t;
	int before = cgroup_tree_descriptors();

	cgroup_tree_open(&t, &cases[_i].spec);
	ck_assert_msg(cgroup_tree_taker(&t, NULL, &taker, &fault) == 0, "%s: %s", cases[_i].name,
		      fault.what);
	facts_expect(taker, cases[_i].facts, cases[_i].name);
	check_swap(taker, cases[_i].name);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_take");
	TCase *tcase = tcase_create("resources_take");

	scratch_fixture(tcase);
	tcase_add_loop_test(tcase, test_cases, 0, N_OF(cases));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
