/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a container has used that its CPUs cannot have given it in its age (take_idle.c). */

#include <check.h>

#include "cgroup_tree.h"
#include "unit.h"

#define IDLE_FACTS (FACTS_CPU | FACTS_CPU_TIME | FACTS_TIME)

/*
 * What CPUs 0 and 1 have done, or half a CPU with --cpus quota, in microseconds, that is more than there was since the
 * machine's boot by far; how long it takes two CPUs, or half a one.
 */
static const struct {
	enum resource_cpu_count count;
	const char *user, *system;
	uint64_t needs_ns;
} used[] = {
	{ CPUS_SET, "9000000000000000", "1000000000000000", UINT64_C(5000000000000000000) },
	{ CPUS_QUOTA, "2000000000000000", "500000000000000", UINT64_C(5000000000000000000) },
	{ CPUS_SHARES, "4000000000000000", "1000000000000000", UINT64_C(5000000000000000000) },
	/* Nothing at all. */
	{ CPUS_SET, "0", "0", 0 },
};

static void open_used(struct cgroup_tree *t, int i, struct resource_taker **ret)
{
	static const struct cgroup_tree_spec spec = {
		"v2",
		"0::/a\n",
		{ "v2/cgroup.controllers memory cpu cpuset", "v2/a/cpu.max 50000 100000",
		  "v2/a/cpu.weight 100", "v2/a/cpuset.cpus.effective 0-1" }
	};
	struct resource_wish wish = { .init = CGROUP_TREE_INIT, .count = used[i].count };
	char line[128];

	cgroup_tree_open(t, &spec);
	wish.root_fd = t->dir.fd;
	snprintf(line, sizeof(line), "v2/a/cpu.stat user_usec %s\nsystem_usec %s", used[i].user,
		 used[i].system);
	cgroup_tree_file(t, line);
	ck_assert_int_eq(resource_taker_open(&t->source, &wish, ret, NULL), 0);
}

/* The age is taken as longer, by as much as the CPUs would have needed; that stays when they need no more. */
START_TEST(test_lead)
{
	struct resource_taker *taker = NULL;
	struct resources r = { 0 };
	uint64_t first_lead;
	struct cgroup_tree t;

	open_used(&t, _i, &taker);
	ck_assert_int_eq(resources_take(taker, IDLE_FACTS, &r), 0);
	first_lead = r.time.lead_ns;
	if (used[_i].needs_ns == 0)
		ck_assert_uint_eq(first_lead, 0);
	else
		ck_assert_uint_eq(r.time.age_ns + first_lead, used[_i].needs_ns);
	ck_assert_int_eq(resources_take(taker, IDLE_FACTS, &r), 0);
	ck_assert_uint_eq(r.time.lead_ns, first_lead);
	/* Less is used, which no kernel says: what was idle does not go back for that. */
	cgroup_tree_file(&t, "v2/a/cpu.stat user_usec 0\nsystem_usec 0");
	ck_assert_int_eq(resources_take(taker, IDLE_FACTS, &r), 0);
	ck_assert_uint_eq(r.time.lead_ns, first_lead);
	/* More is. */
	cgroup_tree_file(&t, "v2/a/cpu.stat user_usec 16000000000000000\nsystem_usec 0");
	ck_assert_int_eq(resources_take(taker, IDLE_FACTS, &r), 0);
	ck_assert_uint_gt(r.time.lead_ns, first_lead);
	ck_assert_int_eq(resources_take(taker, FACTS_TIME, &r), 0);
	ck_assert_uint_eq(r.time.lead_ns, 0);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_lead");
	TCase *tcase = tcase_create("resources_lead");

	scratch_fixture(tcase);
	tcase_add_loop_test(tcase, test_lead, 0, N_OF(used));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
