/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* On which memory nodes a container may have memory, from declared trees (take_list.c). */

#include <check.h>

#include "cgroup_tree.h"
#include "facts_text.h"
#include "unit.h"

static const struct {
	const char *name;
	struct cgroup_tree_spec spec;
	const char *facts;
} cases[] = {
	/* The group has no set of its own, the one above it has: 1 and 3. */
	{ "version 2",
	  { "v2",
	    "0::/a/b\n",
	    { "v2/cgroup.controllers cpuset", "v2/a/cpuset.mems.effective 1,3",
	      "v2/a/cpuset.mems 0-7", "v2/a/b/cgroup.procs 42" } },
	  " nodes a" },
	{ "version 1",
	  { "cpuset",
	    "6:cpuset:/a/b\n",
	    { "cpuset/a/cpuset.effective_mems 0-1", "cpuset/a/b/cpuset.effective_mems 1",
	      "cpuset/a/b/cpuset.mems 0-1" } },
	  " nodes 2" },
	{ "version 1, before Linux 3.17",
	  { "cpuset", "6:cpuset:/a\n", { "cpuset/a/cpuset.mems 2" } },
	  " nodes 4" },
	{ "version 1, not set up",
	  { "cpuset", "6:cpuset:/a\n", { "cpuset/a/cpuset.effective_mems " } },
	  "" },
	{ "the root", { "cpuset", "6:cpuset:/\n", { "cpuset/a/cpuset.effective_mems 0" } }, "" },
};

START_TEST(test_case)
{
	struct resource_taker *taker = NULL;
	struct cgroup_tree t;

	cgroup_tree_open(&t, &cases[_i].spec);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	facts_expect(taker, cases[_i].facts, cases[_i].name);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_nodes");
	TCase *tcase = tcase_create("resources_nodes");

	scratch_fixture(tcase);
	tcase_add_loop_test(tcase, test_case, 0, N_OF(cases));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
