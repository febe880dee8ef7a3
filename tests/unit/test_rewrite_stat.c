/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of rewrite_stat(). */

#include <check.h>
#include <errno.h>

#include "rewrite_check.h"
#include "unit.h"

/* Fields 9 to 52. */
#define REST                                                                                      \
	" 4194304 98 0 0 0 0 0 0 0 20 0 2 0 127565 3133440 439 18446744073709551615 1 1 0 0 0 0 " \
	"0 "                                                                                      \
	"0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

#define STAT(pid, comm, ppid, pgrp, session, tpgid) \
	pid " (" comm ") S " ppid " " pgrp " " session " 34816 " tpgid REST

/* 40004: in the group of C's init, the session of A's; a process of A has the terminal. */
#define PROCESS STAT("40004", "cat", "40003", "40003", "40001", "40006")
#define PROCESS_STATUS                                      \
	"Name:\tcat\nPid:\t40004\nPPid:\t40003\n"           \
	"NStgid:\t40004\t4\t3\t2\nNSpid:\t40004\t4\t3\t2\n" \
	"NSpgid:\t40003\t3\t2\t1\nNSsid:\t40001\t1\t0\t0\nKthread:\t0\n"

/* The same in a group whose leader has ended. */
#define ORPHAN STAT("40004", "cat", "40003", "40050", "40050", "40050")
#define ORPHAN_STATUS                                          \
	"NSpid:\t40004\t4\t3\t2\nNSpgid:\t40050\t50\t30\t20\n" \
	"NSsid:\t40050\t50\t30\t20\n"

/* 40006 of A, leader of its own group and session, without a terminal. */
#define ALONE(comm)   STAT("40006", comm, "40001", "40006", "40006", "-1")
#define ALONE_A(comm) STAT("6", comm, "1", "6", "6", "-1")
#define ALONE_STATUS  "NSpid:\t40006\t6\nNSpgid:\t40006\t6\nNSsid:\t40006\t6\n"

static const struct rewrite_case cases[] = {
	{ "level 1", FAKE_A, PROCESS, PROCESS_STATUS, 0, STAT("4", "cat", "3", "3", "1", "6") },
	{ "level 2", FAKE_B, PROCESS, PROCESS_STATUS, 0, STAT("3", "cat", "2", "2", "0", "0") },
	{ "level 3", FAKE_C, PROCESS, PROCESS_STATUS, 0, STAT("2", "cat", "1", "1", "0", "0") },
	{ "guest", FAKE_GUESTS, STAT("40007", "sh", "40009", "40051", "40007", "40008"), NULL, 0,
	  STAT("900007", "sh", "0", "900051", "900007", "900008") },
	{ "guest without a terminal", FAKE_GUESTS, STAT("40008", "sh", "1", "40008", "40008", "-1"),
	  NULL, 0, STAT("900008", "sh", "0", "900008", "900008", "-1") },
	{ "group leader ended, level 1", FAKE_A, ORPHAN, ORPHAN_STATUS, 0,
	  STAT("4", "cat", "3", "50", "50", "50") },
	{ "group leader ended, level 2", FAKE_B, ORPHAN, ORPHAN_STATUS, 0,
	  STAT("3", "cat", "2", "30", "30", "30") },
	{ "group leader ended, level 3", FAKE_C, ORPHAN, ORPHAN_STATUS, 0,
	  STAT("2", "cat", "1", "20", "20", "20") },
	{ "thread", FAKE_B, STAT("40005", "cat", "40003", "40003", "40003", "-1"),
	  "Tgid:\t40004\nPid:\t40005\nNStgid:\t40004\t4\t3\t2\nNSpid:\t40005\t5\t4\t3\n"
	  "NSpgid:\t40003\t3\t2\t1\nNSsid:\t40003\t3\t2\t1\n",
	  0, STAT("4", "cat", "2", "2", "2", "-1") },
	{ "being reaped: no parent, group, session", FAKE_A,
	  STAT("40006", "x", "0", "-1", "-1", "-1"), ALONE_STATUS, 0,
	  STAT("6", "x", "0", "-1", "-1", "-1") },
	{ "no group and no session need no status", FAKE_A, STAT("40006", "x", "0", "0", "0", "0"),
	  "NSpid:\t40006\t6\n", 0, STAT("6", "x", "0", "0", "0", "0") },
	{ "parent, group and session from outside", FAKE_A,
	  STAT("40001", "init", "40007", "40007", "40007", "40007"),
	  "NSpid:\t40001\t1\nNSpgid:\t40007\t0\nNSsid:\t40007\t0\n", 0,
	  STAT("1", "init", "0", "0", "0", "0") },

	{ "name with parentheses", FAKE_A, ALONE("(a) (b)"), ALONE_STATUS, 0, ALONE_A("(a) (b)") },
	{ "name like the rest of the line", FAKE_A, ALONE("a) R 1 1 1 0 -"), ALONE_STATUS, 0,
	  ALONE_A("a) R 1 1 1 0 -") },
	{ "name of separators only", FAKE_A, ALONE(") ) ) ) ) "), ALONE_STATUS, 0,
	  ALONE_A(") ) ) ) ) ") },
	{ "name with newlines", FAKE_A, ALONE("\na\n) S 1\n"), ALONE_STATUS, 0,
	  ALONE_A("\na\n) S 1\n") },
	{ "name that is no UTF-8", FAKE_A, ALONE("\xff\x80\x01\t"), ALONE_STATUS, 0,
	  ALONE_A("\xff\x80\x01\t") },
	{ "empty name", FAKE_A, ALONE(""), ALONE_STATUS, 0, ALONE_A("") },
	{ "name of blanks", FAKE_A, ALONE("   "), ALONE_STATUS, 0, ALONE_A("   ") },

	{ "not visible: it has ended", FAKE_A, STAT("40009", "x", "40001", "40001", "40001", "-1"),
	  "NSpid:\t40009\t9\nNSpgid:\t40001\t1\nNSsid:\t40001\t1\n", -ESRCH, NULL },
	{ "status is of another task", FAKE_A, ALONE("x"),
	  "NSpid:\t40002\t2\nNSpgid:\t40001\t1\nNSsid:\t40001\t1\n", -ESRCH, NULL },
	{ "no guest", FAKE_GUESTS, ALONE("x"), NULL, -ESRCH, NULL },
	{ "no status", FAKE_A, ALONE("x"), NULL, -EIO, NULL },
	{ "status without groups", FAKE_A, ALONE("x"), "NSpid:\t40006\t6\n", -EIO, NULL },
	{ "status cut off", FAKE_A, ALONE("x"),
	  "NSpid:\t40006\t6\nNSpgid:\t40006\t6\nNSsid:\t40006\t6", -EIO, NULL },
	{ "status with too few columns", FAKE_B, PROCESS, "NSpid:\t40004\t4\n", -EIO, NULL },
	{ "empty", FAKE_A, "", ALONE_STATUS, -EIO, NULL },
	{ "newline only", FAKE_A, "\n", ALONE_STATUS, -EIO, NULL },
	{ "no name", FAKE_A, "40006\n", ALONE_STATUS, -EIO, NULL },
	{ "no parenthesis before", FAKE_A, "40006 cat) S 40001 40006 40006 0 -1" REST, ALONE_STATUS,
	  -EIO, NULL },
	{ "nothing but a parenthesis", FAKE_A, ") \n", ALONE_STATUS, -EIO, NULL },
	{ "parenthesis before the number", FAKE_A, "(x) 40006 S 40001 40006 40006 0 -1" REST,
	  ALONE_STATUS, -EIO, NULL },
	{ "state of two letters", FAKE_A, "40006 (cat) SS 40001 40006 40006 0 -1" REST,
	  ALONE_STATUS, -EIO, NULL },
	{ "too few fields", FAKE_A, "40006 (cat) S 40001 40006 40006 0\n", ALONE_STATUS, -EIO,
	  NULL },
	{ "two blanks", FAKE_A, "40006 (cat) S  40001 40006 40006 0 -1" REST, ALONE_STATUS, -EIO,
	  NULL },
	{ "letter for a number", FAKE_A, "40006 (cat) S 40001 x 40006 0 -1" REST, ALONE_STATUS,
	  -EIO, NULL },
	{ "blank before the number", FAKE_A, " 40006 (cat) S 40001 40006 40006 0 -1" REST,
	  ALONE_STATUS, -EIO, NULL },
};

START_TEST(test_case)
{
	check_rewrite(rewrite_stat, &cases[_i]);
}
END_TEST

START_TEST(test_cut)
{
	check_truncations(rewrite_stat, FAKE_A, PROCESS, PROCESS_STATUS);
	check_truncations(rewrite_stat, FAKE_B, ORPHAN, ORPHAN_STATUS);
	check_truncations(rewrite_stat, FAKE_C, PROCESS, PROCESS_STATUS);
	check_truncations(rewrite_stat, FAKE_A, ALONE(") S 1 1 1 1 1\n"), ALONE_STATUS);
	check_truncations(rewrite_stat, FAKE_GUESTS,
			  STAT("40007", "sh", "1", "40051", "40007", "40008"), NULL);
}
END_TEST

/* Every line but the whole one is refused: the kernel makes it in one piece. */
START_TEST(test_cut_is_refused)
{
	static const char whole[] = ALONE("a) S 1 1 1 1 1 ");
	struct rewrite rw = { .pids = fake_pidmap(FAKE_A), .beside = TEXT(ALONE_STATUS) };
	AUTO_BUF struct buf out = { 0 };
	size_t n;

	for (n = 0; n < sizeof(whole) - 1; n++)
		ck_assert_int_eq(rewrite_stat(&rw, text_of(whole, n), &out), -EIO);
	ck_assert_int_eq(rewrite_stat(&rw, text_of(whole, n), &out), 0);
}
END_TEST

START_TEST(test_garbled)
{
	check_garbling(rewrite_stat, FAKE_B, PROCESS, PROCESS_STATUS);
	check_garbling(rewrite_stat, FAKE_GUESTS, STAT("40007", "sh", "1", "2", "3", "4"), NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewrite_stat");
	TCase *tcase = tcase_create("rewrite_stat");

	tcase_add_loop_test(tcase, test_case, 0, N_OF(cases));
	tcase_add_test(tcase, test_cut);
	tcase_add_test(tcase, test_cut_is_refused);
	tcase_add_test(tcase, test_garbled);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
