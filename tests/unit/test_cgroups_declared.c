/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of groups that directories of any file system declare (cgroups_open_declared()). */

#include <check.h>
#include <errno.h>

#include "cgroup_tree.h"
#include "cgroups.h"
#include "unit.h"

static int take_declared(const struct scratch *s, const char *group, struct resource_taker **ret)
{
	struct source none = SOURCE_NULL;
	char dir[sizeof(s->dir) + 64];
	struct resource_wish wish = { .group = dir, .declared = true, .root_fd = -1 };

	snprintf(dir, sizeof(dir), "%s/%s", s->dir, group);
	return resource_taker_open(&none, &wish, ret, NULL);
}

static void expect(const struct scratch *s, const char *group, enum resource_state version,
		   uint64_t limit, uint64_t left)
{
	struct resource_taker *taker = NULL;
	struct resources r = { 0 };

	ck_assert_int_eq(take_declared(s, group, &taker), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_MEMORY | FACTS_TIME, &r), 0);
	ck_assert_int_eq(r.memory.state, version);
	ck_assert_uint_eq(r.memory.limit_bytes, limit);
	ck_assert_uint_eq(r.memory.headroom_bytes, left);
	ck_assert_uint_eq(r.time.start_ns, 0);
	resources_done(&r);
	resource_taker_free(taker);
}

/* The highest is a group as well, with and without what only the root of a hierarchy has, or has not. */
START_TEST(test_version2)
{
	struct scratch s;

	scratch_open(&s);
	scratch_file(&s, "cgroup.procs", ""); /* of no version 2 */
	scratch_file(&s, "a/cgroup.controllers", "memory\n");
	scratch_file(&s, "a/memory.max", "1000\n");
	scratch_file(&s, "a/memory.current", "900\n");
	scratch_file(&s, "a/memory.stat", "anon 1\n");
	scratch_file(&s, "a/b/cgroup.controllers", "memory\n");
	scratch_file(&s, "a/b/memory.max", "700\n");
	scratch_file(&s, "a/b/memory.current", "10\n");
	scratch_file(&s, "a/b/memory.stat", "anon 1\n");
	expect(&s, "a", RESOURCE_V2, 1000, 100);
	expect(&s, "a/b", RESOURCE_V2, 700, 100);
	expect(&s, "a/../a/b/", RESOURCE_V2, 700, 100);
	scratch_file(&s, "a/cgroup.events", "populated 1\n");
	expect(&s, "a/b", RESOURCE_V2, 700, 100);
	scratch_close(&s);
}
END_TEST

START_TEST(test_version1)
{
	struct scratch s;

	scratch_open(&s);
	scratch_file(&s, "a/cgroup.procs", "");
	scratch_file(&s, "a/memory.limit_in_bytes", "1000\n");
	scratch_file(&s, "a/memory.usage_in_bytes", "900\n");
	scratch_file(&s, "a/memory.stat", "total_rss 1\n");
	scratch_file(&s, "a/b/memory.limit_in_bytes", "700\n");
	scratch_file(&s, "a/b/memory.usage_in_bytes", "10\n");
	scratch_file(&s, "a/b/memory.stat", "total_rss 1\n");
	expect(&s, "a/b", RESOURCE_V1, 700, 100);
	expect(&s, "a", RESOURCE_V1, 1000, 100);
	scratch_close(&s);
}
END_TEST

START_TEST(test_refused)
{
	AUTO_BUF struct buf path = { 0 };
	struct cgroups g = CGROUPS_NULL;
	struct scratch s;
	char name[sizeof(s.dir) + 8];

	scratch_open(&s);
	snprintf(name, sizeof(name), "%s/none", s.dir);
	ck_assert_int_eq(cgroups_open_declared(name, &g, &path, NULL), -ENOENT);
	scratch_file(&s, "none", "");
	ck_assert_int_eq(cgroups_open_declared(name, &g, &path, NULL), -ENOTDIR);
	ck_assert_uint_eq(g.n, 0);
	/* One that the kernel keeps, where it is mounted as it is as a rule. */
	if (access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0)
		ck_assert_int_eq(cgroups_open_declared("/sys/fs/cgroup", &g, &path, NULL),
				 -ENOTDIR);
	if (access("/sys/fs/cgroup/memory/cgroup.procs", F_OK) == 0)
		ck_assert_int_eq(cgroups_open_declared("/sys/fs/cgroup/memory", &g, &path, NULL),
				 -ENOTDIR);
	scratch_close(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroups_declared");
	TCase *tcase = tcase_create("cgroups_declared");

	scratch_fixture(tcase);
	tcase_add_test(tcase, test_version2);
	tcase_add_test(tcase, test_version1);
	tcase_add_test(tcase, test_refused);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
