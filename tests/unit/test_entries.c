/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit test of the table: rules that every row obeys. */

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "entry.h"
#include "unit.h"

#define ROWS_MAX  1000 /* of one directory: more means that the array has no end */
#define DEPTH_MAX 8
#define RULE_MAX  80

struct walk {
	const struct entry *dir;
	unsigned depth;
	bool in_task; /* PID/ or below */
	char path[256];
	int *n_rows;
};

static bool is_link(const struct entry *row)
{
	return row->kind == ENTRY_LINK || row->kind == ENTRY_MAGIC || row->kind == ENTRY_SELF ||
	       row->kind == ENTRY_THREAD_SELF;
}

static bool is_file(const struct entry *row)
{
	return row->kind == ENTRY_FILE || row->kind == ENTRY_RAW;
}

/* Any name of a subtree: its row stands for files and directories at every depth. */
static bool is_any(const struct entry *row)
{
	return row->each == EACH_ANY && row->each_row == row;
}

/* Permission bits that a file, directory or link of procfs can have. */
static void check_mode(const struct walk *w, const struct entry *row)
{
	ck_assert_msg((row->mode & ~0777U) == 0, "%s: more than permission bits", w->path);
	if (is_any(row)) {
		ck_assert_msg(row->mode == 0, "%s: any name has any mode", w->path);
		return;
	}
	ck_assert_msg(row->mode != 0, "%s: no mode", w->path);
	if (is_file(row))
		ck_assert_msg((row->mode & 0111) == 0, "%s: a file that can be executed", w->path);
	if (row->kind == ENTRY_DIR)
		ck_assert_msg((row->mode & 0222) == 0 && (row->mode & 0100), "%s: mode %o", w->path,
			      row->mode);
	if (is_link(row) && row->name)
		ck_assert_msg(row->mode == 0777, "%s: a link of mode %o", w->path, row->mode);
}

static void check_children(const struct walk *w, const struct entry *row)
{
	ck_assert_msg(!row->children || row->kind == ENTRY_DIR, "%s: rows below no directory",
		      w->path);
	ck_assert_msg((row->each == EACH_NONE) == (row->each_row == NULL),
		      "%s: each and each_row disagree", w->path);
	ck_assert_msg(row->each == EACH_NONE || row->kind == ENTRY_DIR || is_any(row),
		      "%s: names below no directory", w->path);
	ck_assert_msg(!row->each_row || !entry_is_named(row->each_row),
		      "%s: the row of nameless children has a name", w->path);
	ck_assert_msg((row->each == EACH_INDEXED) == (row->each_prefix != NULL),
		      "%s: a prefix and EACH_INDEXED go together", w->path);
	ck_assert_msg(!row->names || row->each == EACH_INDEXED, "%s: whose names?", w->path);
	if (row->kind == ENTRY_DIR)
		ck_assert_msg(row->children || row->each_row, "%s: nothing below", w->path);
}

static void check_translation(const struct walk *w, const struct entry *row)
{
	const struct entry *beside;
	bool threads;

	ck_assert_msg(!row->beside || row->translate, "%s: beside, but no translation", w->path);
	if (!row->translate)
		return;
	ck_assert_msg(row->kind == ENTRY_FILE, "%s: only texts are translated", w->path);
	ck_assert_msg(row->rule != NULL, "%s: translated, but no rule says so", w->path);
	for (threads = false; row->beside; threads = true) {
		beside = entry_find(w->dir, text_str(row->beside), threads);
		ck_assert_msg(beside && beside->kind == ENTRY_FILE, "%s: no %s beside", w->path,
			      row->beside);
		if (threads)
			break;
	}
}

static void check_narrowing(const struct walk *w, const struct entry *row)
{
	bool instead = row->group_file != NULL;
	bool narrowed = row->narrow || row->names;

	ck_assert_msg((narrowed || instead) == (row->resource != 0) &&
			      narrowed == (row->facts != 0),
		      "%s: narrow, names or another file, resource and facts go together", w->path);
	ck_assert_msg(!instead || (row->kind == ENTRY_FILE && !row->narrow && !row->translate &&
				   !row->reader && row->rule),
		      "%s: another file in its place, and more", w->path);
	ck_assert_msg(!row->narrow || (row->kind == ENTRY_FILE && row->rule != NULL),
		      "%s: narrowed, but no text, or no rule says so", w->path);
}

/* A sentence that `explain` prints in its line. */
static void check_rule(const struct walk *w, const struct entry *row)
{
	size_t n;

	if (!row->rule)
		return;
	n = strlen(row->rule);
	ck_assert_msg(n > 0 && n <= RULE_MAX, "%s: a rule of %zu bytes", w->path, n);
	ck_assert_msg(!strchr(row->rule, '\n') && row->rule[n - 1] != '.' &&
			      row->rule[n - 1] != ' ',
		      "%s: \"%s\"", w->path, row->rule);
}

static void check_context(const struct walk *w, const struct entry *row)
{
	struct text name = text_str(row->name);
	bool in_process = !row->thread_only;
	bool in_thread = !row->process_only;

	ck_assert_msg(in_process || in_thread, "%s: applies nowhere", w->path);
	ck_assert_msg(w->in_task || (in_process && in_thread), "%s: below no process", w->path);
	ck_assert_msg((entry_find(w->dir, name, false) == row) == in_process, "%s: under PID/",
		      w->path);
	ck_assert_msg((entry_find(w->dir, name, true) == row) == in_thread, "%s: under task/TID/",
		      w->path);
}

static void check_named(const struct walk *w, const struct entry *row)
{
	ck_assert_msg(row->name[0] && !strchr(row->name, '/') && strcmp(row->name, ".") != 0 &&
			      strcmp(row->name, "..") != 0,
		      "%s: no name", w->path);
	ck_assert_msg(!isdigit((unsigned char)row->name[0]), "%s: a number for a name", w->path);
	ck_assert(entry_is_named(row));
	check_context(w, row);
}

static bool is_self(const struct entry *row)
{
	return row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF;
}

/* Shorter names first, then by bytes; self and thread-self at the end. */
static void check_order(const struct walk *w, const struct entry *a, const struct entry *b)
{
	size_t n = strlen(a->name);
	size_t m = strlen(b->name);

	ck_assert_msg(strcmp(a->name, b->name) != 0, "%s: there is another one", w->path);
	if (w->dir->order != ORDER_LENGTH)
		return;
	ck_assert_msg(is_self(a) < is_self(b) ||
			      (is_self(a) == is_self(b) &&
			       (n < m || (n == m && strcmp(a->name, b->name) < 0))),
		      "%s: comes before %s", w->path, a->name);
}

static void join(char *path, size_t size, const char *dir, const char *name)
{
	int n = snprintf(path, size, "%s/%s", dir, name ? name : "*");

	ck_assert_int_lt(n, (int)size);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the table, DEPTH_MAX at most */
static void check_rows(const struct walk *w);

static void check_row(const struct walk *parent, const struct entry *row)
{
	struct walk w = *parent;

	join(w.path, sizeof(w.path), parent->path, row->name);
	ck_assert_msg(w.depth < DEPTH_MAX, "%s: too deep", w.path);
	ck_assert_msg(row->kind > ENTRY_END && row->kind <= ENTRY_THREAD_SELF, "%s: kind", w.path);
	(*w.n_rows)++;
	check_mode(&w, row);
	check_children(&w, row);
	check_translation(&w, row);
	check_narrowing(&w, row);
	check_rule(&w, row);
	if (row->name)
		check_named(&w, row);
	if (is_any(row))
		return;
	w.in_task = w.in_task || (parent->dir->each == EACH_PROCESS && !row->name);
	w.depth++;
	w.dir = row;
	check_rows(&w);
}

static void check_rows(const struct walk *w)
{
	const struct entry *rows = w->dir->children;
	size_t i, k;

	for (i = 0; rows && rows[i].kind != ENTRY_END; i++) {
		struct walk at = *w;

		ck_assert_msg(i < ROWS_MAX, "%s: no end", w->path);
		ck_assert_msg(rows[i].name, "%s: a row without a name among the named", w->path);
		join(at.path, sizeof(at.path), w->path, rows[i].name);
		for (k = 0; k < i; k++)
			check_order(&at, &rows[k], &rows[i]);
		check_row(w, &rows[i]);
	}
	/* task/TID/ is the same rows as PID/, which are checked once. */
	if (w->dir->each_row && w->dir->each != EACH_THREAD)
		check_row(w, w->dir->each_row);
}
/* NOLINTEND(misc-no-recursion) */

START_TEST(test_rules_of_rows)
{
	int n_rows = 0;
	struct walk w = { .dir = &proc_root_entry, .path = "/proc", .n_rows = &n_rows };

	ck_assert_int_eq(proc_root_entry.kind, ENTRY_DIR);
	ck_assert_int_eq(proc_root_entry.each, EACH_PROCESS);
	check_rows(&w);
	/* 120 names at the top, 125 of protocols, 60 of tasks and more below. */
	ck_assert_int_gt(n_rows, 330);
}
END_TEST

START_TEST(test_rules_of_sys)
{
	int n_rows = 0;
	struct walk w = { .dir = &sys_root_entry, .path = "/sys", .n_rows = &n_rows };

	ck_assert_int_eq(sys_root_entry.kind, ENTRY_DIR);
	check_rows(&w);
	ck_assert_int_gt(n_rows, 80);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("entries");
	TCase *tcase = tcase_create("entries");

	tcase_add_test(tcase, test_rules_of_rows);
	tcase_add_test(tcase, test_rules_of_sys);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
