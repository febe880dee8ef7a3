/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of content.h: when a text is made, and what other offsets see. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>

#include "buf.h"
#include "content.h"
#include "tree_view.h"
#include "unit.h"

static const struct client nobody = { 0 };

static void walk(const struct tree_view *t, const char *path, struct place *ret)
{
	struct stat st;

	ck_assert_int_eq(tree_walk(&t->view, &nobody, text_str(path), ret, &st), 0);
}

static struct reading *open_path(const struct tree_view *t, const char *path)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct reading *r = NULL;

	walk(t, path, &p);
	ck_assert_int_eq(reading_open(&t->view, &nobody, &p, O_RDONLY, &r), 0);
	place_done(&p); /* a reading has its own */
	return r;
}

/* What a read gives is these bytes. */
static void expect_read(struct reading *r, off_t offset, size_t size, const char *wanted)
{
	char data[1024];

	ck_assert_int_eq(reading_read(r, &nobody, data, size, offset), (ssize_t)strlen(wanted));
	ck_assert_mem_eq(data, wanted, strlen(wanted));
}

START_TEST(test_translated)
{
	static const char wanted[] = TREE_VIEW_STATUS;
	struct reading *r;
	struct tree_view t;

	tree_view_open(&t);
	r = open_path(&t, "2/status");
	expect_read(r, 0, 1024, wanted);
	expect_read(r, 0, 5, "Name:");
	expect_read(r, 6, 4, "task");
	expect_read(r, sizeof(wanted) - 1 - 3, 1024, "\t1\n");
	expect_read(r, sizeof(wanted) - 1, 1024, "");
	expect_read(r, (off_t)1 << 40, 1024, "");
	reading_free(r);
	r = open_path(&t, "2/status");
	expect_read(r, 6, 4, "task"); /* pread before any read at 0 */
	reading_free(r);
	tree_view_close(&t);
}
END_TEST

/* Later offsets continue what offset 0 saw; the next read at 0 sees what is there then. */
START_TEST(test_rewind)
{
	struct scratch_task changed = { "60", 60, 60, 1, "60\t2", NULL, NULL, 0 };
	struct reading *r;
	struct tree_view t;
	const char *at = strstr(TREE_VIEW_STATUS, "PPid:");
	off_t offset = at - TREE_VIEW_STATUS;

	tree_view_open(&t);
	r = open_path(&t, "2/status");
	expect_read(r, 0, 1024, TREE_VIEW_STATUS);
	scratch_task(&t.dir, &changed); /* its parent is outside now */
	expect_read(r, offset, 8, "PPid:\t1\n");
	expect_read(r, 0, 5, "Name:");
	expect_read(r, offset, 8, "PPid:\t0\n");
	reading_free(r);
	tree_view_close(&t);
}
END_TEST

/* A text that is not the kernel's is not passed on: it may hold numbers where we do not know. */
START_TEST(test_malformed)
{
	char data[64];
	struct reading *r;
	struct tree_view t;

	tree_view_open(&t);
	scratch_file(&t.dir, "60/stat", "60 (task S 50\n");
	r = open_path(&t, "2/stat");
	ck_assert_int_eq(reading_read(r, &nobody, data, sizeof(data), 0), -EIO);
	ck_assert_int_eq(reading_read(r, &nobody, data, sizeof(data), 5), -EIO);
	reading_free(r);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_passes)
{
	struct reading *r;
	struct tree_view t;

	tree_view_open(&t);
	r = open_path(&t, "uptime");
	expect_read(r, 0, 1024, "1.00 2.00\n");
	expect_read(r, 5, 3, "2.0");
	expect_read(r, 10, 1024, "");
	reading_free(r);
	reading_free(NULL);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_refused)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_PLACE struct place unknown = PLACE_NULL;
	struct reading *r = NULL;
	struct tree_view t;

	tree_view_open(&t);
	walk(&t, "uptime", &p);
	walk(&t, "no-row-for-this", &unknown);
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_WRONLY, &r), -EROFS);
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_RDWR, &r), -EROFS);
	t.view.profile = PROFILE_CONTAINER;
	ck_assert_int_eq(reading_open(&t.view, &nobody, &unknown, O_RDONLY, &r), -ENOENT);
	ck_assert_int_eq(unlinkat(t.dir.fd, "uptime", 0), 0);
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_RDONLY, &r), -ENOENT);
	ck_assert_ptr_null(r);
	place_done(&p);
	place_done(&unknown);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_read_all)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf out = { 0 };
	struct tree_view t;

	tree_view_open(&t);
	walk(&t, "2/status", &p);
	ck_assert_int_eq(content_read_all(&t.view, &nobody, &p, true, &out), 0);
	ck_assert_str_eq(out.data, TREE_VIEW_STATUS);
	buf_clear(&out);
	ck_assert_int_eq(content_read_all(&t.view, &nobody, &p, false, &out), 0);
	ck_assert_ptr_nonnull(strstr(out.data, "\nNSpid:\t60\t2\n"));
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("content");
	TCase *tc = tcase_create("content");

	scratch_fixture(tc);
	tcase_add_test(tc, test_translated);
	tcase_add_test(tc, test_rewind);
	tcase_add_test(tc, test_malformed);
	tcase_add_test(tc, test_passes);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_read_all);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
