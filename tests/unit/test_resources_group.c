/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of resources_take.h: which group it is, what is refused, groups that change. */

#include <check.h>
#include <errno.h>
#include <time.h>

#include "buf.h"
#include "cgroup_tree.h"
#include "facts_text.h"
#include "unit.h"

static const struct {
	const char *name;
	struct cgroup_tree_spec spec;
	const char *group;
	int r;
	const char *said;
} refused[] = {
	{ "nothing mounted", { "", "0::/\n" }, NULL, -ENODEV, "no control groups are mounted" },
	{ "a hierarchy that is not mounted",
	  { "cpu", "4:memory:/a\n5:cpu:/\n" },
	  NULL,
	  -ENOENT,
	  "the control groups of memory are not mounted" },
	{ "the unified one is not mounted",
	  { "memory", "4:memory:/\n0::/a\n" },
	  NULL,
	  -ENOENT,
	  "the unified control groups are not mounted" },
	{ "no such group", { "memory", "4:memory:/a\n" }, NULL, -ENOENT, "open control group /a" },
	{ "no such named group",
	  { "memory", "4:memory:/\n" },
	  "memory:/b",
	  -ENOENT,
	  "open control group memory:/b" },
	{ "no such group anywhere",
	  { "memory cpu", "4:memory:/\n5:cpu:/\n" },
	  "/b",
	  -ENOENT,
	  "open control group /b" },
	{ "not a hierarchy",
	  { "memory", "4:memory:/\n" },
	  "pids:/",
	  -ENOENT,
	  "open control group pids:/" },
	{ "no such controller in the unified hierarchy",
	  { "v2", "0::/\n", { "v2/cgroup.controllers cpu", "v2/b/cpu.weight 1" } },
	  "memory:/b",
	  -ENOENT,
	  "open control group memory:/b" },
	{ "an option of the mount is no hierarchy",
	  { "memory", "4:memory:/\n", { "memory/b/x 1" } },
	  "rw:/b",
	  -ENOENT,
	  "open control group rw:/b" },
	{ "outside of what the mount shows",
	  { "memory@/a", "4:memory:/ab\n", { "memory/b/x 1" } },
	  NULL,
	  -EXDEV,
	  "open control group /ab" },
	{ "outside of the cgroup namespace",
	  { "memory@/", "4:memory:/../x\n", { "x/memory.usage_in_bytes 1" } },
	  NULL,
	  -EXDEV,
	  "open control group /../x" },
	{ "33 deep",
	  { "memory",
	    "4:memory:/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28"
	    "/29/30/31/32/33\n",
	    { "memory/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29"
	      "/30/31/32/33/x 1" } },
	  NULL,
	  -E2BIG,
	  "/31/32/33, too many levels deep" },
};

START_TEST(test_refused)
{
	struct resource_taker *taker = NULL;
	struct fault fault = { 0 };
	struct cgroup_tree t;
	int before = cgroup_tree_descriptors();

	cgroup_tree_open(&t, &refused[_i].spec);
	ck_assert_msg(cgroup_tree_taker(&t, refused[_i].group, &taker, &fault) == refused[_i].r,
		      "%s: %d %s", refused[_i].name, fault.r, fault.what);
	ck_assert_ptr_null(taker);
	ck_assert_msg(strstr(fault.what, refused[_i].said), "%s: %s", refused[_i].name, fault.what);
	cgroup_tree_close(&t);
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
}
END_TEST

/* What is not of the kernel's form is no number: an error, never a guess. */
static const struct {
	const char *file, *text;
} garbage[] = {
	{ "memory.max", "many" },
	{ "memory.max", "" },
	{ "memory.max", "-5" },
	{ "memory.max", "18446744073709551616" },
	{ "memory.high", "0x10" },
	{ "memory.current", "1 2" },
	{ "memory.swap.max", "1k" },
	{ "cpu.max", "1" },
	{ "cpu.max", "1 0" },
	{ "cpu.weight", "heavy" },
	{ "cpuset.cpus.effective", "2-1" },
	{ "cpuset.mems.effective", "1-0" },
	{ "cpu.stat", "user_usec x" },
	{ "cpu.stat", "user_usec 1" },
};

START_TEST(test_garbage)
{
	static const struct cgroup_tree_spec spec = {
		"v2",
		"0::/a\n",
		{ "v2/cgroup.controllers memory cpu cpuset", "v2/a/memory.max 1",
		  "v2/a/memory.high 1", "v2/a/memory.current 1", "v2/a/memory.swap.max 1",
		  "v2/a/memory.swap.current 1", "v2/a/memory.stat anon 1", "v2/a/cpu.max 1 1",
		  "v2/a/cpu.weight 1", "v2/a/cpuset.cpus.effective 1",
		  "v2/a/cpuset.mems.effective 0", "v2/a/cpu.stat user_usec 1\nsystem_usec 1" },
		.by_high = true
	};
	struct resource_taker *taker = NULL;
	struct resources r = { 0 };
	struct cgroup_tree t;
	char line[128];

	cgroup_tree_open(&t, &spec);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resources_take(taker, ALL_FACTS, &r), 0);
	resources_done(&r);
	snprintf(line, sizeof(line), "v2/a/%s %s", garbage[_i].file, garbage[_i].text);
	cgroup_tree_file(&t, line);
	ck_assert_int_eq(resources_take(taker, ALL_FACTS, &r), -EIO);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

static const struct cgroup_tree_spec two_groups = {
	"memory cpu",
	"4:memory:/a\n5:cpu:/a\n",
	{ "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 1",
	  "memory/a/memory.stat total_rss 2", "memory/b/memory.limit_in_bytes 2000",
	  "memory/b/memory.usage_in_bytes 3", "memory/b/memory.stat total_rss 4",
	  "cpu/a/cpu.shares 5", "cpu/b/cpu.shares 6" }
};

/* The same of version 2. A weight of 50 is 512 shares, one of 200 is 2048. */
static const struct cgroup_tree_spec two_unified = {
	"v2",
	"0::/a\n",
	{ "v2/cgroup.controllers memory cpu io", "v2/a/memory.max 1000", "v2/a/memory.current 1",
	  "v2/a/memory.stat anon 2", "v2/a/cpu.weight 50", "v2/b/memory.max 2000",
	  "v2/b/memory.current 3", "v2/b/memory.stat anon 4", "v2/b/cpu.weight 200" }
};

/* Version 1 has memory, the unified hierarchy cpu. */
static const struct cgroup_tree_spec two_hybrid = {
	"memory v2",
	"4:memory:/a\n0::/a\n",
	{ "memory/a/memory.limit_in_bytes 1000", "memory/a/memory.usage_in_bytes 1",
	  "memory/a/memory.stat total_rss 2", "memory/b/memory.limit_in_bytes 2000",
	  "memory/b/memory.usage_in_bytes 3", "memory/b/memory.stat total_rss 4",
	  "v2/cgroup.controllers cpu", "v2/a/cpu.weight 50", "v2/b/cpu.weight 200" }
};

/*
 * Another group, in the hierarchies that have it or were named, by one of their controllers; the rest stays init's. In
 * the unified hierarchy that is one group for all that is bound there.
 */
static const struct {
	const struct cgroup_tree_spec *tree;
	const char *group, *facts;
} named[] = {
	{ &two_groups, "/b", " M1 max 2000 left 1997 used 3 anon 4 shares 6" },
	{ &two_groups, "memory:/b", " M1 max 2000 left 1997 used 3 anon 4 shares 5" },
	{ &two_groups, "cpu:/b", " M1 max 1000 left 999 used 1 anon 2 shares 6" },
	{ &two_groups, "memory:/", " shares 5" },
	{ &two_unified, "/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_unified, ":/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_unified, "memory:/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_unified, "io:/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_unified, "blkio:/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_unified, "cpuacct,cpu:/b", " M2 max 2000 left 1997 used 3 anon 4 shares 2048" },
	{ &two_hybrid, "memory:/b", " M1 max 2000 left 1997 used 3 anon 4 shares 512" },
	{ &two_hybrid, "cpu:/b", " M1 max 1000 left 999 used 1 anon 2 shares 2048" },
};

START_TEST(test_named)
{
	struct resource_taker *taker = NULL;
	struct cgroup_tree t;

	cgroup_tree_open(&t, named[_i].tree);
	ck_assert_int_eq(cgroup_tree_taker(&t, named[_i].group, &taker, NULL), 0);
	facts_expect(taker, named[_i].facts, named[_i].group);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

/* Init is moved while its old group stays: seen after a second. */
START_TEST(test_moved)
{
	struct resource_taker *taker = NULL;
	struct timespec pause = { .tv_nsec = 10000000 };
	struct resources r = { 0 };
	struct cgroup_tree t;
	uint64_t limit;
	int tries = 0;

	cgroup_tree_open(&t, &two_groups);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	facts_expect(taker, " M1 max 1000 left 999 used 1 anon 2 shares 5", "before");
	cgroup_tree_where(&t, "4:memory:/b\n5:cpu:/a\n");
	do {
		ck_assert_int_eq(resources_take(taker, FACTS_MEMORY, &r), 0);
		limit = r.memory.limit_bytes;
		resources_done(&r);
		nanosleep(&pause, NULL);
	} while (limit == 1000 && ++tries < 1000);
	facts_expect(taker, " M1 max 2000 left 1997 used 3 anon 4 shares 5", "after");
	/* To where no group is: an error, not the old one's, nor the machine's. */
	cgroup_tree_where(&t, "4:memory:/c\n5:cpu:/a\n");
	for (tries = 0; tries < 1000 && resources_take(taker, FACTS_MEMORY, &r) == 0; tries++)
		nanosleep(&pause, NULL);
	ck_assert_int_eq(resources_take(taker, FACTS_MEMORY, &r), -EIO);
	ck_assert_int_eq(resources_take(taker, FACTS_MEMORY, &r), -EIO);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

/* 1234 ticks of 1/100 s after boot. */
START_TEST(test_time)
{
	struct resource_taker *taker = NULL;
	struct resources r = { 0 };
	struct timespec now;
	struct cgroup_tree t;
	char path[64];

	cgroup_tree_open(&t, &two_groups);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_TIME, &r), 0);
	clock_gettime(CLOCK_BOOTTIME, &now);
	ck_assert_uint_eq(r.time.start_ns, UINT64_C(12340000000));
	ck_assert_uint_le(r.time.start_ns + r.time.age_ns,
			  (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	ck_assert_uint_ge(r.time.start_ns + r.time.age_ns,
			  (uint64_t)(now.tv_sec - 20) * 1000000000);
	resource_taker_free(taker);
	/* In a time namespace of its own. */
	scratch_link(&t.dir, "proc/42/ns/time", "time:[5]");
	snprintf(path, sizeof(path), "proc/%d/ns/time", getpid());
	scratch_link(&t.dir, path, "time:[6]");
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_TIME, &r), 0);
	ck_assert_uint_eq(r.time.start_ns, 0);
	ck_assert_uint_eq(r.time.age_ns, 0);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

/* Only what was asked for. */
START_TEST(test_asked)
{
	struct resource_taker *taker = NULL;
	struct resources r = { 0 };
	struct cgroup_tree t;

	cgroup_tree_open(&t, &two_groups);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_CPU, &r), 0);
	ck_assert_uint_eq(r.facts, FACTS_CPU);
	/* CPUs are not counted by them. */
	ck_assert_uint_eq(r.cpu.shares, RESOURCE_NONE);
	ck_assert_int_eq(r.memory.state, RESOURCE_ABSENT);
	ck_assert_uint_eq(r.memory.limit_bytes, 0);
	ck_assert_uint_eq(r.time.start_ns, 0);
	ck_assert_int_eq(resources_take(taker, FACTS_CPU | FACTS_LIMITS, &r), 0);
	ck_assert_uint_eq(r.cpu.shares, 5);
	resource_taker_free(taker);
	resource_taker_free(NULL);
	cgroup_tree_close(&t);
}
END_TEST

START_TEST(test_describe)
{
	AUTO_BUF struct buf out = { 0 };
	struct resource_taker *taker = NULL;
	struct cgroup_tree t;

	cgroup_tree_open(&t, &two_groups);
	cgroup_tree_where(&t, "4:memory:/a\n5:cpu:/\n");
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resource_taker_describe(taker, &out), 0);
	ck_assert_str_eq(out.data, "memory: /a (version 1, 1 group)\n"
				   "cpu: the root (version 1), so the machine's\n"
				   "cpuset: nothing limits or counts\n"
				   "cpuacct: nothing limits or counts\n"
				   "blkio: nothing limits or counts\n"
				   "hugetlb: nothing limits or counts\n");
	resource_taker_free(taker);
	buf_free(&out);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_group");
	TCase *tcase = tcase_create("resources_group");

	scratch_fixture(tcase);
	tcase_add_loop_test(tcase, test_refused, 0, N_OF(refused));
	tcase_add_loop_test(tcase, test_garbage, 0, N_OF(garbage));
	tcase_add_loop_test(tcase, test_named, 0, N_OF(named));
	tcase_add_test(tcase, test_moved);
	tcase_add_test(tcase, test_time);
	tcase_add_test(tcase, test_asked);
	tcase_add_test(tcase, test_describe);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
