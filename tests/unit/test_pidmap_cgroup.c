/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of pidmap_cgroup.h: some processes, in and out of a group. */

#include <check.h>

#include "pidmap.h"
#include "pidmap_cgroup.h"
#include "scratch.h"
#include "source.h"
#include "task_cgroup.h"
#include "unit.h"

/*
 *	1		/		starts 10
 *	10		/web		with a thread 11, by itself in /other; in group 5 of a dead leader
 *	20		/web/inner
 *	30		/web2		its name begins alike
 *	40		no cgroup file; in group 6, dead, too
 *	50		/other		with a thread 51, by itself in /web; leader of a group 20 is in
 */
static const struct scratch_task tasks[] = {
	{ "1", 1, 1, 0, "1", NULL, NULL, 0 },	   { "10", 10, 10, 1, "10", "5", "1", 0 },
	{ "11", 10, 11, 1, "11", "5", "1", 0 },	   { "20", 20, 20, 10, "20", "50", "7", 0 },
	{ "30", 30, 30, 10, "30", NULL, NULL, 0 }, { "40", 40, 40, 10, "40", "6", "1", 0 },
	{ "50", 50, 50, 1, "50", NULL, NULL, 0 },  { "51", 50, 51, 1, "51", "50", "50", 0 },
};

struct fixture {
	struct scratch dir;
	struct source source;
	struct pidmap *map;
};

/* A recorded tree lists the threads, too, which procfs only answers for. */
static void record(struct fixture *f)
{
	/* Of each process the kernel names all hierarchies that are in use. */
	static const char *const groups[][2] = {
		{ "1/cgroup", "4:memory:/\n0::/\n" },
		{ "10/cgroup", "4:memory:/x\n0::/web\n" },
		{ "11/cgroup", "4:memory:/\n0::/other\n" },
		{ "20/cgroup", "4:memory:/\n0::/web/inner\n" },
		{ "30/cgroup", "4:memory:/\n0::/web2\n" },
		{ "50/cgroup", "4:memory:/web\n0::/other\n" },
		{ "51/cgroup", "4:memory:/\n0::/web\n" },
	};
	int i;

	scratch_open(&f->dir);
	for (i = 0; i < N_OF(tasks); i++)
		scratch_task(&f->dir, &tasks[i]);
	for (i = 0; i < N_OF(groups); i++)
		scratch_file(&f->dir, groups[i][0], groups[i][1]);
}

static void setup(struct fixture *f, const char *group)
{
	struct cgroup_wish wish = { 0 };

	record(f);
	ck_assert_int_eq(source_open_tree(f->dir.dir, &f->source, NULL), 0);
	ck_assert_int_eq(cgroup_wish_parse(text_str(group), text_str(""), &wish), 0);
	ck_assert_int_eq(pidmap_cgroup_new(&f->source, &wish, &f->map), 0);
	ck_assert_ptr_null(wish.path.data);
	ck_assert(!f->map->identity);
	ck_assert_uint_eq(f->map->level, 0);
}

static void teardown(struct fixture *f)
{
	pidmap_free(f->map);
	source_close(&f->source);
	scratch_close(&f->dir);
}

static const struct {
	pid_t there, here;
} numbers[] = {
	{ 10, 10 }, { 11, 11 }, /* the process tells, not the thread */
	{ 20, 20 },		/* below */
	{ 30, 0 },  { 40, 0 },	/* cannot be told */
	{ 50, 0 },  { 51, 0 },	{ 1, 0 }, { 99, 0 }, { 0, 0 }, { -1, -1 },
};

START_TEST(test_numbers)
{
	struct fixture f;

	setup(&f, ":/web");
	ck_assert_int_eq(pidmap_to_view(f.map, numbers[_i].there), numbers[_i].here);
	ck_assert_int_eq(pidmap_from_view(f.map, numbers[_i].there), numbers[_i].here);
	teardown(&f);
}
END_TEST

static const struct {
	pid_t there, here;
} groups[] = {
	{ 10, 10 }, { 50, 0 },		 /* its leader lives, outside */
	{ 5, 5 },   { 7, 7 },  { 6, 0 }, /* dead: whoever of the view is in it counts */
	{ 99, 0 },  { 0, 0 },
};

START_TEST(test_groups)
{
	struct fixture f;

	setup(&f, ":/web");
	ck_assert_int_eq(pidmap_group_to_view(f.map, groups[_i].there), groups[_i].here);
	teardown(&f);
}
END_TEST

static const struct {
	const char *group;
	pid_t pids[8];
} lists[] = {
	{ ":/web/inner", { 20 } }, { "memory:/web", { 50 } },	 { "/web2", { 30 } },
	{ "/none", { 0 } },	   { ":/web/", { 10, 20, 51 } }, /* 51 is listed as a process here, see record() */
};

START_TEST(test_list)
{
	struct pidmap_list all = { 0 };
	struct fixture f;
	size_t i;

	setup(&f, lists[_i].group);
	ck_assert_int_eq(pidmap_list(f.map, &all), 0);
	for (i = 0; lists[_i].pids[i]; i++) {
		ck_assert_uint_gt(all.n, i);
		ck_assert_int_eq(all.pairs[i].here, lists[_i].pids[i]);
		ck_assert_int_eq(all.pairs[i].there, lists[_i].pids[i]);
	}
	ck_assert_uint_eq(all.n, i);
	pidmap_list_free(&all);
	teardown(&f);
}
END_TEST

/* A process goes out, and is not shown from then on. */
START_TEST(test_moved)
{
	struct fixture f;

	setup(&f, ":/web");
	ck_assert_int_eq(pidmap_to_view(f.map, 20), 20);
	scratch_file(&f.dir, "20/cgroup", "0::/other\n");
	ck_assert_int_eq(pidmap_to_view(f.map, 20), 0);
	teardown(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pidmap_cgroup");
	TCase *tc = tcase_create("recorded");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_numbers, 0, N_OF(numbers));
	tcase_add_loop_test(tc, test_groups, 0, N_OF(groups));
	tcase_add_loop_test(tc, test_list, 0, N_OF(lists));
	tcase_add_test(tc, test_moved);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
