/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Ids and groups in the text of status. */

#include <errno.h>

#include "credentials.h"
#include "unit.h"

#define IDS "Uid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"

static const struct {
	const char *status;
	int r;
	uid_t euid, fsuid;
	gid_t fsgid;
	size_t n_groups;
	gid_t groups[3];
} cases[] = {
	{ "Name:\tx\n" IDS "FDSize:\t64\nGroups:\t9 10 \n", 0, 2, 4, 8, 2, { 9, 10 } },
	{ IDS "Groups:\t \n", 0, 2, 4, 8, 0, { 0 } },
	{ IDS "Groups:\t4294967295 \n", 0, 2, 4, 8, 1, { 4294967295U } },
	/* A name may look like a line, but not hold a newline. */
	{ "Name:\tGroups:\t1\n" IDS "Groups:\t7 \n", 0, 2, 4, 8, 1, { 7 } },
	{ IDS, -EINVAL, 0, 0, 0, 0, { 0 } },
	{ "Uid:\t1\t2\t3\t4\nGroups:\t1 \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ "Uid:\t1\t2\t3\nGid:\t5\t6\t7\t8\nGroups:\t1 \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ "Uid:\t1\t2\t3\t4\t5\nGid:\t5\t6\t7\t8\nGroups:\t1 \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ IDS "Groups:\t4294967296 \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ IDS "Groups:\t-1 \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ IDS "Groups:\t1x \n", -EINVAL, 0, 0, 0, 0, { 0 } },
	{ "", -EINVAL, 0, 0, 0, 0, { 0 } },
};

START_TEST(test_parse)
{
	struct credentials c = { 0 };
	size_t i;

	ck_assert_int_eq(credentials_parse(text_str(cases[_i].status), &c), cases[_i].r);
	ck_assert_uint_eq(c.euid, cases[_i].euid);
	ck_assert_uint_eq(c.fsuid, cases[_i].fsuid);
	ck_assert_uint_eq(c.fsgid, cases[_i].fsgid);
	ck_assert_uint_eq(c.n_groups, cases[_i].n_groups);
	for (i = 0; i < c.n_groups; i++)
		ck_assert_uint_eq(c.groups[i], cases[_i].groups[i]);
	credentials_done(&c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("credentials");
	TCase *tc = tcase_create("parse");

	tcase_add_loop_test(tc, test_parse, 0, N_OF(cases));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
