/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table of meminfo in docs/resources.md says of each line what `explain` says, and each line that the code knows is
 * in it. $NSPROCFS_DOCS is the folder.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../src/files/meminfo.h"
#include "explain_check.h"
#include "fd.h"
#include "rewrite.h"
#include "unit.h"

#define HEADING "| line of `meminfo` |"

static void read_docs(struct buf *out)
{
	const char *dir = getenv("NSPROCFS_DOCS");
	char path[4096], data[4096];
	AUTO_FD int fd = -1;
	ssize_t n;

	ck_assert_msg(dir != NULL, "NSPROCFS_DOCS is not set");
	snprintf(path, sizeof(path), "%s/resources.md", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
	while ((n = read(fd, data, sizeof(data))) > 0)
		ck_assert_int_eq(buf_append(out, data, (size_t)n), 0);
	ck_assert_int_eq(n, 0);
}

/* A cell, without the blanks around it and the marks of code. */
static void next_cell(struct text *rest, struct buf *out)
{
	struct text cell;
	size_t i;

	text_until(rest, '|', &cell);
	buf_clear(out);
	for (i = 1; i + 1 < cell.n; i++) {
		if (cell.p[i] != '`' && cell.p[i] != '\\')
			ck_assert_int_eq(buf_append(out, cell.p + i, 1), 0);
	}
	ck_assert_int_eq(buf_append(out, "", 0), 0);
}

static const char *string(const struct buf *b)
{
	return b->data ? b->data : "";
}

/* A name of a row: the code says the same. */
static void check_name(struct text name, const struct buf *cells)
{
	const struct resource_memory memory[2] = { { .state = RESOURCE_V2, .n_groups = 1 },
						   { .state = RESOURCE_V1, .n_groups = 1 } };
	enum meminfo_line line = meminfo_find(name, LINE_IN_USE);
	AUTO_BUF struct buf rule = { 0 }, v2 = { 0 }, v1 = { 0 };

	ck_assert_msg(line != LINE_IN_USE, "the table has %.*s, the code has not", (int)name.n,
		      name.p);
	ck_assert_int_eq(meminfo_say_rule(line, &rule), 0);
	ck_assert_int_eq(meminfo_say_files(line, &memory[0], &v2), 0);
	ck_assert_int_eq(meminfo_say_files(line, &memory[1], &v1), 0);
	ck_assert_str_eq(string(&cells[0]), string(&rule));
	ck_assert_str_eq(string(&cells[1]), string(&v2));
	ck_assert_str_eq(string(&cells[2]), string(&v1));
}

/* A row of the table: NAME, NAME | rule | version 2 | version 1. Marks the names in found. */
static void check_row(struct text row, bool found[LINE_N])
{
	AUTO_BUF struct buf names = { 0 }, rule = { 0 }, v2 = { 0 }, v1 = { 0 };
	struct text rest, name, blank;

	text_until(&row, '|', &blank);
	next_cell(&row, &names);
	next_cell(&row, &rule);
	next_cell(&row, &v2);
	next_cell(&row, &v1);
	rest = buf_text(&names);
	while (text_until(&rest, ',', &name) || name.n > 0) {
		const struct buf cells[3] = { rule, v2, v1 };

		if (name.p[0] == ' ')
			name = text_of(name.p + 1, name.n - 1);
		check_name(name, cells);
		ck_assert_msg(!found[meminfo_find(name, LINE_IN_USE)], "twice: %.*s", (int)name.n,
			      name.p);
		found[meminfo_find(name, LINE_IN_USE)] = true;
		if (rest.n == 0)
			break;
	}
}

START_TEST(test_table)
{
	AUTO_BUF struct buf docs = { 0 };
	bool found[LINE_N] = { [LINE_IN_USE] = true };
	struct text rest, line;
	bool in_table = false;
	unsigned i;

	read_docs(&docs);
	rest = buf_text(&docs);
	while (text_line(&rest, &line, NULL)) {
		if (line.n > strlen(HEADING) && memcmp(line.p, HEADING, strlen(HEADING)) == 0)
			in_table = text_line(&rest, &line, NULL); /* the line of dashes */
		else if (line.n == 0)
			in_table = false;
		else if (in_table)
			check_row(line, found);
	}
	for (i = 0; i < LINE_N; i++)
		ck_assert_msg(found[i], "not in the table: %.*s", (int)meminfo_rows[i].name.n,
			      meminfo_rows[i].name.p);
}
END_TEST

/* Worked out by hand: a limit of three groups, a line that version 1 does not count, one that no row has. */
START_TEST(test_explained)
{
	struct resources r = { .memory = { .state = RESOURCE_V1, .n_groups = 3 } };
	static const struct {
		const char *line, *words;
	} cases[] = {
		{ "MemTotal:         262144 kB",
		  "limit, at most the machine's (memory.limit_in_bytes of 3 groups)" },
		{ "AnonPages:          2764 kB", "counted (memory.stat: total_rss)" },
		{ "Percpu:                0 kB",
		  "0: this version of control groups does not count it" },
		{ "Bounce:                0 kB", "0: no group counts it" },
		{ "HugePages_Total:       0",
		  "limit / Hugepagesize, at most the machine's; the machine's if no group counts "
		  "pages of that size (hugetlb.SIZE.limit_in_bytes)" },
		{ "Novel:                 0 kB", "" },
	};
	int i;

	for (i = 0; i < N_OF(cases); i++)
		explain_check(explain_meminfo, &r, cases[i].line, cases[i].words);
}
END_TEST

START_TEST(test_vmstat)
{
	struct resources r = { .memory = { .state = RESOURCE_V2, .n_groups = 1 } };
	static const struct {
		const char *line, *words;
	} cases[] = {
		{ "nr_file_pages 7", "Cached + Buffers + SwapCached of meminfo, in pages" },
		{ "nr_kernel_stack 7", "KernelStack of meminfo, in kB" },
		{ "nr_dirty_threshold 7", "the machine's, at most MemTotal of meminfo, in pages" },
		{ "pgmajfault 7", "counted (memory.stat: pgmajfault)" },
		{ "numa_hit 0", "0: no group counts it" },
	};
	int i;

	for (i = 0; i < N_OF(cases); i++)
		explain_check(explain_vmstat, &r, cases[i].line, cases[i].words);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meminfo_docs");
	TCase *tcase = tcase_create("meminfo_docs");

	tcase_add_test(tcase, test_table);
	tcase_add_test(tcase, test_explained);
	tcase_add_test(tcase, test_vmstat);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
