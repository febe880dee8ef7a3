/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of fault.h. */

#include <check.h>
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "unit.h"

START_TEST(test_first_stays)
{
	struct fault f = { 0 };

	ck_assert_int_eq(fault_set(&f, -EPERM, "be root", "open %s of %d", "it", 7), -EPERM);
	ck_assert_int_eq(fault_set(&f, -EIO, NULL, "later"), -EIO); /* returned, not recorded */
	ck_assert_int_eq(f.r, -EPERM);
	ck_assert_str_eq(f.what, "open it of 7");
	ck_assert_str_eq(f.advice, "be root");
	fault_clear(&f);
	ck_assert_int_eq(f.r, 0);
	ck_assert_int_eq(fault_set(&f, -EIO, NULL, "later"), -EIO);
	ck_assert_str_eq(f.what, "later");
	ck_assert_ptr_null(f.advice);
}
END_TEST

START_TEST(test_without)
{
	ck_assert_int_eq(fault_set(NULL, -EPERM, "be root", "open"), -EPERM);
	fault_clear(NULL);
}
END_TEST

START_TEST(test_cut)
{
	struct fault f = { 0 };
	char longer[FAULT_TEXT_BYTES + 100];

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_int_eq(fault_set(&f, -EIO, NULL, "%s", longer), -EIO);
	ck_assert_uint_eq(strlen(f.what), FAULT_TEXT_BYTES - 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fault");
	TCase *tc = tcase_create("fault");

	tcase_add_test(tc, test_first_stays);
	tcase_add_test(tc, test_without);
	tcase_add_test(tc, test_cut);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
