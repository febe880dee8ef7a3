/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of narrow_cpuinfo(). Layouts are those of show_cpuinfo() in arch/ of the kernel, shortened. */

#include <check.h>
#include <errno.h>

#include "cpu_check.h"
#include "unit.h"

#define SET(...) .cpu = { .has_set = true, .set = { .bits = { __VA_ARGS__ } } }

/* clang-format off */
/* x86. A number in a text that is no number of a CPU must stay: "flags : processor : 1". */
#define X86(cpu, package, siblings, core, cores, apicid)      \
	"processor\t: " cpu "\nvendor_id\t: GenuineIntel\n"   \
	"cpu MHz\t\t: 2596.120\nphysical id\t: " package "\n" \
	"siblings\t: " siblings "\ncore id\t\t: " core "\n"   \
	"cpu cores\t: " cores "\napicid\t\t: " apicid "\n"    \
	"flags\t\t: processor : 1\nbugs\t\t:\npower management:\n\n"

/* Two packages, two cores each, two threads each: siblings are 0 4, 1 5 and 2 6, 3 7. */
#define X86_ALL                                                              \
	X86("0", "0", "4", "0", "2", "0") X86("1", "0", "4", "1", "2", "2")  \
	X86("2", "1", "4", "0", "2", "8") X86("3", "1", "4", "1", "2", "10") \
	X86("4", "0", "4", "0", "2", "1") X86("5", "0", "4", "1", "2", "3")  \
	X86("6", "1", "4", "0", "2", "9") X86("7", "1", "4", "1", "2", "11")

/* A guest's that says nothing of packages (no SMT, CONFIG_SMP without topology). */
#define PLAIN(cpu) "processor\t: " cpu "\nmodel name\t: QEMU\n\n"

#define ARM64(cpu) \
	"processor\t: " cpu "\nBogoMIPS\t: 48.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n"
#define ARM(cpu) \
	"processor\t: " cpu "\nmodel name\t: ARMv7 Processor rev 3 (v7l)\nCPU revision\t: 3\n\n"
#define ARM_TAIL	 "Hardware\t: BCM2835\nRevision\t: a02082\nSerial\t\t: 00000000deadbeef\n"
#define RISCV(cpu, number) "processor\t: " cpu "\nmvendorid\t: " number "\nisa\t\t: rv64imafdc\n\n"
#define PPC(cpu) \
	"processor\t: " cpu "\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 2900.000000MHz\n\n"
#define PPC_TAIL  "timebase\t: 512000000\nplatform\t: PowerNV\n"
#define MIPS_HEAD "system type\t\t: MIPS Malta\nmachine\t\t\t: mti,malta\n"
#define MIPS(cpu) "processor\t\t: " cpu "\ncpu model\t\t: MIPS 24Kc\npackage\t\t\t: 0\n\n"

#define S390_HEAD(n) \
	"vendor_id       : IBM/S390\n# processors    : " n "\nbogomips per cpu: 3033.00\n"
#define S390_LIST(cpu) \
	"processor " cpu ": version = 00,  identification = 2A4B48,  machine = 3906\n"
#define S390(cpu, siblings, core, cores)                                                 \
	"\ncpu number      : " cpu "\nphysical id     : 1\ncore id         : " core "\n" \
	"siblings        : " siblings "\ncpu cores       : " cores "\nversion         : 00\n"

#define SPARC                                                                \
	"cpu\t\t: TI UltraSparc IIi\nncpus probed\t: 2\nncpus active\t: 2\n" \
	"CPU0:\t\tonline\nCPU1:\t\tonline\n"
/* clang-format on */

static const struct cpu_case cases[] = {
	/*
	 * 0, 4: one core of package 0, both its threads: 2 siblings, 1 core. 3: alone in package 1.
	 * lxcfs shows one CPU that has 4 siblings.
	 */
	{ "x86: threads of one core, and one more",
	  { .files = RESOURCE_CPUS, SET(0x19) },
	  X86_ALL,
	  0,
	  X86("0", "0", "2", "0", "1", "0") X86("1", "1", "1", "1", "1", "10")
		  X86("2", "0", "2", "0", "1", "1") },
	/* All of package 1, in its own numbers. */
	{ "x86: a whole package",
	  { .files = RESOURCE_CPUS, SET(0xCC) },
	  X86_ALL,
	  0,
	  X86("0", "1", "4", "0", "2", "8") X86("1", "1", "4", "1", "2", "10")
		  X86("2", "1", "4", "0", "2", "9") X86("3", "1", "4", "1", "2", "11") },
	{ "x86: all", { .files = RESOURCE_CPUS, SET(0xFF) }, X86_ALL, 0, NULL },
	{ "x86: all, as no cpuset says otherwise", { .files = RESOURCE_CPUS }, X86_ALL, 0, NULL },
	{ "x86: the quota's first two of 1 2 3",
	  { .files = RESOURCE_CPUS,
	    .cpu = { CPUS_QUOTA, .has_set = true, .set = { .bits = { 0xE } }, .quota_us = 150000,
		     .period_us = 100000 } },
	  X86_ALL,
	  0,
	  X86("0", "0", "1", "1", "1", "2") X86("1", "1", "1", "0", "1", "8") },
	/* 1 is offline: 2 is still the third of the set. */
	{ "x86: offline",
	  { .files = RESOURCE_CPUS, SET(0x7) },
	  X86("0", "0", "2", "0", "2", "0") X86("2", "0", "2", "1", "2", "1"),
	  0,
	  NULL },
	/* A package of two dies may have a core id twice: its number of cores is the kernel's. */
	{ "x86: the same core id in two dies",
	  { .files = RESOURCE_CPUS, SET(0x3) },
	  X86("0", "0", "2", "0", "2", "0") X86("1", "0", "2", "0", "2", "1"),
	  0,
	  NULL },
	{ "no packages",
	  { .files = RESOURCE_CPUS, SET(0xA) },
	  PLAIN("0") PLAIN("1") PLAIN("2") PLAIN("3"),
	  0,
	  PLAIN("0") PLAIN("1") },
	{ "arm64", { .files = RESOURCE_CPUS, SET(0x2) }, ARM64("0") ARM64("1"), 0, ARM64("0") },
	{ "arm: what is behind the CPUs stays",
	  { .files = RESOURCE_CPUS, SET(0x6) },
	  ARM("0") ARM("1") ARM("2") ARM_TAIL,
	  0,
	  ARM("0") ARM("1") ARM_TAIL },
	{ "riscv: what is numbered differently is the hardware's",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  RISCV("0", "1") RISCV("1", "2"),
	  0,
	  RISCV("0", "2") },
	{ "ppc",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  PPC("0") PPC("1") PPC_TAIL,
	  0,
	  PPC("0") PPC_TAIL },
	{ "mips: what is before the first CPU stays",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  MIPS_HEAD MIPS("0") MIPS("1"),
	  0,
	  MIPS_HEAD MIPS("0") },
	{ "s390",
	  { .files = RESOURCE_CPUS, SET(0x6) },
	  S390_HEAD("3") S390_LIST("0") S390_LIST("1") S390_LIST("2") S390("0", "3", "0", "2")
		  S390("1", "3", "0", "2") S390("2", "3", "1", "2"),
	  0,
	  S390_HEAD("2") S390_LIST("0") S390_LIST(
		  "1") "\n"
		       "cpu number      : 0\nphysical id     : 1\ncore id         : 0\n"
		       "siblings        : 2\ncpu cores       : 2\nversion         : 00\n" S390(
			       "1", "2", "1", "2") },
	{ "s390 before its CPUs had blocks",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  S390_HEAD("2") S390_LIST("0") S390_LIST("1"),
	  0,
	  S390_HEAD("1") S390_LIST("0") },
	{ "sparc: no CPU is numbered as we know it",
	  { .files = RESOURCE_CPUS, SET(0x2) },
	  SPARC,
	  0,
	  NULL },
	{ "no empty lines between",
	  { .files = RESOURCE_CPUS, SET(0x5) },
	  "processor : 0\na : 1\nprocessor : 1\na : 2\nprocessor : 2\na : 3\n",
	  0,
	  "processor : 0\na : 1\nprocessor : 1\na : 3\n" },
	{ "switched off", { .files = RESOURCE_STAT | RESOURCE_TIME, SET(0x2) }, X86_ALL, 0, NULL },

	{ "no CPU of the set", { .files = RESOURCE_CPUS, SET(0x100) }, X86_ALL, -EIO, NULL },
	{ "an empty set", { .files = RESOURCE_CPUS, SET(0) }, X86_ALL, -EIO, NULL },
	{ "empty", { .files = RESOURCE_CPUS }, "", -EIO, NULL },
	{ "no number", { .files = RESOURCE_CPUS }, "processor\t: x\n", -EIO, NULL },
	{ "an empty number", { .files = RESOURCE_CPUS }, "processor\t:\n", -EIO, NULL },
	{ "a CPU that no machine has", { .files = RESOURCE_CPUS }, PLAIN("8192"), -EIO, NULL },
	{ "descending", { .files = RESOURCE_CPUS }, PLAIN("1") PLAIN("0"), -EIO, NULL },
	{ "twice", { .files = RESOURCE_CPUS }, PLAIN("0") PLAIN("0"), -EIO, NULL },
	{ "cut off", { .files = RESOURCE_CPUS }, PLAIN("0") "processor\t: 1", -EIO, NULL },
};

START_TEST(test_case)
{
	check_cpu(narrow_cpuinfo, &cases[_i]);
}
END_TEST

START_TEST(test_broken)
{
	const struct resources r = { .files = RESOURCE_CPUS, SET(0x2) };
	const struct resources first = { .files = RESOURCE_CPUS, SET(0x1) };

	check_cpu_cut(narrow_cpuinfo, &first, X86_ALL);
	check_cpu_garbled(narrow_cpuinfo, &r, X86_ALL);
	check_cpu_garbled(narrow_cpuinfo, &r,
			  S390_HEAD("2") S390_LIST("0") S390_LIST("1") S390("0", "2", "0", "1")
				  S390("1", "2", "0", "1"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_cpuinfo");
	TCase *tc = tcase_create("narrow_cpuinfo");

	tcase_add_loop_test(tc, test_case, 0, N_OF(cases));
	tcase_add_test(tc, test_broken);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
