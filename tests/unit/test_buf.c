/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of buf.h. */

#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "unit.h"

/* ASan ends the program on requests that malloc(3) refuses, unless told to refuse as well. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

START_TEST(test_append)
{
	AUTO_BUF struct buf b = { 0 };

	ck_assert_uint_eq(buf_text(&b).n, 0);
	ck_assert_ptr_nonnull(buf_text(&b).p);
	ck_assert_int_eq(buf_append(&b, "a\0b", 3), 0);
	ck_assert_int_eq(buf_append_str(&b, "cd"), 0);
	ck_assert_int_eq(buf_append_text(&b, text_of("efg", 2)), 0);
	ck_assert_int_eq(buf_append(&b, NULL, 0), 0);
	ck_assert_uint_eq(b.len, 7);
	ck_assert_mem_eq(b.data, "a\0bcdef", 8); /* with the NUL that does not count */
	ck_assert(text_equal(buf_text(&b), TEXT("a\0bcdef")));
}
END_TEST

/* Empty, but with its terminator: data may be used as a string. */
START_TEST(test_append_nothing)
{
	AUTO_BUF struct buf b = { 0 };

	ck_assert_int_eq(buf_append(&b, NULL, 0), 0);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(b.data, "");
}
END_TEST

START_TEST(test_grows)
{
	AUTO_BUF struct buf b = { 0 };
	size_t i;

	for (i = 0; i < 100000; i++) {
		char c = (char)('a' + i % 26);

		ck_assert_int_eq(buf_append(&b, &c, 1), 0);
	}
	ck_assert_uint_eq(b.len, 100000);
	ck_assert_uint_gt(b.cap, b.len);
	ck_assert_int_eq(b.data[b.len], '\0');
	for (i = 0; i < b.len; i++)
		ck_assert_int_eq(b.data[i], (char)('a' + i % 26));
}
END_TEST

START_TEST(test_clear_keeps_memory)
{
	AUTO_BUF struct buf b = { 0 };
	size_t cap;

	buf_clear(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_int_eq(buf_append_str(&b, "some bytes"), 0);
	cap = b.cap;
	buf_clear(&b);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_uint_eq(b.cap, cap);
	ck_assert_str_eq(b.data, "");
	buf_free(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.cap, 0);
	buf_free(&b);
}
END_TEST

START_TEST(test_reserve_errors)
{
	AUTO_BUF struct buf b = { 0 };

	ck_assert_int_eq(buf_append_str(&b, "kept"), 0);
	ck_assert_int_eq(buf_reserve(&b, SIZE_MAX), -EOVERFLOW);
	ck_assert_int_eq(buf_reserve(&b, SIZE_MAX - 4), -EOVERFLOW); /* no room for the NUL */
	ck_assert_int_eq(buf_reserve(&b, (size_t)1 << 62), -ENOMEM);
	ck_assert_str_eq(b.data, "kept");
	ck_assert_uint_eq(b.len, 4);
}
END_TEST

START_TEST(test_reserve_is_enough)
{
	AUTO_BUF struct buf b = { 0 };
	const char *data;

	ck_assert_int_eq(buf_reserve(&b, 1000), 0);
	data = b.data;
	ck_assert_str_eq(b.data, "");
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(buf_append(&b, "x", 1), 0);
	ck_assert_ptr_eq(b.data, data);
}
END_TEST

START_TEST(test_printf)
{
	AUTO_BUF struct buf b = { 0 };
	char longer[1000];

	memset(longer, 'y', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_int_eq(buf_printf(&b, "%d %s|", -5, "five"), 0);
	ck_assert_int_eq(buf_printf(&b, "%s", ""), 0);
	ck_assert_str_eq(b.data, "-5 five|");
	ck_assert_int_eq(buf_printf(&b, "%s", longer), 0);
	ck_assert_uint_eq(b.len, 8 + sizeof(longer) - 1);
	ck_assert_str_eq(b.data + 8, longer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("buf");
	TCase *tcase = tcase_create("buf");

	tcase_add_test(tcase, test_append);
	tcase_add_test(tcase, test_append_nothing);
	tcase_add_test(tcase, test_grows);
	tcase_add_test(tcase, test_clear_keeps_memory);
	tcase_add_test(tcase, test_reserve_errors);
	tcase_add_test(tcase, test_reserve_is_enough);
	tcase_add_test(tcase, test_printf);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
