/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of pidmap_guests.h: the machine of two_containers.h, and a command on it. */

#include <check.h>
#include <errno.h>

#include "pidmap.h"
#include "pidmap_guests.h"
#include "pidmap_nspid.h"
#include "scratch.h"
#include "source.h"
#include "two_containers.h"
#include "unit.h"

#define ROOT	400 /* the command that was started */
#define CHILD	401 /* in group 450, whose leader is dead; its number is a member's as well */
#define THREAD	402 /* of CHILD; where a kernel's procfs answers for it, unlisted */
#define SIBLING 403 /* started by the same shell, no guest */
#define ORPHAN	404 /* its parent is not recorded */
#define ENTERED 405 /* a guest that has gone into container A, as number 12 there */

struct fixture {
	struct scratch dir;
	struct source host;
	struct pidmap *members; /* container A */
	struct pidmap *guests;
	pid_t taken[4]; /* numbers the view holds, ended by 0 */
};

static bool is_taken(const void *view, pid_t number)
{
	const struct fixture *f = view;
	size_t i;

	for (i = 0; f->taken[i]; i++) {
		if (f->taken[i] == number)
			return true;
	}
	return false;
}

static const struct scratch_task command[] = {
	{ "400", ROOT, ROOT, 10, "400", NULL, NULL, 1 },
	{ "401", CHILD, CHILD, ROOT, "401", "450", "10", 1 },
	{ "402", CHILD, THREAD, ROOT, "402", "450", "10", 1 },
	{ "403", SIBLING, SIBLING, 10, "403", "451", "452", 1 },
	{ "404", ORPHAN, ORPHAN, 399, "404", "452", "452", 1 },
	{ "405", ENTERED, ENTERED, ROOT, "405\t12", NULL, NULL, 101 },
};

static void setup(struct fixture *f, bool with_members)
{
	int i;

	*f = (struct fixture){ .taken = { 2, CHILD } };
	scratch_open(&f->dir);
	two_containers_record(&f->dir, true);
	for (i = 0; i < N_OF(command); i++)
		scratch_task(&f->dir, &command[i]);
	ck_assert_int_eq(source_open_tree(f->dir.dir, &f->host, NULL), 0);
	if (with_members)
		ck_assert_int_eq(pidmap_nspid_new(&f->host, 101, 1, 100, &f->members), 0);
	ck_assert_int_eq(pidmap_guests_new(&f->host, f->members, is_taken, f, ROOT, &f->guests), 0);
	ck_assert(!f->guests->identity);
	ck_assert_uint_eq(f->guests->level, 0);
}

static void teardown(struct fixture *f)
{
	pidmap_free(f->guests);
	pidmap_free(f->members);
	source_close(&f->host);
	scratch_close(&f->dir);
}

static const struct {
	bool members;
	pid_t there, here;
} to_view[] = {
	{ true, ROOT, ROOT },
	{ true, CHILD, CHILD + GUEST_PID_OFFSET }, /* taken */
	{ true, THREAD, THREAD },		   /* by the number it has itself */
	{ true, ENTERED, ENTERED },		   /* a guest first */
	{ true, SIBLING, 0 },
	{ true, ORPHAN, 0 },
	{ true, 10, 0 }, /* an ancestor is no guest */
	{ true, 1, 0 },
	{ true, 102, 2 }, /* a member has its number in the view */
	{ true, 210, 0 }, /* another container's */
	{ false, 102, 0 },
	{ false, CHILD, CHILD + GUEST_PID_OFFSET },
	{ true, 999, 0 },
	{ true, 300, 0 }, /* a ring of parents ends */
	{ true, 0, 0 },
	{ true, -1, -1 },
};

START_TEST(test_to_view)
{
	struct fixture f;

	setup(&f, to_view[_i].members);
	ck_assert_int_eq(pidmap_to_view(f.guests, to_view[_i].there), to_view[_i].here);
	teardown(&f);
}
END_TEST

static const struct {
	pid_t here, there;
} from_view[] = {
	{ ROOT, ROOT },
	{ ROOT + GUEST_PID_OFFSET, 0 }, /* only where the number is taken */
	{ CHILD, 0 },			/* means the member */
	{ CHILD + GUEST_PID_OFFSET, CHILD },
	{ THREAD, THREAD },
	{ SIBLING, 0 },
	{ 2, 0 },   /* members are not given back */
	{ 102, 0 }, /* by no number */
	{ 2 + GUEST_PID_OFFSET, 0 },
	{ GUEST_PID_OFFSET, 0 },
	{ 999, 0 },
};

START_TEST(test_from_view)
{
	struct fixture f;

	setup(&f, true);
	ck_assert_int_eq(pidmap_from_view(f.guests, from_view[_i].here), from_view[_i].there);
	teardown(&f);
}
END_TEST

static const struct {
	pid_t there, here;
} groups[] = {
	{ ROOT, ROOT },		   /* led by itself */
	{ 450, 450 },		   /* dead leader, a guest is in it */
	{ 451, 0 },		   /* dead leader, only the sibling is in it */
	{ 452, 0 },	{ 10, 0 }, /* the leader lives and is no guest */
	{ 150, 50 },		   /* a members' group */
	{ 110, 4 },		   /* led by a member */
	{ 1000, 0 },
};

START_TEST(test_group)
{
	struct fixture f;

	setup(&f, true);
	ck_assert_int_eq(pidmap_group_to_view(f.guests, groups[_i].there), groups[_i].here);
	teardown(&f);
}
END_TEST

START_TEST(test_taken_group)
{
	struct fixture f;

	setup(&f, false);
	f.taken[2] = 450;
	ck_assert_int_eq(pidmap_group_to_view(f.guests, 450), 450 + GUEST_PID_OFFSET);
	ck_assert_int_eq(pidmap_group_to_view(f.guests, 150), 0); /* without members */
	teardown(&f);
}
END_TEST

START_TEST(test_list)
{
	struct pidmap_list l = { 0 };
	struct fixture f;

	setup(&f, true);
	ck_assert_int_eq(pidmap_list(f.guests, &l), 0);
	ck_assert_uint_eq(l.n, 0);
	teardown(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pidmap_guests");
	TCase *tc = tcase_create("recorded");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_to_view, 0, N_OF(to_view));
	tcase_add_loop_test(tc, test_from_view, 0, N_OF(from_view));
	tcase_add_loop_test(tc, test_group, 0, N_OF(groups));
	tcase_add_test(tc, test_taken_group);
	tcase_add_test(tc, test_list);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
