/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of status.h. */

#include <check.h>
#include <errno.h>
#include <stdio.h>

#include "buf.h"
#include "source.h"
#include "scratch.h"
#include "status.h"
#include "unit.h"

/* As Linux 6.18 writes it, shortened where nothing is read. */
static const char whole[] = "Name:\tNSpid:\\n7 7\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t120\n"
			    "Ngid:\t0\nPid:\t123\nPPid:\t100\nTracerPid:\t9\nUid:\t0\t0\t0\t0\n"
			    "FDSize:\t64\nGroups:\t0 \nNStgid:\t120\t20\t2\nNSpid:\t123\t23\t3\n"
			    "NSpgid:\t110\t10\t0\nNSsid:\t100\t5\t0\nKthread:\t0\nVmPeak:\t 5 kB\n";

START_TEST(test_whole)
{
	static const pid_t nspid[] = { 123, 23, 3 }, nstgid[] = { 120, 20, 2 };
	static const pid_t nspgid[] = { 110, 10, 0 }, nssid[] = { 100, 5, 0 };
	struct status st;
	int i;

	ck_assert_int_eq(status_parse(text_str(whole), &st), 0);
	ck_assert_int_eq(st.tgid, 120);
	ck_assert_int_eq(st.pid, 123);
	ck_assert_int_eq(st.ppid, 100);
	ck_assert_uint_eq(st.n_columns, 3);
	for (i = 0; i < 3; i++) {
		ck_assert_int_eq(st.nspid[i], nspid[i]);
		ck_assert_int_eq(st.nstgid[i], nstgid[i]);
		ck_assert_int_eq(st.nspgid[i], nspgid[i]);
		ck_assert_int_eq(st.nssid[i], nssid[i]);
	}
}
END_TEST

static const struct {
	unsigned level;
	pid_t there, here;
} groups[] = {
	{ 0, 110, 110 }, { 1, 110, 10 }, { 2, 110, 0 }, /* its group, invisible at level 2 */
	{ 1, 100, 5 },	 { 2, 100, 0 },			/* its session */
	{ 1, 123, 0 },					/* its own number is no group */
	{ 3, 110, 0 },	 { 99, 110, 0 },		/* deeper than the task */
};

START_TEST(test_group)
{
	struct status st;

	ck_assert_int_eq(status_parse(text_str(whole), &st), 0);
	ck_assert_int_eq(status_group(&st, groups[_i].level, groups[_i].there), groups[_i].here);
}
END_TEST

static const struct {
	const char *text;
	int r;
} cases[] = {
	{ "", -ENODATA },
	{ "Pid:\t5\n", -ENODATA },	  /* before Linux 4.1 */
	{ "NSpid:\t5\n", -ENODATA },	  /* no Pid */
	{ "Pid:\t5\nNSpid:\t5\n", 0 },	  /* groups may be missing */
	{ "Pid:\t5\nNSpid:\t5", 0 },	  /* so may the last newline */
	{ "Pid:\t5\nNSpid:\n", -EINVAL }, /* a line without numbers */
	{ "Pid:\t5\nNSpid:\tx\n", -EINVAL },
	{ "Pid:\t5\nNSpid:\t-1\n", -EINVAL },
	{ "Pid:\t5\nNSpid:\t2147483648\n", -EINVAL },
	{ "Pid:\t5\nNSpid:\t2147483647\n", 0 },
	{ "Pid:\t5\t6\nNSpid:\t5\n", -EINVAL },		   /* Pid is one number */
	{ "Pid:\t5\nNSpid:\t5\t1\nNSsid:\t5\n", -EINVAL }, /* fewer columns */
	{ "Pid:\t5\nNSpid:\t5\nNSsid:\t5\t1\n", -EINVAL }, /* more */
	{ "Pid:\t5\nNSpid:\t5\t0\n", -ENODATA },	   /* no number in its own namespace */
	{ "Pid:\t0\nNSpid:\t5\n", -ENODATA },
	{ "PidX:\t5\nXNSpid:\t5\n", -ENODATA }, /* whole keys */
	{ "Pid:\t5\nNSpid:\t1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 "
	  "27 28 "
	  "29 30 31 32 33\n",
	  0 },
	{ "Pid:\t5\nNSpid:\t1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 "
	  "27 28 "
	  "29 30 31 32 33 34\n",
	  -EINVAL },
};

START_TEST(test_cases)
{
	struct status st = { .pid = 77 };

	ck_assert_int_eq(status_parse(text_str(cases[_i].text), &st), cases[_i].r);
	ck_assert_int_eq(st.pid, cases[_i].r == 0 ? 5 : 77); /* untouched on failure */
}
END_TEST

/* Every prefix is parsed without reading past it (ASan) and gives no other numbers. */
START_TEST(test_prefixes)
{
	size_t n;

	for (n = 0; n < sizeof(whole) - 1; n++) {
		char *cut = malloc(n + 1);
		struct status st;

		memcpy(cut, whole, n);
		if (status_parse(text_of(cut, n), &st) == 0)
			ck_assert_int_eq(st.pid, 123);
		free(cut);
	}
}
END_TEST

START_TEST(test_read)
{
	struct scratch dir;
	struct source s;
	struct status st;

	scratch_open(&dir);
	scratch_task(&dir, &(struct scratch_task){
				   .dir = "42/task/43", .tgid = 42, .pid = 43, .nspid = "43\t7" });
	ck_assert_int_eq(source_open_tree(dir.dir, &s, NULL), 0);
	ck_assert_int_eq(status_read(&s, -1, "42/task/43", &st), 0);
	ck_assert_int_eq(st.nspid[1], 7);
	ck_assert_int_eq(status_read(&s, -1, "42", &st), -ENOENT);
	ck_assert_int_eq(
		status_read(&s, -1, "0123456789012345678901234567890123456789012345678901234567890",
			    &st),
		-ENAMETOOLONG);
	source_close(&s);
	scratch_close(&dir);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("status");
	TCase *tc = tcase_create("parse");

	scratch_fixture(tc);
	tcase_add_test(tc, test_whole);
	tcase_add_loop_test(tc, test_group, 0, N_OF(groups));
	tcase_add_loop_test(tc, test_cases, 0, N_OF(cases));
	tcase_add_test(tc, test_prefixes);
	tcase_add_test(tc, test_read);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
