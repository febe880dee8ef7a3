/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of content.h: when a text is made, and what other offsets see. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>

#include "buf.h"
#include "content.h"
#include "resources.h"
#include "rewrite.h"
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

/* What a view's taker of facts was asked for, and what it says. */
struct taker {
	int r;
	unsigned facts;
	int n_calls;
};

static int take(void *context, const struct client *client, unsigned facts, struct resources *ret)
{
	struct taker *t = context;

	(void)client;
	t->facts = facts;
	t->n_calls++;
	ret->time.start_ns = 5;
	return t->r;
}

static int append_facts(const struct rewrite *rw, struct text in, struct buf *out)
{
	ck_assert_int_eq(buf_append_text(out, in), 0);
	return buf_printf(out, "narrowed %ju %u\n", (uintmax_t)rw->resources->time.start_ns,
			  rw->resources->files);
}

static int append_word(const struct rewrite *rw, struct text in, struct buf *out)
{
	ck_assert_ptr_null(rw->resources);
	ck_assert_int_eq(buf_append_text(out, in), 0);
	return buf_append_str(out, "translated\n");
}

/* A table whose rows have what no rewriter needs yet. */
static const struct entry narrowed_rows[] = {
	{ .name = "uptime",
	  .kind = ENTRY_FILE,
	  .mode = 0444,
	  .narrow = append_facts,
	  .resource = RESOURCE_TIME | RESOURCE_LOADAVG,
	  .facts = FACTS_TIME },
	{ .name = "stat",
	  .kind = ENTRY_FILE,
	  .mode = 0444,
	  .translate = append_word,
	  .narrow = append_facts,
	  .resource = RESOURCE_STAT,
	  .facts = FACTS_CPU_TIME | FACTS_LOAD },
	{ 0 },
};

static const struct entry narrowed_root = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.children = narrowed_rows,
};

static void narrowed_open(struct tree_view *t, struct taker *taker, unsigned files)
{
	tree_view_open(t);
	t->view.root = &narrowed_root;
	t->view.take_resources = take;
	t->view.resources_context = taker;
	t->view.resource_files = files;
}

/* One of the row's bits is enough; the facts are those the row asks for, taken anew at each offset 0. */
START_TEST(test_narrowed)
{
	struct taker taker = { 0 };
	struct tree_view t;
	struct reading *r;

	narrowed_open(&t, &taker, RESOURCE_TIME);
	r = open_path(&t, "uptime");
	expect_read(r, 0, 1024, "1.00 2.00\nnarrowed 5 32\n");
	expect_read(r, 10, 8, "narrowed");
	ck_assert_int_eq(taker.n_calls, 1);
	ck_assert_uint_eq(taker.facts, FACTS_TIME);
	expect_read(r, 0, 4, "1.00");
	ck_assert_int_eq(taker.n_calls, 2);
	reading_free(r);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_narrowed_after_translation)
{
	struct taker taker = { 0 };
	struct tree_view t;
	struct reading *r;

	narrowed_open(&t, &taker, RESOURCE_STAT);
	r = open_path(&t, "stat");
	expect_read(r, 0, 1024, "cpu 1\ntranslated\nnarrowed 5 16\n");
	ck_assert_uint_eq(taker.facts, FACTS_CPU_TIME | FACTS_LOAD);
	reading_free(r);
	tree_view_close(&t);
}
END_TEST

/* Without its bit, or a taker, a file is the machine's, and nobody is asked. */
START_TEST(test_not_narrowed)
{
	struct taker taker = { .r = -EIO };
	struct tree_view t;
	struct reading *r;

	narrowed_open(&t, &taker, (unsigned)~(RESOURCE_TIME | RESOURCE_LOADAVG));
	r = open_path(&t, "uptime");
	expect_read(r, 0, 1024, "1.00 2.00\n");
	reading_free(r);
	t.view.take_resources = NULL;
	t.view.resource_files = (unsigned)~0;
	r = open_path(&t, "stat");
	expect_read(r, 0, 1024, "cpu 1\ntranslated\n");
	reading_free(r);
	ck_assert_int_eq(taker.n_calls, 0);
	tree_view_close(&t);
}
END_TEST

/* Facts that cannot be had are an error of the read, and no text of the machine. */
START_TEST(test_no_facts)
{
	struct taker taker = { .r = -EIO };
	struct tree_view t;
	struct reading *r;
	char data[64];

	narrowed_open(&t, &taker, RESOURCE_TIME);
	r = open_path(&t, "uptime");
	ck_assert_int_eq(reading_read(r, &nobody, data, sizeof(data), 0), -EIO);
	ck_assert_int_eq(reading_read(r, &nobody, data, sizeof(data), 3), -EIO);
	taker.r = 0;
	expect_read(r, 0, 1024, "1.00 2.00\nnarrowed 5 32\n");
	reading_free(r);
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
	tcase_add_test(tc, test_narrowed);
	tcase_add_test(tc, test_narrowed_after_translation);
	tcase_add_test(tc, test_not_narrowed);
	tcase_add_test(tc, test_no_facts);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
