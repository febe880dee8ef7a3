/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of pidmap_nspid.h, on the machine of two_containers.h. */

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "fault.h"
#include "pidmap.h"
#include "pidmap_nspid.h"
#include "scratch.h"
#include "source.h"
#include "two_containers.h"
#include "unit.h"

struct machine {
	struct scratch dir;
	struct source s;
};

static void start(struct machine *m, bool links)
{
	scratch_open(&m->dir);
	two_containers_record(&m->dir, links);
	ck_assert_int_eq(source_open_tree(m->dir.dir, &m->s, NULL), 0);
}

static void stop(struct machine *m)
{
	source_close(&m->s);
	scratch_close(&m->dir);
}

/* A view and what must be in it. Numbers "here" ascend as a listing has to. */
static const struct view_case {
	bool links;
	ino_t inode;
	unsigned level;
	pid_t init;
	struct pidmap_pair pairs[10]; /* ends with 0 */
} views[] = {
	/* A, by links: the entered 120 and its child; 130 as its namespace's init tells; not 131 */
	{ true,
	  101,
	  1,
	  100,
	  { { 1, 100 },
	    { 2, 102 },
	    { 4, 110 },
	    { 5, 111 },
	    { 6, 120 },
	    { 7, 121 },
	    { 8, 130 },
	    { 40, 90 } } },
	/* the same without knowing the init */
	{ true,
	  101,
	  1,
	  0,
	  { { 1, 100 },
	    { 2, 102 },
	    { 4, 110 },
	    { 5, 111 },
	    { 6, 120 },
	    { 7, 121 },
	    { 8, 130 },
	    { 40, 90 } } },
	/* the same without knowing the inode: what was entered from outside cannot be told, except
	 * that 130 is in the namespace of 110 */
	{ true,
	  0,
	  1,
	  100,
	  { { 1, 100 }, { 2, 102 }, { 4, 110 }, { 5, 111 }, { 8, 130 }, { 40, 90 } } },
	/* without any link, as to a stranger */
	{ false, 101, 1, 100, { { 1, 100 }, { 2, 102 }, { 4, 110 }, { 5, 111 }, { 40, 90 } } },
	{ false, 0, 1, 100, { { 1, 100 }, { 2, 102 }, { 4, 110 }, { 5, 111 }, { 40, 90 } } },
	/* neither: nothing can be told */
	{ false, 0, 1, 0, { { 0, 0 } } },
	/* A2 and B, B2 */
	{ true, 201, 2, 110, { { 1, 110 }, { 2, 111 }, { 3, 130 } } },
	{ false, 201, 2, 110, { { 1, 110 }, { 2, 111 } } },
	{ true, 301, 1, 200, { { 1, 200 }, { 2, 201 }, { 3, 210 } } },
	{ false, 0, 1, 200, { { 1, 200 }, { 2, 201 }, { 3, 210 } } },
	{ true, 401, 2, 210, { { 1, 210 } } },
	/* a namespace that is not there; the number of its init is now another's */
	{ true, 999, 1, 0, { { 0, 0 } } },
	{ true, 999, 1, 102, { { 0, 0 } } },
	{ true, 101, 3, 100, { { 0, 0 } } },
};

static pid_t expected(const struct view_case *c, pid_t there)
{
	size_t i;

	for (i = 0; c->pairs[i].here; i++) {
		if (c->pairs[i].there == there)
			return c->pairs[i].here;
	}
	return 0;
}

START_TEST(test_list)
{
	const struct view_case *c = &views[_i];
	struct pidmap_list l = { 0 };
	struct pidmap *map;
	struct machine m;
	size_t i;

	start(&m, c->links);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, c->inode, c->level, c->init, &map), 0);
	ck_assert_uint_eq(map->level, c->level);
	ck_assert(!map->identity);
	ck_assert_int_eq(pidmap_list(map, &l), 0);
	for (i = 0; i < l.n; i++) {
		ck_assert_int_eq(l.pairs[i].here, c->pairs[i].here);
		ck_assert_int_eq(l.pairs[i].there, c->pairs[i].there);
	}
	ck_assert_int_eq(c->pairs[l.n].here, 0);
	pidmap_list_free(&l);
	pidmap_free(map);
	stop(&m);
}
END_TEST

/* Every process, one at a time, both ways. */
START_TEST(test_each)
{
	const struct view_case *c = &views[_i];
	struct pidmap *map;
	struct machine m;
	size_t i;

	start(&m, c->links);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, c->inode, c->level, c->init, &map), 0);
	for (i = 0; i < TWO_CONTAINERS_N; i++) {
		pid_t there = two_containers[i].pid;

		if (there != 103)
			ck_assert_int_eq(pidmap_to_view(map, there), expected(c, there));
	}
	for (i = 0; c->pairs[i].here; i++)
		ck_assert_int_eq(pidmap_from_view(map, c->pairs[i].here), c->pairs[i].there);
	ck_assert_int_eq(pidmap_from_view(map, 99), 0);
	pidmap_free(map);
	stop(&m);
}
END_TEST

/* A thread is recorded below its process only, and its number found there. */
START_TEST(test_thread)
{
	struct pidmap *map;
	struct machine m;

	start(&m, true);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, 101, 1, 100, &map), 0);
	ck_assert_int_eq(pidmap_to_view(map, 103), 3);
	ck_assert_int_eq(pidmap_from_view(map, 3), 103);
	ck_assert_int_eq(pidmap_to_view(map, 104), 0);
	pidmap_free(map);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, 301, 1, 200, &map), 0);
	ck_assert_int_eq(pidmap_to_view(map, 103), 0);
	pidmap_free(map);
	stop(&m);
}
END_TEST

static const struct {
	ino_t inode;
	unsigned level;
	pid_t init, there, here;
} groups[] = {
	{ 101, 1, 100, 150, 50 }, /* dead leader, by a member's column */
	{ 101, 1, 100, 170, 70 }, /* a session, by the column at the view's level */
	{ 201, 2, 110, 170, 7 },  { 201, 2, 110, 150, 0 }, /* its members are not that deep */
	{ 101, 1, 100, 160, 0 },			   /* another namespace's */
	{ 301, 1, 200, 160, 60 }, { 101, 1, 100, 10, 0 },  /* the leader lives, but outside */
	{ 101, 1, 100, 110, 4 },			   /* the leader lives */
	{ 101, 1, 100, 1000, 0 },			   /* nobody is in it */
	{ 101, 1, 100, 0, 0 },	  { 101, 1, 100, -1, -1 },
};

START_TEST(test_group)
{
	struct pidmap *map;
	struct machine m;

	start(&m, true);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, groups[_i].inode, groups[_i].level, groups[_i].init,
					  &map),
			 0);
	ck_assert_int_eq(pidmap_group_to_view(map, groups[_i].there), groups[_i].here);
	pidmap_free(map);
	stop(&m);
}
END_TEST

static const struct {
	bool links;
	pid_t pid;
	int r;
	ino_t inode;
	unsigned level;
	pid_t init;
} finds[] = {
	{ true, 102, 0, 101, 1, 100 },	{ true, 100, 0, 101, 1, 100 },
	{ true, 103, 0, 101, 1, 100 }, /* a thread, its inode by its parent */
	{ true, 111, 0, 201, 2, 110 },	{ true, 130, 0, 201, 2, 110 }, /* the init by its inode */
	{ true, 121, 0, 101, 1, 100 }, /* the inode by the parent in the same namespace */
	{ true, 131, 0, 0, 2, 0 },     /* entered, no link: nothing tells */
	{ false, 111, 0, 0, 2, 110 },	{ false, 121, 0, 0, 1, 0 },
	{ true, 300, 0, 0, 1, 0 },	{ true, 10, -EXDEV, 0, 0, 0 },
	{ true, 999, -ESRCH, 0, 0, 0 },
};

START_TEST(test_find)
{
	struct fault fault = { 0 };
	ino_t inode = 0;
	unsigned level = 0;
	struct machine m;
	pid_t init = 0;

	start(&m, finds[_i].links);
	ck_assert_int_eq(pidmap_nspid_find(&m.s, finds[_i].pid, &inode, &level, &init, &fault),
			 finds[_i].r);
	ck_assert_int_eq(fault.r, finds[_i].r);
	ck_assert_uint_eq(inode, finds[_i].inode);
	ck_assert_uint_eq(level, finds[_i].level);
	ck_assert_int_eq(init, finds[_i].init);
	stop(&m);
}
END_TEST

/* A number that was known is given out anew, on either side. */
START_TEST(test_reused)
{
	struct pidmap_list l = { 0 };
	struct pidmap *map;
	struct machine m;

	start(&m, true);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, 101, 1, 100, &map), 0);
	ck_assert_int_eq(pidmap_list(map, &l), 0);
	pidmap_list_free(&l);
	ck_assert_int_eq(pidmap_from_view(map, 2), 102);
	ck_assert_int_eq(pidmap_from_view(map, 5), 111);
	ck_assert_int_eq(pidmap_from_view(map, 3), 103);
	scratch_task(&m.dir,
		     &(struct scratch_task){ "102", 102, 102, 100, "102\t12", NULL, NULL, 0 });
	scratch_task(&m.dir,
		     &(struct scratch_task){ "140", 140, 140, 100, "140\t2", NULL, NULL, 101 });
	scratch_task(&m.dir, &(struct scratch_task){ "111", 111, 111, 1, "111", NULL, NULL, 0 });
	scratch_file(&m.dir, "102/task/103/status", "");
	ck_assert_int_eq(pidmap_from_view(map, 2), 140);
	ck_assert_int_eq(pidmap_from_view(map, 12), 102);
	ck_assert_int_eq(pidmap_from_view(map, 5), 0);
	ck_assert_int_eq(pidmap_from_view(map, 3), 0);
	/* of two numbers that are noted in the same place, both are found */
	scratch_task(&m.dir,
		     &(struct scratch_task){ "141", 141, 141, 100, "141\t32770", NULL, NULL, 101 });
	ck_assert_int_eq(pidmap_from_view(map, 32770), 141);
	ck_assert_int_eq(pidmap_from_view(map, 2), 140);
	ck_assert_int_eq(pidmap_from_view(map, 32770), 141);
	pidmap_free(map);
	stop(&m);
}
END_TEST

/* Rings of parents of any length, entered from outside or not, come to an end. */
START_TEST(test_ring)
{
	struct pidmap *map;
	struct machine m;
	int i;

	start(&m, false);
	for (i = 0; i < _i + 3; i++) {
		int next = i < _i + 2 ? 601 + i
				      : 602; /* 600 leads to 601 and 602, the last back there */
		char name[16], columns[32];

		snprintf(name, sizeof(name), "%d", 600 + i);
		snprintf(columns, sizeof(columns), "%d\t%d", 600 + i, 60 + i);
		scratch_task(&m.dir, &(struct scratch_task){ name, 600 + i, 600 + i, next, columns,
							     NULL, NULL, 0 });
	}
	ck_assert_int_eq(pidmap_nspid_new(&m.s, 101, 1, 100, &map), 0);
	for (i = 0; i < _i + 3; i++) {
		ck_assert_int_eq(pidmap_to_view(map, 600 + i), 0);
		ck_assert_int_eq(pidmap_from_view(map, 60 + i), 0);
	}
	pidmap_free(map);
	stop(&m);
}
END_TEST

/* Records that are damaged: no NSpid, a number that is not the directory's, a link that is no link. */
START_TEST(test_damaged)
{
	struct pidmap *map;
	struct machine m;
	unsigned level;
	ino_t inode;
	pid_t init;

	start(&m, true);
	scratch_file(&m.dir, "500/status", "Name:\told\nTgid:\t500\nPid:\t500\nPPid:\t100\n");
	scratch_file(&m.dir, "501/status", "Pid:\t77\nPPid:\t100\nNSpid:\t77\t1\n");
	scratch_task(&m.dir,
		     &(struct scratch_task){ "502", 502, 502, 100, "502\t9", NULL, NULL, 0 });
	scratch_link(&m.dir, "502/ns/pid", "pid:[301]x");
	scratch_task(&m.dir,
		     &(struct scratch_task){ "503", 503, 503, 10, "503\t11", NULL, NULL, 0 });
	scratch_link(&m.dir, "503/ns/pid", "mnt:[101]");
	ck_assert_int_eq(pidmap_nspid_find(&m.s, 500, &inode, &level, &init, NULL), -ENODATA);
	ck_assert_int_eq(pidmap_nspid_new(&m.s, 101, 1, 100, &map), 0);
	ck_assert_int_eq(pidmap_to_view(map, 500), 0);
	ck_assert_int_eq(pidmap_to_view(map, 501), 0);
	ck_assert_int_eq(pidmap_to_view(map, 502), 9); /* by its parent */
	ck_assert_int_eq(pidmap_to_view(map, 503), 0);
	pidmap_free(map);
	stop(&m);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pidmap_nspid");
	TCase *tc = tcase_create("recorded");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_list, 0, N_OF(views));
	tcase_add_loop_test(tc, test_each, 0, N_OF(views));
	tcase_add_test(tc, test_thread);
	tcase_add_loop_test(tc, test_group, 0, N_OF(groups));
	tcase_add_loop_test(tc, test_find, 0, N_OF(finds));
	tcase_add_test(tc, test_reused);
	tcase_add_loop_test(tc, test_ring, 0, 9);
	tcase_add_test(tc, test_damaged);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
