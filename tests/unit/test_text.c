/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of text.h. */

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "text.h"
#include "unit.h"

static void check_text(struct text got, const char *want)
{
	struct text t = text_str(want);

	ck_assert_msg(text_equal(got, t), "got \"%.*s\", want \"%s\"", (int)got.n, got.p, want);
}

START_TEST(test_equal_and_starts)
{
	struct text none = { NULL, 0 };

	ck_assert(text_equal(TEXT("ab"), text_of("abc", 2)));
	ck_assert(!text_equal(TEXT("ab"), TEXT("abc")));
	ck_assert(!text_equal(TEXT("ab"), TEXT("aB")));
	ck_assert(text_equal(none, TEXT("")));
	ck_assert(text_starts(TEXT("abc"), TEXT("ab")));
	ck_assert(text_starts(TEXT("abc"), none));
	ck_assert(text_starts(none, TEXT("")));
	ck_assert(!text_starts(TEXT("a"), TEXT("ab")));
	/* A NUL is a byte like any other. */
	ck_assert(!text_equal(TEXT("a\0b"), TEXT("a\0c")));
}
END_TEST

START_TEST(test_line)
{
	struct text rest = TEXT("one\n\ntwo");
	struct text line;
	bool ended;

	ck_assert(text_line(&rest, &line, &ended));
	check_text(line, "one");
	ck_assert(ended);
	ck_assert(text_line(&rest, &line, NULL));
	check_text(line, "");
	ck_assert(text_line(&rest, &line, &ended));
	check_text(line, "two");
	ck_assert(!ended);
	ck_assert(!text_line(&rest, &line, &ended));
	ck_assert_uint_eq(rest.n, 0);

	rest = text_of(NULL, 0);
	ck_assert(!text_line(&rest, &line, &ended));
}
END_TEST

START_TEST(test_until)
{
	struct text rest = TEXT("a::b:");
	struct text piece;

	ck_assert(text_until(&rest, ':', &piece));
	check_text(piece, "a");
	ck_assert(text_until(&rest, ':', &piece));
	check_text(piece, "");
	ck_assert(text_until(&rest, ':', &piece));
	check_text(piece, "b");
	ck_assert(!text_until(&rest, ':', &piece));

	rest = TEXT("no separator");
	ck_assert(text_until(&rest, ':', &piece));
	check_text(piece, "no separator");
	ck_assert(!text_until(&rest, ':', &piece));
}
END_TEST

START_TEST(test_field)
{
	struct text rest = TEXT("  a\t bc\nd  ");
	struct text field;

	ck_assert(text_field(&rest, &field));
	check_text(field, "a");
	ck_assert(text_field(&rest, &field));
	/* A newline is no blank: fields are taken from lines. */
	check_text(field, "bc\nd");
	ck_assert(!text_field(&rest, &field));
	ck_assert(!text_field(&rest, &field));
	rest = text_of(NULL, 0);
	ck_assert(!text_field(&rest, &field));
}
END_TEST

START_TEST(test_key)
{
	struct text value = TEXT("untouched");

	ck_assert(!text_key(TEXT("Pid"), TEXT("Pid"), &value));
	ck_assert(!text_key(TEXT("PPid:\t1"), TEXT("Pid"), &value));
	ck_assert(!text_key(TEXT("Pids:\t1"), TEXT("Pid"), &value));
	ck_assert(!text_key(TEXT("Pid :\t1"), TEXT("Pid"), &value));
	ck_assert(!text_key(TEXT("Pi"), TEXT("Pid"), &value));
	ck_assert(!text_key(text_of(NULL, 0), TEXT("Pid"), &value));
	check_text(value, "untouched");
	ck_assert(text_key(TEXT("Pid:\t 1 "), TEXT("Pid"), &value));
	check_text(value, "\t 1 ");
	ck_assert(text_key(TEXT("Pid:"), TEXT("Pid"), &value));
	check_text(value, "");
	ck_assert(text_key(TEXT("a:b:c"), TEXT("a"), &value));
	check_text(value, "b:c");
}
END_TEST

START_TEST(test_trim)
{
	check_text(text_trim(TEXT(" \t a b\t ")), "a b");
	check_text(text_trim(TEXT(" \t ")), "");
	check_text(text_trim(TEXT("\na\n")), "\na\n");
	ck_assert_uint_eq(text_trim(text_of(NULL, 0)).n, 0);
}
END_TEST

#define UNTOUCHED 4242

static const struct {
	const char *in;
	int r;
	uint64_t value;
} u64_cases[] = {
	{ "0", 0, 0 },
	{ "007", 0, 7 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, UNTOUCHED },
	{ "99999999999999999999999", -ERANGE, UNTOUCHED },
	/* Not a number at all, however far the digits before went. */
	{ "99999999999999999999999x", -EINVAL, UNTOUCHED },
	{ "", -EINVAL, UNTOUCHED },
	{ "-1", -EINVAL, UNTOUCHED },
	{ "+1", -EINVAL, UNTOUCHED },
	{ " 1", -EINVAL, UNTOUCHED },
	{ "1 ", -EINVAL, UNTOUCHED },
	{ "1\n", -EINVAL, UNTOUCHED },
	{ "0x1", -EINVAL, UNTOUCHED },
	{ "a", -EINVAL, UNTOUCHED },
};

START_TEST(test_u64)
{
	uint64_t value = UNTOUCHED;

	ck_assert_int_eq(text_u64(text_str(u64_cases[_i].in), &value), u64_cases[_i].r);
	ck_assert_uint_eq(value, u64_cases[_i].value);
}
END_TEST

static const struct {
	const char *in;
	int r;
	int64_t value;
} i64_cases[] = {
	{ "0", 0, 0 },
	{ "-0", 0, 0 },
	{ "-1", 0, -1 },
	{ "9223372036854775807", 0, INT64_MAX },
	{ "9223372036854775808", -ERANGE, UNTOUCHED },
	{ "-9223372036854775808", 0, INT64_MIN },
	{ "-9223372036854775809", -ERANGE, UNTOUCHED },
	{ "-", -EINVAL, UNTOUCHED },
	{ "--1", -EINVAL, UNTOUCHED },
	{ "", -EINVAL, UNTOUCHED },
};

START_TEST(test_i64)
{
	int64_t value = UNTOUCHED;

	ck_assert_int_eq(text_i64(text_str(i64_cases[_i].in), &value), i64_cases[_i].r);
	ck_assert_int_eq(value, i64_cases[_i].value);
}
END_TEST

START_TEST(test_hex)
{
	uint64_t value = UNTOUCHED;

	ck_assert_int_eq(text_hex(TEXT("7fFf"), &value), 0);
	ck_assert_uint_eq(value, 0x7fff);
	ck_assert_int_eq(text_hex(TEXT("ffffffffffffffff"), &value), 0);
	ck_assert_uint_eq(value, UINT64_MAX);
	ck_assert_int_eq(text_hex(TEXT("10000000000000000"), &value), -ERANGE);
	ck_assert_int_eq(text_hex(TEXT("0x1"), &value), -EINVAL);
	ck_assert_int_eq(text_hex(TEXT("g"), &value), -EINVAL);
	ck_assert_int_eq(text_hex(TEXT(""), &value), -EINVAL);
	ck_assert_uint_eq(value, UINT64_MAX);
}
END_TEST

static const struct {
	const char *in;
	int r;
	int32_t value;
} pid_cases[] = {
	{ "1", 0, 1 },
	{ "4194304", 0, 4194304 },
	{ "2147483647", 0, INT32_MAX },
	{ "2147483648", -EINVAL, UNTOUCHED },
	{ "18446744073709551617", -EINVAL, UNTOUCHED },
	{ "0", -EINVAL, UNTOUCHED },
	{ "01", -EINVAL, UNTOUCHED },
	{ "-1", -EINVAL, UNTOUCHED },
	{ "+1", -EINVAL, UNTOUCHED },
	{ "1a", -EINVAL, UNTOUCHED },
	{ "", -EINVAL, UNTOUCHED },
};

START_TEST(test_pid)
{
	int32_t value = UNTOUCHED;

	ck_assert_int_eq(text_pid(text_str(pid_cases[_i].in), &value), pid_cases[_i].r);
	ck_assert_int_eq(value, pid_cases[_i].value);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_test(tcase, test_equal_and_starts);
	tcase_add_test(tcase, test_line);
	tcase_add_test(tcase, test_until);
	tcase_add_test(tcase, test_field);
	tcase_add_test(tcase, test_key);
	tcase_add_test(tcase, test_trim);
	tcase_add_loop_test(tcase, test_u64, 0, N_OF(u64_cases));
	tcase_add_loop_test(tcase, test_i64, 0, N_OF(i64_cases));
	tcase_add_test(tcase, test_hex);
	tcase_add_loop_test(tcase, test_pid, 0, N_OF(pid_cases));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
