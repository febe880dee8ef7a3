/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of rewrite_status(). */

#include <check.h>
#include <errno.h>

#include "rewrite_check.h"
#include "unit.h"

/* The lines before, between and behind those that change. */
#define HEAD "Umask:\t0022\nState:\tS (sleeping)\n"
#define IDS  "Uid:\t0\t0\t0\t0\nGid:\t5\t5\t5\t5\nFDSize:\t256\nGroups:\t4 24 \n"
#define TAIL                                                                         \
	"Kthread:\t0\nVmPeak:\t    3060 kB\nVmRSS:\t    1756 kB\nCoreDumping:\t0\n"  \
	"Threads:\t2\nSigQ:\t0/96365\nCapEff:\t000001fffeffffff\nCpus_allowed:\t3\n" \
	"voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t7\n"
#define ZOMBIE_TAIL "Kthread:\t0\nThreads:\t1\nSigQ:\t0/96365\n"

#define NUMBERS(tgid, pid, ppid, tracer) \
	"Tgid:\t" tgid "\nNgid:\t0\nPid:\t" pid "\nPPid:\t" ppid "\nTracerPid:\t" tracer "\n"
#define COLUMNS(tgid, pid, pgid, sid) \
	"NStgid:" tgid "\nNSpid:" pid "\nNSpgid:" pgid "\nNSsid:" sid "\n"

/* 40004, traced from A, in the process group of C's init and the session of A's. */
#define PROCESS                                                                         \
	"Name:\tcat\n" HEAD NUMBERS("40004", "40004", "40003", "40006")                 \
		IDS COLUMNS("\t40004\t4\t3\t2", "\t40004\t4\t3\t2", "\t40003\t3\t2\t1", \
			    "\t40001\t1\t0\t0") TAIL

/* A guest's thread, whose group's and session's leader has ended; its parent is no guest. */
#define GUEST                                                          \
	"Name:\tsh\n" HEAD NUMBERS("40007", "40008", "40009", "40007") \
		IDS COLUMNS("\t40007\t9", "\t40008\t10", "\t40051\t0", "\t40051\t0") TAIL

/* No more than what the rewriter looks at: 40004 by these numbers. */
#define SMALL(pid, columns) "Pid:\t" pid "\nNSpid:" columns "\n"

static const struct rewrite_case cases[] = {
	{ "level 1", FAKE_A, PROCESS, NULL, 0,
	  "Name:\tcat\n" HEAD NUMBERS("4", "4", "3", "6")
		  IDS COLUMNS("\t4\t3\t2", "\t4\t3\t2", "\t3\t2\t1", "\t1\t0\t0") TAIL },
	{ "level 2: the tracer is not visible", FAKE_B, PROCESS, NULL, 0,
	  "Name:\tcat\n" HEAD NUMBERS("3", "3", "2", "0")
		  IDS COLUMNS("\t3\t2", "\t3\t2", "\t2\t1", "\t0\t0") TAIL },
	{ "level 3", FAKE_C, PROCESS, NULL, 0,
	  "Name:\tcat\n" HEAD NUMBERS("2", "2", "1", "0") IDS COLUMNS("\t2", "\t2", "\t1", "\t0")
		  TAIL },
	{ "guest", FAKE_GUESTS, GUEST, NULL, 0,
	  "Name:\tsh\n" HEAD NUMBERS("900007", "900008", "0", "900007")
		  IDS COLUMNS("\t900007\t9", "\t900008\t10", "\t900051\t0", "\t900051\t0") TAIL },
	{ "guest of a kernel without pid namespaces", FAKE_GUESTS,
	  "Name:\tsh\n" HEAD NUMBERS("40007", "40008", "0", "0") IDS TAIL, NULL, 0,
	  "Name:\tsh\n" HEAD NUMBERS("900007", "900008", "0", "0") IDS TAIL },
	{ "thread", FAKE_B,
	  NUMBERS("40004", "40005", "40003", "0") COLUMNS("\t40004\t4\t3\t2", "\t40005\t5\t4\t3",
							  "\t40003\t3\t2\t1", "\t40003\t3\t2\t1"),
	  NULL, 0, NUMBERS("3", "4", "2", "0") COLUMNS("\t3\t2", "\t4\t3", "\t2\t1", "\t2\t1") },
	{ "init, whose parent is outside", FAKE_A,
	  NUMBERS("40001", "40001", "40007", "0")
		  COLUMNS("\t40001\t1", "\t40001\t1", "\t40001\t1", "\t40001\t1"),
	  NULL, 0, NUMBERS("1", "1", "0", "0") COLUMNS("\t1", "\t1", "\t1", "\t1") },
	{ "zombie: no lines of memory", FAKE_A,
	  "Name:\tsleep\nState:\tZ (zombie)\n" NUMBERS("40006", "40006", "40001", "0")
		  IDS COLUMNS("\t40006\t6", "\t40006\t6", "\t40006\t6", "\t40001\t1") ZOMBIE_TAIL,
	  NULL, 0,
	  "Name:\tsleep\nState:\tZ (zombie)\n" NUMBERS("6", "6", "1", "0")
		  IDS COLUMNS("\t6", "\t6", "\t6", "\t1") ZOMBIE_TAIL },
	{ "group whose leader has ended, session from outside", FAKE_B,
	  SMALL("40004", "\t40004\t4\t3\t2") "NSpgid:\t40050\t50\t30\t20\nNSsid:\t40007\t0\t0\t0\n",
	  NULL, 0, SMALL("3", "\t3\t2") "NSpgid:\t30\t20\nNSsid:\t0\t0\n" },
	{ "just visible at this level", FAKE_C, SMALL("40003", "\t40003\t3\t2\t1"), NULL, 0,
	  SMALL("1", "\t1") },
	{ "names that look like lines", FAKE_A,
	  "Name:\tPid:\t7\\nTgid:\t8\\\\ (x)\xff\n" SMALL("40006", "\t40006\t6"), NULL, 0,
	  "Name:\tPid:\t7\\nTgid:\t8\\\\ (x)\xff\n" SMALL("6", "\t6") },
	{ "keys are whole", FAKE_A,
	  "Pids:\t7\nxPid:\t7\nNSpid2:\t7\nPid\t7\n pid:\t7\nPID:\t7\n" SMALL("40006",
									      "\t40006\t6"),
	  NULL, 0,
	  "Pids:\t7\nxPid:\t7\nNSpid2:\t7\nPid\t7\n pid:\t7\nPID:\t7\n" SMALL("6", "\t6") },
	{ "last line without its end passes if nothing of it changes", FAKE_A,
	  SMALL("40006", "\t40006\t6") "Threads:\t1", NULL, 0, SMALL("6", "\t6") "Threads:\t1" },
	{ "lines of no sense pass", FAKE_A, "\n\n:\n\t\n", NULL, 0, "\n\n:\n\t\n" },
	{ "empty", FAKE_A, "", NULL, 0, "" },

	{ "not visible: it has ended", FAKE_A, SMALL("40009", "\t40009\t9"), NULL, -ESRCH, NULL },
	{ "number used again by another task", FAKE_A, SMALL("40006", "\t40006\t5"), NULL, -ESRCH,
	  NULL },
	{ "being reaped: columns are zero", FAKE_A, SMALL("40006", "\t0\t0"), NULL, -ESRCH, NULL },
	{ "thread group ended", FAKE_A, "Tgid:\t40009\nNStgid:\t40009\t9\n", NULL, -ESRCH, NULL },
	{ "no guest", FAKE_GUESTS, SMALL("40006", "\t40006"), NULL, -ESRCH, NULL },
	{ "too few columns: not in the namespace", FAKE_B, SMALL("40006", "\t40006\t6"), NULL, -EIO,
	  NULL },
	{ "groups with too few columns", FAKE_B,
	  SMALL("40004", "\t40004\t4\t3\t2") "NSpgid:\t40003\t3\n", NULL, -EIO, NULL },
	{ "no line of columns", FAKE_A, "Pid:\t40006\n", NULL, -EIO, NULL },
	{ "columns of another key", FAKE_A, "Pid:\t40006\nNStgid:\t40006\t6\n", NULL, -EIO, NULL },
	{ "line cut off in a number", FAKE_A, "PPid:\t4000", NULL, -EIO, NULL },
	{ "line cut off behind a number", FAKE_A, "PPid:\t40006", NULL, -EIO, NULL },
	{ "columns cut off", FAKE_A, "NSsid:\t40006\t6", NULL, -EIO, NULL },
	{ "key twice", FAKE_A, SMALL("40006", "\t40006\t6") "Pid:\t40006\n", NULL, -EIO, NULL },
	{ "columns twice", FAKE_A, SMALL("40006", "\t40006\t6") "NSpid:\t40006\t6\n", NULL, -EIO,
	  NULL },
	{ "no value", FAKE_A, "PPid:\n", NULL, -EIO, NULL },
	{ "empty value", FAKE_A, "PPid:\t\n", NULL, -EIO, NULL },
	{ "blank instead of the tab", FAKE_A, "PPid: 40006\n", NULL, -EIO, NULL },
	{ "no tab", FAKE_A, "PPid:40006\n", NULL, -EIO, NULL },
	{ "two tabs", FAKE_A, "PPid:\t\t40006\n", NULL, -EIO, NULL },
	{ "blank behind", FAKE_A, "PPid:\t40006 \n", NULL, -EIO, NULL },
	{ "sign", FAKE_A, "PPid:\t+40006\n", NULL, -EIO, NULL },
	{ "leading zero", FAKE_A, "PPid:\t040006\n", NULL, -EIO, NULL },
	{ "hexadecimal", FAKE_A, "PPid:\t0x40006\n", NULL, -EIO, NULL },
	{ "more than a pid", FAKE_A, "PPid:\t4000640006\n", NULL, -EIO, NULL },
	{ "more than 64 bits", FAKE_A, "PPid:\t40006400064000640006\n", NULL, -EIO, NULL },
	{ "columns without the tab", FAKE_A, "NSsid:51\t6\n", NULL, -EIO, NULL },
	{ "columns by blanks", FAKE_A, "NSsid:\t40006 6\n", NULL, -EIO, NULL },
	{ "columns that end with a tab", FAKE_A, "NSsid:\t40006\t6\t\n", NULL, -EIO, NULL },
	{ "empty column", FAKE_A, "NSsid:\t40006\t\t6\n", NULL, -EIO, NULL },
	{ "letters in a dropped column", FAKE_A, "NSsid:\t4x\t6\n", NULL, -EIO, NULL },
	{ "no columns", FAKE_A, "NSsid:\n", NULL, -EIO, NULL },
};

START_TEST(test_case)
{
	check_rewrite(rewrite_status, &cases[_i]);
}
END_TEST

START_TEST(test_cut)
{
	check_truncations(rewrite_status, FAKE_GUESTS, GUEST, NULL);
	check_truncations(rewrite_status, FAKE_A, PROCESS, NULL);
	check_truncations(rewrite_status, FAKE_B, PROCESS, NULL);
	check_truncations(rewrite_status, FAKE_C, PROCESS, NULL);
}
END_TEST

START_TEST(test_garbled)
{
	check_garbling(rewrite_status, FAKE_GUESTS, GUEST, NULL);
	check_garbling(rewrite_status, FAKE_B, PROCESS, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewrite_status");
	TCase *tcase = tcase_create("rewrite_status");

	tcase_add_loop_test(tcase, test_case, 0, N_OF(cases));
	tcase_add_test(tcase, test_cut);
	tcase_add_test(tcase, test_garbled);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
