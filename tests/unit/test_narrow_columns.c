/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of narrow_interrupts() and narrow_schedstat(). */

#include <check.h>
#include <errno.h>

#include "cpu_check.h"
#include "unit.h"

#define SET(...) .cpu = { .has_set = true, .set = { .bits = { __VA_ARGS__ } } }

#define HEAD "           "
#define INTERRUPTS                                                                               \
	HEAD "CPU0       CPU1       CPU2       CPU3       \n"                                    \
	     "  1:          9          8          7          6  IO-APIC   1-edge      i8042\n"   \
	     " 28:         10         11         12         13 PCI-MSIX-0000:00:01.0   0-edge  " \
	     "v\n"                                                                               \
	     "NMI:          0          1          2          3   Non-maskable interrupts\n"      \
	     "LOC:  123456789 4294967295 1234567890          5   Local timer interrupts\n"       \
	     "ERR:          5\nMIS:          0\n"
#define INTERRUPTS_13                                                         \
	HEAD "CPU0       CPU1       \n"                                       \
	     "  1:          8          6  IO-APIC   1-edge      i8042\n"      \
	     " 28:         11         13 PCI-MSIX-0000:00:01.0   0-edge  v\n" \
	     "NMI:          1          3   Non-maskable interrupts\n"         \
	     "LOC: 4294967295          5   Local timer interrupts\n"          \
	     "ERR:          5\nMIS:          0\n"

/* Arm: the number behind the columns is no column. */
#define GIC                                                                    \
	HEAD "CPU0       CPU1       \n"                                        \
	     " 27:         70         71     GICv3  27 Level     arch_timer\n" \
	     "IPI0:          3          4       Rescheduling interrupts\n"     \
	     "Err:          0\n"
#define GIC_1                                                       \
	HEAD "CPU0       \n"                                        \
	     " 27:         71     GICv3  27 Level     arch_timer\n" \
	     "IPI0:          4       Rescheduling interrupts\nErr:          0\n"

#define SOFTIRQS                                                             \
	"                    CPU0       CPU1       CPU2       CPU10      \n" \
	"          HI:          0          1          2          3\n"        \
	"       TIMER:     869289     873228 4294967295          4\n"
#define SOFTIRQS_2_10                                  \
	"                    CPU0       CPU1       \n" \
	"          HI:          2          3\n"        \
	"       TIMER: 4294967295          4\n"

static const struct cpu_case interrupts[] = {
	{ "CPUs 1 and 3", { .files = RESOURCE_CPUS, SET(0xA) }, INTERRUPTS, 0, INTERRUPTS_13 },
	{ "all", { .files = RESOURCE_CPUS, SET(0xF) }, INTERRUPTS, 0, NULL },
	{ "no cpuset", { .files = RESOURCE_CPUS }, INTERRUPTS, 0, NULL },
	{ "Arm", { .files = RESOURCE_CPUS, SET(0x2) }, GIC, 0, GIC_1 },
	{ "softirqs: CPUs 2 and 10",
	  { .files = RESOURCE_CPUS, SET(0x404) },
	  SOFTIRQS,
	  0,
	  SOFTIRQS_2_10 },
	/* 1 is the second of the set, though it is not there. */
	{ "one of the set is offline",
	  { .files = RESOURCE_CPUS, SET(0x7) },
	  HEAD "CPU0       CPU2       \n  1:          9          8  x\n",
	  0,
	  NULL },
	{ "one CPU",
	  { .files = RESOURCE_CPUS, SET(0x1) },
	  HEAD "CPU0       \n  1:          9  5-edge\nERR:          5\n",
	  0,
	  NULL },
	{ "a line without numbers",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  HEAD "CPU0       CPU1       \nNEW: text\n",
	  0,
	  HEAD "CPU0       \nNEW: text\n" },
	{ "switched off", { .files = RESOURCE_STAT, SET(0x2) }, INTERRUPTS, 0, NULL },

	{ "no CPU of the set", { .files = RESOURCE_CPUS, SET(0x10) }, INTERRUPTS, -EIO, NULL },
	{ "empty", { .files = RESOURCE_CPUS }, "", -EIO, NULL },
	{ "no heading", { .files = RESOURCE_CPUS }, "  1:          9\n", -EIO, NULL },
	{ "an empty heading", { .files = RESOURCE_CPUS }, "\n  1:          9\n", -EIO, NULL },
	{ "a heading of letters", { .files = RESOURCE_CPUS }, " CPU0 CPUx\n", -EIO, NULL },
	{ "descending", { .files = RESOURCE_CPUS }, " CPU1 CPU0\n", -EIO, NULL },
	{ "a CPU that no machine has", { .files = RESOURCE_CPUS }, " CPU8192\n", -EIO, NULL },
	{ "too few columns", { .files = RESOURCE_CPUS }, " CPU0 CPU1 CPU2\n 1: 4 5\n", -EIO, NULL },
	{ "a letter in a column",
	  { .files = RESOURCE_CPUS },
	  " CPU0 CPU1 CPU2\n 1: 4 5 x\n",
	  -EIO,
	  NULL },
	{ "no colon", { .files = RESOURCE_CPUS }, " CPU0 CPU1\n 1 4 5\n", -EIO, NULL },
	{ "cut off", { .files = RESOURCE_CPUS }, " CPU0 CPU1\n 1: 4 5", -EIO, NULL },
	{ "heading cut off", { .files = RESOURCE_CPUS }, " CPU0 CPU1", -EIO, NULL },
};

START_TEST(test_interrupts)
{
	check_cpu(narrow_interrupts, &interrupts[_i]);
}
END_TEST

#define VERSION(n) "version " n "\ntimestamp 4295000000\n"
#define CPU(n)	   "cpu" n " 0 0 0 0 0 0 1" n " 2" n " 3" n "\n"
/* What CPU n of the machine has counted, under the number m. */
#define CPU_AS(m, n) "cpu" m " 0 0 0 0 0 0 1" n " 2" n " 3" n "\n"

#define SCHEDSTAT                                                                               \
	VERSION("17")                                                                           \
	CPU("0")                                                                                \
	"domain0 SMT 3 1 2 3\ndomain1 PKG f 4 5 6\n" CPU(                                       \
		"1") "domain0 SMT 3 1 2 4\n"                                                    \
		     "domain1 PKG f 4 5 7\n" CPU("2") "domain0 SMT c 1 2 5\ndomain1 PKG f 4 5 " \
						      "8\n" CPU("3") "domain0 SMT c 1 2 "       \
								     "6\ndomain1 PKG f 4 5 9\n"
/* Of c (2 and 3) there is 3, which is 1; of f both. */
#define SCHEDSTAT_13                                         \
	VERSION("17")                                        \
	CPU_AS("0", "1")                                     \
	"domain0 SMT 1 1 2 4\ndomain1 PKG 3 4 5 7\n" CPU_AS( \
		"1", "3") "domain0 SMT 2 1 2 6\ndomain1 PKG 3 4 5 9\n"

static const struct cpu_case schedstat[] = {
	{ "CPUs 1 and 3", { .files = RESOURCE_CPUS, SET(0xA) }, SCHEDSTAT, 0, SCHEDSTAT_13 },
	{ "all", { .files = RESOURCE_CPUS, SET(0xF) }, SCHEDSTAT, 0, NULL },
	{ "switched off", { .files = RESOURCE_TIME, SET(0xA) }, SCHEDSTAT, 0, NULL },
	/* 33 and 64 of 65 are 0 and 1: two bits are one digit. */
	{ "version 15, no names; a mask of three chunks",
	  { .files = RESOURCE_CPUS, SET(1ULL << 33, 1) },
	  VERSION("15") CPU("33") "domain0 1,00000002,00000000 7\n" CPU("64"),
	  0,
	  VERSION("15") CPU_AS("0", "33") "domain0 3 7\n" CPU_AS("1", "64") },
	/* 0 to 39 are shown: of the mask not 63 and 64; 8 bits, two digits, before the chunk of 32. */
	{ "a mask of 40 CPUs",
	  { .files = RESOURCE_CPUS, SET(0xFFFFFFFFFF) },
	  VERSION("15") CPU("39") "domain0 00000001,80000001,0000000f 7\n",
	  0,
	  VERSION("15") CPU("39") "domain0 01,0000000f 7\n" },
	{ "lines of the future",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  "news 1\n" CPU("0") "x 1\n" CPU("1") "y 2\n",
	  0,
	  "news 1\n" CPU_AS("0", "1") "y 2\n" },

	{ "no CPU of the set", { .files = RESOURCE_CPUS, SET(0x10) }, SCHEDSTAT, -EIO, NULL },
	{ "no CPU", { .files = RESOURCE_CPUS }, VERSION("17"), -EIO, NULL },
	{ "empty", { .files = RESOURCE_CPUS }, "", -EIO, NULL },
	{ "a domain of others",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  CPU("1") "domain0 1 7\n",
	  -EIO,
	  NULL },
	{ "no mask", { .files = RESOURCE_CPUS }, CPU("0") "domain0 SMT xyz 1\n", -EIO, NULL },
	{ "no mask at all", { .files = RESOURCE_CPUS }, CPU("0") "domain0\n", -EIO, NULL },
	{ "a chunk of nine digits",
	  { .files = RESOURCE_CPUS },
	  CPU("0") "domain0 000000001 1\n",
	  -EIO,
	  NULL },
	{ "an empty chunk", { .files = RESOURCE_CPUS }, CPU("0") "domain0 1,,1 1\n", -EIO, NULL },
	{ "descending", { .files = RESOURCE_CPUS }, CPU("1") CPU("0"), -EIO, NULL },
	{ "cut off", { .files = RESOURCE_CPUS }, CPU("0") "cpu1 0 0", -EIO, NULL },
};

START_TEST(test_schedstat)
{
	check_cpu(narrow_schedstat, &schedstat[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resources r = { .files = RESOURCE_CPUS, SET(0xA) };
	const struct resources first = { .files = RESOURCE_CPUS, SET(0x1) };

	check_cpu_cut(narrow_interrupts, &r, INTERRUPTS);
	check_cpu_garbled(narrow_interrupts, &r, INTERRUPTS);
	check_cpu_garbled(narrow_interrupts, &r, GIC);
	check_cpu_cut(narrow_schedstat, &first, SCHEDSTAT);
	check_cpu_garbled(narrow_schedstat, &r, SCHEDSTAT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_columns");
	TCase *tc = tcase_create("narrow_columns");

	tcase_add_loop_test(tc, test_interrupts, 0, N_OF(interrupts));
	tcase_add_loop_test(tc, test_schedstat, 0, N_OF(schedstat));
	tcase_add_test(tc, test_broken);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
