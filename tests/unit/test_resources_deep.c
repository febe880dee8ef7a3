/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit test of resources_take.h: many groups above one another. */

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "cgroup_tree.h"
#include "facts_text.h"
#include "unit.h"

/*
 * /1/2/.../12: group N allows 10000 - N and uses 100 * (13 - N), so that the smallest limit is that of the deepest and
 * the least is left at the top: 9999 - 1200.
 */
START_TEST(test_deep)
{
	struct cgroup_tree_spec spec = { .mounts = "v2",
					 .files = { "v2/cgroup.controllers memory" } };
	struct resource_taker *taker = NULL;
	struct cgroup_tree t;
	char path[128] = "", file[256], where[160];
	int i;

	spec.where = where;
	for (i = 1; i <= 12; i++)
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%d", i);
	snprintf(where, sizeof(where), "0::%s\n", path);
	cgroup_tree_open(&t, &spec);
	for (i = 12; i >= 1; i--) {
		snprintf(file, sizeof(file), "v2%s/memory.max %d", path, 10000 - i);
		cgroup_tree_file(&t, file);
		snprintf(file, sizeof(file), "v2%s/memory.current %d", path, 100 * (13 - i));
		cgroup_tree_file(&t, file);
		snprintf(file, sizeof(file), "v2%s/memory.stat anon %d", path, i);
		cgroup_tree_file(&t, file);
		*strrchr(path, '/') = '\0';
	}
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	facts_expect(taker, " M2 max 9988 left 8799 used 100 anon 12", "12 deep");
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_deep");
	TCase *tcase = tcase_create("resources_deep");

	scratch_fixture(tcase);
	tcase_add_test(tcase, test_deep);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
