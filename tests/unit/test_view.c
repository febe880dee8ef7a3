/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of view.h: whose numbers a client has. */

#include <check.h>
#include <errno.h>

#include "pidmap.h"
#include "pidmap_guests.h"
#include "tree_view.h"
#include "unit.h"
#include "view.h"

/* In the view, 70 is free and 2 is a process's. */
static bool taken(const void *context, pid_t number)
{
	(void)context;
	return number == 2;
}

static const struct {
	pid_t client; /* on the host */
	int r;
	pid_t tgid, tid;
} cases[] = {
	{ 50, 0, 1, 1 },
	{ 60, 0, 2, 2 },
	{ 61, 0, 2, 3 },
	{ 70, 0, 70, 70 },				      /* a guest keeps its number */
	{ 2, 0, GUEST_PID_OFFSET + 2, GUEST_PID_OFFSET + 2 }, /* unless somebody has it */
	{ 1, -ENOENT, 0, 0 },
	{ 0, -ENOENT, 0, 0 },
	{ 4000, -ENOENT, 0, 0 },
};

START_TEST(test_client)
{
	static const struct scratch_task more[] = {
		{ "61", 60, 61, 50, "61\t3", "60\t2", "60\t2", TREE_VIEW_INODE },
		{ "2", 2, 2, 70, "2", NULL, NULL, 1 },
	};
	struct client c = { .tid = cases[_i].client };
	struct tree_view t;
	pid_t tgid = 0, tid = 0;
	struct pidmap *guests;

	tree_view_open(&t);
	scratch_task(&t.dir, &more[0]);
	scratch_task(&t.dir, &more[1]);
	ck_assert_int_eq(view_client_pids(&t.view, &c, &tgid, &tid), -ENOENT); /* no host known */
	ck_assert_int_eq(pidmap_guests_new(&t.source, t.pids, taken, NULL, 70, &guests), 0);
	t.view.host = &t.source;
	t.view.clients = t.pids;
	t.view.guests = (struct realm){ .source = &t.source, .pids = guests };
	ck_assert_int_eq(view_client_pids(&t.view, &c, &tgid, &tid), cases[_i].r);
	ck_assert_int_eq(tgid, cases[_i].tgid);
	ck_assert_int_eq(tid, cases[_i].tid);
	pidmap_free(guests);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view");
	TCase *tc = tcase_create("view");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_client, 0, N_OF(cases));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
