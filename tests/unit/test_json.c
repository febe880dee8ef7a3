/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of src/cmd/json.h. */

#include <check.h>

#include "../../src/cmd/json.h"
#include "unit.h"

static const struct {
	struct text in;
	const char *out;
} cases[] = {
	{ TEXT(""), "\"\"" },
	{ TEXT("plain text/"), "\"plain text/\"" },
	{ TEXT("a\"b\\c"), "\"a\\\"b\\\\c\"" },
	{ TEXT("\n\t\0\x1f"), "\"\\u000a\\u0009\\u0000\\u001f\"" },
	/* DEL and C1 are valid in JSON, but terminals may obey them. */
	{ TEXT("\x7f\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0"),
	  "\"\\u007f\\u0080\\u009b\\u009f\xc2\xa0\"" },
	{ TEXT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
	  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	/* One replacement for each byte that is no part of a character. */
	{ TEXT("x\xff\xfey"), "\"x\xef\xbf\xbd\xef\xbf\xbdy\"" },
	{ TEXT("\xc3"), "\"\xef\xbf\xbd\"" },
	{ TEXT("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(test_strings)
{
	AUTO_BUF struct buf out = { 0 };

	ck_assert_int_eq(json_append_string(&out, cases[_i].in), 0);
	ck_assert_str_eq(out.data, cases[_i].out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_loop_test(tcase, test_strings, 0, N_OF(cases));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
