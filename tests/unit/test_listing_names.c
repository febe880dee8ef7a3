/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of listing.h: order, offsets, and scans that are continued. */

#include <check.h>
#include <errno.h>

#include "buf.h"
#include "listing.h"
#include "tree_view.h"
#include "unit.h"

static const struct client nobody = { 0 };

/* Takes up to max names, each with a space behind it, and where to go on. */
struct taken {
	struct buf names;
	size_t max;
	off_t next;
};

static bool take(void *context, const struct listing_name *n)
{
	struct taken *t = context;

	if (t->max == 0)
		return false;
	t->max--;
	ck_assert_uint_ne(n->inode, 0);
	ck_assert_int_eq(buf_printf(&t->names, "%s ", n->name), 0);
	t->next = n->next;
	return true;
}

static void expect_names(struct listing *l, off_t offset, size_t max, const char *wanted,
			 off_t *ret_next)
{
	struct taken t = { .max = max, .next = offset };

	ck_assert_int_eq(buf_append_str(&t.names, ""), 0);
	ck_assert_int_eq(listing_each(l, &nobody, offset, take, &t), 0);
	ck_assert_str_eq(t.names.data, wanted);
	*ret_next = t.next;
	buf_free(&t.names);
}

static struct listing *open_path(const struct tree_view *t, const char *path)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct listing *l = NULL;
	struct stat st;

	ck_assert_int_eq(tree_walk(&t->view, &nobody, text_str(path), &p, &st), 0);
	ck_assert_int_eq(listing_open(&t->view, &nobody, &p, &l), 0);
	place_done(&p);
	return l;
}

/* Names by length, then by bytes, links to oneself, processes (fs/proc/generic.c and fs/proc/base.c). */
#define ROOT_NAMES "stat locks uptime no-row-for-this self thread-self 1 2 "

START_TEST(test_root)
{
	struct listing *l;
	struct tree_view t;
	off_t next;

	tree_view_open(&t);
	l = open_path(&t, "");
	expect_names(l, 0, SIZE_MAX, ". .. " ROOT_NAMES, &next);
	ck_assert_int_eq(next, LISTING_NUMBER_OFFSET + 2);
	expect_names(l, next, SIZE_MAX, "", &next);
	listing_free(l);
	t.view.profile = PROFILE_CONTAINER;
	l = open_path(&t, "");
	expect_names(l, 0, SIZE_MAX, ". .. stat locks uptime self thread-self 1 2 ", &next);
	listing_free(l);
	tree_view_close(&t);
}
END_TEST

/* In pieces of every size the same names come, each once. */
START_TEST(test_pieces)
{
	static const char all[] = ". .. " ROOT_NAMES;
	struct listing *l;
	struct tree_view t;
	off_t next, before;
	struct taken taken;

	tree_view_open(&t);
	l = open_path(&t, "");
	taken = (struct taken){ .next = 0 };
	do {
		before = taken.next;
		taken.max = (size_t)_i;
		ck_assert_int_eq(listing_each(l, &nobody, taken.next, take, &taken), 0);
		ck_assert_int_ge(taken.next, before);
	} while (taken.next != before);
	ck_assert_str_eq(taken.names.data, all);
	buf_free(&taken.names);
	expect_names(l, 0, 2, ". .. ", &next);
	listing_free(l);
	tree_view_close(&t);
}
END_TEST

/* Who comes and goes meanwhile moves nobody else: none is left out or told twice. */
START_TEST(test_changes)
{
	struct scratch_task late = { "80", 80, 80, 50, "80\t9", NULL, NULL, TREE_VIEW_INODE };
	struct listing *l;
	struct tree_view t;
	off_t next;

	tree_view_open(&t);
	l = open_path(&t, "");
	expect_names(l, 0, 9, ". .. stat locks uptime no-row-for-this self thread-self 1 ", &next);
	scratch_task(&t.dir, &late);
	ck_assert_int_eq(unlinkat(t.dir.fd, "stat", 0), 0);
	expect_names(l, next, 1, "2 ", &next);
	expect_names(l, 0, SIZE_MAX, ". .. locks uptime no-row-for-this self thread-self 1 2 9 ",
		     &next);
	ck_assert_int_eq(next, LISTING_NUMBER_OFFSET + 9);
	listing_free(l);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_below)
{
	struct listing *l;
	struct tree_view t;
	off_t next;

	tree_view_open(&t);
	l = open_path(&t, "2/task");
	expect_names(l, 0, SIZE_MAX, ". .. 2 3 ", &next);
	listing_free(l);
	l = open_path(&t, "2/fd");
	expect_names(l, 0, SIZE_MAX, ". .. 0 1 ", &next);
	ck_assert_int_eq(next, LISTING_NUMBER_OFFSET + 1);
	listing_free(l);
	listing_free(NULL);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_errors)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct listing *l = NULL;
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT("uptime"), &p, &st), 0);
	ck_assert_int_eq(listing_open(&t.view, &nobody, &p, &l), -ENOTDIR);
	place_done(&p);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT("2/fd"), &p, &st), 0);
	ck_assert_int_eq(renameat(t.dir.fd, "60/fd", t.dir.fd, "60/moved"), 0);
	ck_assert_int_eq(listing_open(&t.view, &nobody, &p, &l), -ENOENT);
	ck_assert_ptr_null(l);
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("listing_names");
	TCase *tc = tcase_create("listing");

	scratch_fixture(tc);
	tcase_add_test(tc, test_root);
	tcase_add_loop_test(tc, test_pieces, 1, 12);
	tcase_add_test(tc, test_changes);
	tcase_add_test(tc, test_below);
	tcase_add_test(tc, test_errors);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
