/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of src/engine/list_order.h: the orders in which fs/proc lists. */

#include <check.h>
#include <dirent.h>

#include "../../src/engine/list_order.h"
#include "entry.h"
#include "listing.h"
#include "unit.h"

static const struct entry table_rows[] = {
	{ .name = "zebra", .kind = ENTRY_FILE },
	{ .name = "ant", .kind = ENTRY_FILE },
	{ .name = "lion", .kind = ENTRY_FILE },
	{ 0 },
};
static const struct entry root_rows[] = {
	{ .name = "self", .kind = ENTRY_SELF },
	{ .name = "stat", .kind = ENTRY_FILE },
	{ .name = "thread-self", .kind = ENTRY_THREAD_SELF },
	{ 0 },
};
static const struct entry any = { .kind = ENTRY_FILE };

static const struct {
	struct entry dir;
	const char *given[6]; /* numbers are numbered names */
	const char *wanted[6];
	off_t offsets[6];
} cases[] = {
	{ { .kind = ENTRY_DIR, .children = table_rows, .order = ORDER_TABLE },
	  { "ant", "beetle", "lion", "zebra" },
	  { "zebra", "ant", "lion", "beetle" },
	  { 3, 4, 5, 6 } },
	{ { .kind = ENTRY_DIR, .order = ORDER_BYTES, .each = EACH_ANY, .each_row = &any },
	  { "bb", "a", "aaa", "B" },
	  { "B", "a", "aaa", "bb" },
	  { 3, 4, 5, 6 } },
	{ { .kind = ENTRY_DIR, .order = ORDER_LENGTH, .each = EACH_ANY, .each_row = &any },
	  { "aaa", "bb", "ab", "c" },
	  { "c", "ab", "bb", "aaa" },
	  { 3, 4, 5, 6 } },
	/* Links to oneself behind all other names, then processes by number, not by text. */
	{ { .kind = ENTRY_DIR, .children = root_rows, .each = EACH_PROCESS, .each_row = &any },
	  { "100", "9", "self", "thread-self", "stat" },
	  { "stat", "self", "thread-self", "9", "100" },
	  { 3, 4, 5, LISTING_NUMBER_OFFSET + 9, LISTING_NUMBER_OFFSET + 100 } },
	/* Addresses: 1000 lies above ff0. */
	{ { .kind = ENTRY_DIR, .each = EACH_RANGE, .each_row = &any },
	  { "1000-2000", "ff0-1000", "a-b" },
	  { "a-b", "ff0-1000", "1000-2000" },
	  { 3, 4, 5 } },
};

static int32_t number_of(const char *name)
{
	int32_t pid;

	return text_pid(text_str(name), &pid) == 0 ? pid : -1;
}

START_TEST(test_order)
{
	struct list_names l = { 0 };
	size_t i;

	for (i = 0; cases[_i].given[i]; i++) {
		const char *name = cases[_i].given[i];

		ck_assert_int_eq(list_names_add(&l, name, DT_REG, i + 1, number_of(name)), 0);
	}
	list_names_sort(&l, &cases[_i].dir);
	for (i = 0; cases[_i].wanted[i]; i++) {
		ck_assert_uint_lt(i, l.n);
		ck_assert_str_eq(l.bytes.data + l.items[i].name, cases[_i].wanted[i]);
		ck_assert_int_eq(list_names_offset(&l, &cases[_i].dir, i), cases[_i].offsets[i]);
	}
	ck_assert_uint_eq(l.n, i);
	list_names_clear(&l);
	ck_assert_uint_eq(l.n, 0);
	list_names_free(&l);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("list_order");
	TCase *tc = tcase_create("list_order");

	tcase_add_loop_test(tc, test_order, 0, N_OF(cases));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
