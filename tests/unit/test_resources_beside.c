/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of takers that share hierarchies (resources_take.h), and of resource_clients.h, in declared trees. */

#include <check.h>
#include <errno.h>
#include <sys/resource.h>

#include "cgroup_tree.h"
#include "resource_clients.h"
#include "unit.h"

#define GROUPS 40

static const struct cgroup_tree_spec spec = {
	"memory cpuset",
	"4:memory:/g0\n5:cpuset:/\n",
	{ NULL },
};

/* Group N allows 1000 + N bytes. */
static void open_tree(struct cgroup_tree *t, struct resource_taker **ret)
{
	char line[64];
	int i;

	cgroup_tree_open(t, &spec);
	for (i = 0; i < GROUPS; i++) {
		snprintf(line, sizeof(line), "memory/g%d/memory.limit_in_bytes %d", i, 1000 + i);
		cgroup_tree_file(t, line);
		snprintf(line, sizeof(line), "memory/g%d/memory.usage_in_bytes 1", i);
		cgroup_tree_file(t, line);
		snprintf(line, sizeof(line), "memory/g%d/memory.stat x 1", i);
		cgroup_tree_file(t, line);
	}
	ck_assert_int_eq(cgroup_tree_taker(t, NULL, ret, NULL), 0);
}

static void expect_limit(struct resource_taker *t, uint64_t limit)
{
	struct resources r = { 0 };

	ck_assert_int_eq(resources_take(t, FACTS_MEMORY, &r), 0);
	ck_assert_uint_eq(r.memory.limit_bytes, limit);
	resources_done(&r);
}

/* Another init, of another age: 22.34 s after boot. */
START_TEST(test_beside)
{
	struct resource_taker *first = NULL, *other = NULL;
	struct resources r = { 0 };
	struct cgroup_tree t;
	int before;

	open_tree(&t, &first);
	scratch_file(&t.dir, "proc/43/cgroup", "4:memory:/g7\n5:cpuset:/\n");
	scratch_file(&t.dir, "proc/43/stat",
		     "43 (b) S 1 43 43 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 2234 99 7\n");
	before = cgroup_tree_descriptors();
	ck_assert_int_eq(resource_taker_open_beside(first, &t.source, 43, &other), 0);
	expect_limit(other, 1007);
	expect_limit(first, 1000);
	ck_assert_int_eq(resources_take(other, FACTS_TIME, &r), 0);
	ck_assert_uint_eq(r.time.start_ns, UINT64_C(22340000000));
	resource_taker_free(other);
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
	other = NULL;
	ck_assert_int_eq(resource_taker_open_beside(first, &t.source, 44, &other), -ESRCH);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
	resource_taker_free(first);
	cgroup_tree_close(&t);
}
END_TEST

/* A name counts for all of them. */
START_TEST(test_named)
{
	struct resource_taker *first = NULL, *other = NULL;
	struct resource_wish wish = { .init = CGROUP_TREE_INIT, .group = "/g9" };
	struct cgroup_tree t;

	open_tree(&t, &first);
	resource_taker_free(first);
	wish.root_fd = t.dir.fd;
	ck_assert_int_eq(resource_taker_open(&t.source, &wish, &first, NULL), 0);
	ck_assert_int_eq(resource_taker_open_where(first, TEXT("4:memory:/g7\n"), &other), 0);
	expect_limit(other, 1009);
	ck_assert(!resource_taker_is_machine(first));
	resource_taker_free(other);
	resource_taker_free(first);
	cgroup_tree_close(&t);
}
END_TEST

/* With a thousand descriptors, not forty groups are open at a time; those that had to make room are opened again. */
START_TEST(test_many)
{
	const struct rlimit few = { 1024, 1024 };
	struct resource_taker *first = NULL, *takers[GROUPS] = { NULL };
	struct cgroup_tree t;
	char where[32];
	int i, before, half = 0;

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	open_tree(&t, &first);
	before = cgroup_tree_descriptors();
	for (i = 0; i < GROUPS; i++) {
		snprintf(where, sizeof(where), "4:memory:/g%d\n", i);
		ck_assert_int_eq(resource_taker_open_where(first, text_str(where), &takers[i]), 0);
	}
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
	for (i = 0; i < 3 * GROUPS; i++) {
		expect_limit(takers[i % GROUPS], 1000 + (uint64_t)i % GROUPS);
		if (i == GROUPS / 2)
			half = cgroup_tree_descriptors();
		if (i > GROUPS / 2)
			ck_assert_int_eq(cgroup_tree_descriptors(), half);
	}
	expect_limit(first, 1000);
	for (i = 0; i < GROUPS; i++)
		resource_taker_free(takers[i]);
	expect_limit(first, 1000);
	ck_assert_int_eq(cgroup_tree_descriptors(), before);
	resource_taker_free(first);
	cgroup_tree_close(&t);
}
END_TEST

static const struct {
	const char *where;
	bool is;
} machines[] = {
	{ "4:memory:/\n5:cpuset:/\n0::/\n", true },
	{ "4:memory:/init.scope\n5:cpuset:/\n", true },
	{ "4:memory:/g1\n5:cpuset:/\n", false },
};

START_TEST(test_machine)
{
	struct resource_taker *taker = NULL;
	struct cgroup_tree t;

	cgroup_tree_open(&t, &spec);
	cgroup_tree_file(&t, "memory/g1/memory.limit_in_bytes 1");
	cgroup_tree_file(&t, "memory/g1/memory.usage_in_bytes 1");
	cgroup_tree_file(&t, "memory/g1/memory.stat x 1");
	cgroup_tree_where(&t, machines[_i].where);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resource_taker_is_machine(taker), machines[_i].is);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

static void expect_client(struct resource_clients *c, pid_t tid, int wanted, uint64_t limit)
{
	struct resources r = { 0 };

	ck_assert_int_eq(resource_clients_take(c, tid, FACTS_MEMORY, &r), wanted);
	if (wanted == 0)
		ck_assert_uint_eq(r.memory.limit_bytes, limit);
	resources_done(&r);
}

/* Each its own, and where it is now. Who cannot be told gets nothing. */
START_TEST(test_clients)
{
	struct resource_clients *clients = NULL;
	struct resource_taker *first = NULL;
	struct cgroup_tree t;

	open_tree(&t, &first);
	scratch_file(&t.dir, "proc/50/cgroup", "4:memory:/g1\n");
	scratch_file(&t.dir, "proc/51/cgroup", "4:memory:/g2\n");
	scratch_file(&t.dir, "proc/52/cgroup", "4:memory:/gone\n");
	ck_assert_int_eq(resource_clients_new(first, &t.source, &clients), 0);
	expect_client(clients, 50, 0, 1001);
	expect_client(clients, 51, 0, 1002);
	expect_client(clients, 50, 0, 1001);
	scratch_file(&t.dir, "proc/50/cgroup", "4:memory:/g2\n");
	expect_client(clients, 50, 0, 1002);
	expect_client(clients, 52, -EIO, 0);
	expect_client(clients, 53, -EIO, 0);
	expect_client(clients, 0, -EIO, 0);
	ck_assert_int_eq(resource_clients_open_file(clients, 0, "cpu.pressure", O_RDONLY), -EIO);
	/* In a group of its own, but not of the unified hierarchy. */
	ck_assert_int_eq(resource_clients_open_file(clients, 50, "cpu.pressure", O_RDONLY),
			 -EOPNOTSUPP);
	resource_clients_free(clients);
	resource_clients_free(NULL);
	resource_taker_free(first);
	cgroup_tree_close(&t);
}
END_TEST

/* More places than are remembered: each its own all the same. */
START_TEST(test_many_places)
{
	struct resource_clients *clients = NULL;
	struct resource_taker *first = NULL;
	struct cgroup_tree t;
	char where[32];
	int i;

	open_tree(&t, &first);
	ck_assert_int_eq(resource_clients_new(first, &t.source, &clients), 0);
	for (i = 0; i < 600; i++) {
		/* A line that is nobody's hierarchy makes each another text. */
		snprintf(where, sizeof(where), "4:memory:/g%d\n9:name=x:/%d\n", i % GROUPS, i);
		scratch_file(&t.dir, "proc/50/cgroup", where);
		expect_client(clients, 50, 0, 1000 + (uint64_t)i % GROUPS);
	}
	resource_clients_free(clients);
	resource_taker_free(first);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_beside");
	TCase *tcase = tcase_create("resources_beside");

	scratch_fixture(tcase);
	tcase_add_test(tcase, test_beside);
	tcase_add_test(tcase, test_named);
	tcase_add_test(tcase, test_many);
	tcase_add_loop_test(tcase, test_machine, 0, N_OF(machines));
	tcase_add_test(tcase, test_clients);
	tcase_add_test(tcase, test_many_places);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
