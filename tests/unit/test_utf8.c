/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of utf8.h. */

#include <check.h>

#include "unit.h"
#include "utf8.h"

static const struct {
	struct text in;
	size_t length;
	uint32_t number;
} cases[] = {
	{ TEXT("a"), 1, 0x61 },
	{ TEXT("\0b"), 1, 0 },
	{ TEXT("\x7f"), 1, 0x7f },
	/* The first and the last of each length (RFC 3629, section 4). */
	{ TEXT("\xc2\x80"), 2, 0x80 },
	{ TEXT("\xdf\xbf"), 2, 0x7ff },
	{ TEXT("\xe0\xa0\x80"), 3, 0x800 },
	{ TEXT("\xef\xbf\xbf"), 3, 0xffff },
	{ TEXT("\xf0\x90\x80\x80"), 4, 0x10000 },
	{ TEXT("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
	/* On both sides of the surrogates. */
	{ TEXT("\xed\x9f\xbf"), 3, 0xd7ff },
	{ TEXT("\xee\x80\x80"), 3, 0xe000 },
	/* What follows does not matter. */
	{ TEXT("\xc3\xa4\xff"), 2, 0xe4 },
	/* Overlong. */
	{ TEXT("\xc0\x80"), 0, 0 },
	{ TEXT("\xc1\xbf"), 0, 0 },
	{ TEXT("\xe0\x9f\xbf"), 0, 0 },
	{ TEXT("\xf0\x8f\xbf\xbf"), 0, 0 },
	/* Surrogates, too large, no lead byte. */
	{ TEXT("\xed\xa0\x80"), 0, 0 },
	{ TEXT("\xed\xbf\xbf"), 0, 0 },
	{ TEXT("\xf4\x90\x80\x80"), 0, 0 },
	{ TEXT("\xf8\x88\x80\x80\x80"), 0, 0 },
	{ TEXT("\x80"), 0, 0 },
	{ TEXT("\xff"), 0, 0 },
	/* Cut off, or broken off. */
	{ TEXT("\xc3"), 0, 0 },
	{ TEXT("\xe2\x82"), 0, 0 },
	{ TEXT("\xf0\x9f\x98"), 0, 0 },
	{ TEXT("\xe2\x28\xa1"), 0, 0 },
};

START_TEST(test_first)
{
	uint32_t number = 0;

	ck_assert_uint_eq(utf8_first(cases[_i].in, &number), cases[_i].length);
	ck_assert_uint_eq(number, cases[_i].number);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("utf8");
	TCase *tcase = tcase_create("utf8");

	tcase_add_loop_test(tcase, test_first, 0, N_OF(cases));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
