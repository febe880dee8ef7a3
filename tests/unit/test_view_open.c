/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of view_open.h, as far as it goes without rights: recorded trees, and refusals. */

#include <check.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "pidmap.h"
#include "tree_view.h"
#include "unit.h"
#include "view_args.h"
#include "view_open.h"

START_TEST(test_as_recorded)
{
	AUTO_BUF struct buf resources = { 0 };
	struct view_args args = { 0 };
	struct fault fault = { 0 };
	struct view *v = NULL;
	struct scratch dir = { .fd = -1 };

	scratch_open(&dir);
	tree_view_record(&dir);
	args.tree = dir.dir;
	args.profile = PROFILE_CONTAINER;
	ck_assert_int_eq(view_open(&args, &v, &fault), 0);
	ck_assert_str_eq(view_facts(v)->source, "tree");
	ck_assert_str_eq(view_facts(v)->source_way, dir.dir);
	ck_assert_int_eq(v->profile, PROFILE_CONTAINER);
	ck_assert(v->members.pids->identity);
	ck_assert_ptr_eq(v->root, &proc_root_entry);
	ck_assert_ptr_null(v->clients);
	ck_assert_ptr_null(v->portal);
	ck_assert_int_eq(view_target_pidfd(v), -1);
	ck_assert_ptr_null(v->take_resources);
	ck_assert_int_eq(view_describe_resources(v, &resources), 0);
	ck_assert_str_eq(resources.data, "the machine's: what is recorded has no control groups\n");
	buf_free(&resources);
	view_free(v);
	view_free(NULL);
	scratch_close(&dir);
}
END_TEST

START_TEST(test_recorded_host)
{
	struct view_args args = { .target = 60 };
	struct fault fault = { 0 };
	struct view *v = NULL;
	struct scratch dir = { .fd = -1 };

	scratch_open(&dir);
	tree_view_record(&dir);
	args.tree = dir.dir;
	ck_assert_int_eq(view_open(&args, &v, &fault), 0);
	ck_assert_uint_eq(view_facts(v)->level, 1);
	ck_assert_uint_eq(view_facts(v)->pidns_inode, TREE_VIEW_INODE);
	ck_assert_int_eq(view_facts(v)->init_pid, 50);
	ck_assert_int_eq(pidmap_to_view(v->members.pids, 60), 2);
	ck_assert_int_eq(pidmap_to_view(v->members.pids, 70), 0);
	view_free(v);
	scratch_close(&dir);
}
END_TEST

static const struct {
	pid_t target;
	bool live; /* of the machine, not of the tree */
	int r;
	const char *what;
} refused[] = {
	{ 1, false, -EXDEV, "pid 1 is in the pid namespace of the tree itself" },
	{ 99, false, -ESRCH, "pid 99" },
	{ 0, true, -EXDEV, "is our own pid namespace" }, /* 0: ourselves */
	{ 0, false, -ENOENT, "open tree " },		 /* 0: without the tree */
};

START_TEST(test_refused)
{
	struct view_args args = { .target = refused[_i].target };
	struct fault fault = { 0 };
	struct view *v = NULL;
	struct scratch dir = { .fd = -1 };

	scratch_open(&dir);
	tree_view_record(&dir);
	if (refused[_i].live)
		args.target = getpid();
	else if (args.target)
		args.tree = dir.dir;
	else
		args.tree = "/nonexistent/tree";
	ck_assert_int_eq(view_open(&args, &v, &fault), refused[_i].r);
	ck_assert_int_eq(fault.r, refused[_i].r);
	ck_assert_msg(strstr(fault.what, refused[_i].what) != NULL, "said: %s", fault.what);
	ck_assert_ptr_null(v);
	scratch_close(&dir);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view_open");
	TCase *tc = tcase_create("view_open");

	scratch_fixture(tc);
	tcase_add_test(tc, test_as_recorded);
	tcase_add_test(tc, test_recorded_host);
	tcase_add_loop_test(tc, test_refused, 0, N_OF(refused));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
