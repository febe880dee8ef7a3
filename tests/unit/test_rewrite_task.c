/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriters of sched, children, timers and fdinfo. */

#include <check.h>
#include <errno.h>

#include "rewrite_check.h"
#include "unit.h"

#define DASHES "-------------------------------------------------------------------\n"
#define STATISTICS                                                              \
	"se.exec_start                                :       1275653.539302\n" \
	"nr_switches                                  :                   17\n" \
	"current_node=0, numa_group_id=0\n"
#define SCHED(comm, pid) comm " (" pid ", #threads: 2)\n" DASHES STATISTICS

static const struct rewrite_case sched_cases[] = {
	{ "level 1", FAKE_A, SCHED("cat", "40004"), NULL, 0, SCHED("cat", "4") },
	{ "level 2", FAKE_B, SCHED("cat", "40004"), NULL, 0, SCHED("cat", "3") },
	{ "level 3", FAKE_C, SCHED("cat", "40004"), NULL, 0, SCHED("cat", "2") },
	{ "guest", FAKE_GUESTS, SCHED("sh", "40008"), NULL, 0, SCHED("sh", "900008") },
	{ "shorter dashes of older kernels", FAKE_A,
	  "a (40006, #threads: 1)\n----------------------------------------------\nx 1\n", NULL, 0,
	  "a (6, #threads: 1)\n----------------------------------------------\nx 1\n" },
	{ "name with parentheses", FAKE_A, SCHED("(a) (b", "40006"), NULL, 0,
	  SCHED("(a) (b", "6") },
	{ "name with newlines", FAKE_A, SCHED("\na\n\nb", "40006"), NULL, 0,
	  SCHED("\na\n\nb", "6") },
	{ "name like a heading", FAKE_A, SCHED("(12, #threads: 3)", "40006"), NULL, 0,
	  SCHED("(12, #threads: 3)", "6") },
	{ "name with a heading and a line of dashes", FAKE_A, SCHED("(1, #\n-----\n)", "40006"),
	  NULL, 0, SCHED("(1, #\n-----\n)", "6") },
	{ "longest line of dashes a name can hold", FAKE_A, SCHED("---------------", "40006"), NULL,
	  0, SCHED("---------------", "6") },
	{ "newline and a line of dashes", FAKE_A, SCHED("\n------------\n", "40006"), NULL, 0,
	  SCHED("\n------------\n", "6") },
	{ "empty name", FAKE_A, SCHED("", "40006"), NULL, 0, SCHED("", "6") },
	{ "name that is no UTF-8", FAKE_A, SCHED("\xff\xfe", "40006"), NULL, 0,
	  SCHED("\xff\xfe", "6") },
	{ "nothing behind the dashes", FAKE_A, "a (40006, #threads: 1)\n" DASHES, NULL, 0,
	  "a (6, #threads: 1)\n" DASHES },
	{ "headings behind the dashes", FAKE_A, SCHED("a", "40006") "(7, #threads: 1)\n" DASHES,
	  NULL, 0, SCHED("a", "6") "(7, #threads: 1)\n" DASHES },

	{ "not visible: it has ended", FAKE_A, SCHED("a", "40009"), NULL, -ESRCH, NULL },
	{ "empty", FAKE_A, "", NULL, -EIO, NULL },
	{ "no dashes", FAKE_A, "a (40006, #threads: 1)\n" STATISTICS, NULL, -EIO, NULL },
	{ "cut off in the dashes", FAKE_A, "a (40006, #threads: 1)\n--------------------", NULL,
	  -EIO, NULL },
	{ "dashes only", FAKE_A, DASHES, NULL, -EIO, NULL },
	{ "empty heading", FAKE_A, "\n" DASHES, NULL, -EIO, NULL },
	{ "no parenthesis", FAKE_A, "a 40006, #threads: 1)\n" DASHES, NULL, -EIO, NULL },
	{ "parenthesis not closed", FAKE_A, "a (40006, #threads: 1\n" DASHES, NULL, -EIO, NULL },
	{ "number of threads missing", FAKE_A, "a (40006, #threads: )\n" DASHES, NULL, -EIO, NULL },
	{ "no threads", FAKE_A, "a (40006)\n" DASHES, NULL, -EIO, NULL },
	{ "something between heading and dashes", FAKE_A, "a (40006, #threads: 1)\nx\n" DASHES,
	  NULL, -EIO, NULL },
	{ "no number", FAKE_A, "a (x, #threads: 1)\n" DASHES, NULL, -EIO, NULL },
	{ "blank before the number", FAKE_A, "a ( 40006, #threads: 1)\n" DASHES, NULL, -EIO, NULL },
};

static const struct rewrite_case children_cases[] = {
	{ "none", FAKE_A, "", NULL, 0, "" },
	{ "level 1", FAKE_A, "40002 40006 40003 ", NULL, 0, "2 6 3 " },
	{ "level 2, order kept", FAKE_B, "40004 40003 ", NULL, 0, "3 2 " },
	{ "level 3", FAKE_C, "40004 ", NULL, 0, "2 " },
	{ "guest", FAKE_GUESTS, "40008 40007 ", NULL, 0, "900008 900007 " },
	{ "one has ended meanwhile", FAKE_B, "40003 40009 40004 ", NULL, 0, "2 3 " },
	{ "all have ended", FAKE_B, "40009 ", NULL, 0, "" },

	{ "cut off in a number", FAKE_A, "40002 4000", NULL, -EIO, NULL },
	{ "cut off behind a number", FAKE_A, "40002", NULL, -EIO, NULL },
	{ "newline", FAKE_A, "40002 \n", NULL, -EIO, NULL },
	{ "newline between", FAKE_A, "40002\n40003 ", NULL, -EIO, NULL },
	{ "two blanks", FAKE_A, "40002  40003 ", NULL, -EIO, NULL },
	{ "blank before", FAKE_A, " 40002 ", NULL, -EIO, NULL },
	{ "letters", FAKE_A, "40002 x ", NULL, -EIO, NULL },
	{ "too big", FAKE_A, "4000240002 ", NULL, -EIO, NULL },
};

#define TIMER(id, notify) \
	"ID: " id "\nsignal: 64/0000000000000001\nnotify: " notify "\nClockID: 1\n"

static const struct rewrite_case timers_cases[] = {
	{ "none", FAKE_A, "", NULL, 0, "" },
	{ "process and thread", FAKE_A,
	  TIMER("0", "signal/pid.40004") TIMER("1", "signal/tid.40005"), NULL, 0,
	  TIMER("0", "signal/pid.4") TIMER("1", "signal/tid.5") },
	{ "level 2", FAKE_B, TIMER("0", "thread/pid.40004"), NULL, 0, TIMER("0", "thread/pid.3") },
	{ "level 3", FAKE_C, TIMER("0", "none/tid.40005"), NULL, 0, TIMER("0", "none/tid.3") },
	{ "guest", FAKE_GUESTS, TIMER("0", "none/pid.40007"), NULL, 0,
	  TIMER("0", "none/pid.900007") },
	{ "thread has ended", FAKE_A, TIMER("0", "signal/tid.40009"), NULL, 0,
	  TIMER("0", "signal/tid.0") },
	{ "nobody", FAKE_A, TIMER("0", "signal/pid.0"), NULL, 0, TIMER("0", "signal/pid.0") },
	{ "further lines pass", FAKE_A, "flags: 3\nnotify: none/pid.40006\nxnotify: 7\n", NULL, 0,
	  "flags: 3\nnotify: none/pid.6\nxnotify: 7\n" },

	{ "cut off", FAKE_A, "ID: 0\nnotify: signal/pid.4000", NULL, -EIO, NULL },
	{ "no kind", FAKE_A, "notify: pid.40004\n", NULL, -EIO, NULL },
	{ "neither process nor thread", FAKE_A, "notify: none/ppid.40004\n", NULL, -EIO, NULL },
	{ "no number", FAKE_A, "notify: none/pid.\n", NULL, -EIO, NULL },
	{ "more behind the number", FAKE_A, "notify: none/pid.40004 5\n", NULL, -EIO, NULL },
	{ "no value", FAKE_A, "notify:\n", NULL, -EIO, NULL },
};

#define COMMON		    "pos:\t0\nflags:\t02000002\nmnt_id:\t16\nino:\t2066\n"
#define LOCK(id, owner)	    "lock:\t" id ": POSIX  ADVISORY  WRITE " owner " fe:00:10952865 0 EOF\n"
#define PIDFD(pid, columns) COMMON "Pid:\t" pid "\nNSpid:" columns "\n"

static const struct rewrite_case fdinfo_cases[] = {
	{ "ordinary file", FAKE_A, COMMON, NULL, 0, COMMON },
	{ "before inodes were shown", FAKE_A, "pos:\t0\nflags:\t02\nmnt_id:\t1\nPid:\t40004\n",
	  NULL, 0, "pos:\t0\nflags:\t02\nmnt_id:\t1\nPid:\t4\n" },
	{ "pidfd, level 1", FAKE_A, PIDFD("40004", "\t40004\t4\t3\t2"), NULL, 0,
	  PIDFD("4", "\t4\t3\t2") },
	{ "pidfd, level 2", FAKE_B, PIDFD("40004", "\t40004\t4\t3\t2"), NULL, 0,
	  PIDFD("3", "\t3\t2") },
	{ "pidfd, level 3", FAKE_C, PIDFD("40004", "\t40004\t4\t3\t2"), NULL, 0,
	  PIDFD("2", "\t2") },
	{ "pidfd of a guest", FAKE_GUESTS, PIDFD("40007", "\t40007\t5"), NULL, 0,
	  PIDFD("900007", "\t900007\t5") },
	{ "pidfd of a process outside, as deep", FAKE_A, PIDFD("40007", "\t40007\t17"), NULL, 0,
	  PIDFD("0", "\t0") },
	{ "pidfd of a process outside", FAKE_A, PIDFD("40007", "\t40007"), NULL, 0,
	  PIDFD("0", "\t0") },
	{ "pidfd of a process above", FAKE_C, PIDFD("40002", "\t40002\t2\t1"), NULL, 0,
	  PIDFD("0", "\t0") },
	{ "pidfd of a reaped process", FAKE_B, PIDFD("-1", "\t-1"), NULL, 0, PIDFD("-1", "\t-1") },
	{ "pidfd the source does not see either", FAKE_B, PIDFD("0", "\t0"), NULL, 0,
	  PIDFD("0", "\t0") },
	{ "locks of the view, of others, of the file", FAKE_B,
	  COMMON LOCK("1", "40004") LOCK("2", "40006") LOCK("3", "-1"), NULL, 0,
	  COMMON LOCK("1", "3") LOCK("2", "0") LOCK("3", "-1") },
	{ "lock and pidfd", FAKE_A, COMMON LOCK("1", "40006") "Pid:\t40001\nNSpid:\t40001\t1\n",
	  NULL, 0, COMMON LOCK("1", "6") "Pid:\t1\nNSpid:\t1\n" },
	{ "io_uring: its thread is the same number for all", FAKE_A,
	  COMMON "SqMask:\t0x3\nSqThread:\t8190\nPid:\t12\n", NULL, 0,
	  COMMON "SqMask:\t0x3\nSqThread:\t8190\nPid:\t12\n" },
	{ "name of a DMA buffer", FAKE_A,
	  COMMON
	  "size:\t4096\ncount:\t2\nexp_name:\tsystem\nname:\tx\nPid:\t12\nNSpid:\tno\nlock:\t\n",
	  NULL, 0,
	  COMMON
	  "size:\t4096\ncount:\t2\nexp_name:\tsystem\nname:\tx\nPid:\t12\nNSpid:\tno\nlock:\t\n" },
	{ "NSpid without Pid is no pidfd's", FAKE_A, COMMON "NSpid:\t12\n", NULL, 0,
	  COMMON "NSpid:\t12\n" },
	{ "NSpid is the line behind Pid", FAKE_A, COMMON "Pid:\t40004\npos:\t0\nNSpid:\t12\n", NULL,
	  0, COMMON "Pid:\t4\npos:\t0\nNSpid:\t12\n" },
	{ "Pid once", FAKE_A, PIDFD("40004", "\t40004\t4") "Pid:\t12\nNSpid:\t12\n", NULL, 0,
	  PIDFD("4", "\t4") "Pid:\t12\nNSpid:\t12\n" },
	{ "event file cut off passes", FAKE_A, COMMON "eventfd-count:  ", NULL, 0,
	  COMMON "eventfd-count:  " },
	{ "empty", FAKE_A, "", NULL, 0, "" },

	{ "pidfd cut off in Pid", FAKE_A, COMMON "Pid:\t4000", NULL, -EIO, NULL },
	{ "pidfd cut off in NSpid", FAKE_A, COMMON "Pid:\t40004\nNSpid:\t40004\t4", NULL, -EIO,
	  NULL },
	{ "pidfd with too few columns", FAKE_B, PIDFD("40004", "\t40004\t4"), NULL, -EIO, NULL },
	{ "pidfd with letters", FAKE_A, PIDFD("x", "\t40004\t4"), NULL, -EIO, NULL },
	{ "pidfd with letters in a column", FAKE_A, PIDFD("40004", "\t40004\tx"), NULL, -EIO,
	  NULL },
	{ "pidfd without a number", FAKE_A, COMMON "Pid:\n", NULL, -EIO, NULL },
	{ "pidfd without a tab", FAKE_A, COMMON "Pid:40004\n", NULL, -EIO, NULL },
	{ "lock cut off", FAKE_A, COMMON "lock:\t1: POSIX  ADVISORY  WRITE 4000", NULL, -EIO,
	  NULL },
	{ "lock without an owner", FAKE_A, COMMON "lock:\t1: POSIX  ADVISORY  WRITE\n", NULL, -EIO,
	  NULL },
	{ "lock without a tab", FAKE_A,
	  COMMON "lock:1: POSIX  ADVISORY  WRITE 40004 fe:00:1 0 EOF\n", NULL, -EIO, NULL },
	{ "lock without a value", FAKE_A, COMMON "lock:\n", NULL, -EIO, NULL },
};

START_TEST(test_sched)
{
	check_rewrite(rewrite_sched, &sched_cases[_i]);
}
END_TEST

START_TEST(test_children)
{
	check_rewrite(rewrite_children, &children_cases[_i]);
}
END_TEST

START_TEST(test_timers)
{
	check_rewrite(rewrite_timers, &timers_cases[_i]);
}
END_TEST

START_TEST(test_fdinfo)
{
	check_rewrite(rewrite_fdinfo, &fdinfo_cases[_i]);
}
END_TEST

static const struct {
	rewrite_fn rewrite;
	const char *in;
} texts[] = {
	{ rewrite_sched, SCHED("a (4) b", "40004") },
	{ rewrite_children, "40004 40003 40009 40005 " },
	{ rewrite_timers, TIMER("0", "signal/pid.40004") TIMER("1", "signal/tid.40009") },
	{ rewrite_fdinfo, COMMON LOCK("1", "40004") LOCK("2", "-1") LOCK("3", "40007") },
	{ rewrite_fdinfo, PIDFD("40004", "\t40004\t4\t3\t2") },
	{ rewrite_fdinfo, PIDFD("40007", "\t40007") },
};

START_TEST(test_cut)
{
	check_truncations(texts[_i].rewrite, FAKE_A, texts[_i].in, NULL);
	check_truncations(texts[_i].rewrite, FAKE_B, texts[_i].in, NULL);
	check_truncations(texts[_i].rewrite, FAKE_C, texts[_i].in, NULL);
}
END_TEST

START_TEST(test_garbled)
{
	check_garbling(texts[_i].rewrite, FAKE_GUESTS, texts[_i].in, NULL);
	check_garbling(texts[_i].rewrite, FAKE_B, texts[_i].in, NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rewrite_task");
	TCase *tcase = tcase_create("rewrite_task");

	tcase_add_loop_test(tcase, test_sched, 0, N_OF(sched_cases));
	tcase_add_loop_test(tcase, test_children, 0, N_OF(children_cases));
	tcase_add_loop_test(tcase, test_timers, 0, N_OF(timers_cases));
	tcase_add_loop_test(tcase, test_fdinfo, 0, N_OF(fdinfo_cases));
	tcase_add_loop_test(tcase, test_cut, 0, N_OF(texts));
	tcase_add_loop_test(tcase, test_garbled, 0, N_OF(texts));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
