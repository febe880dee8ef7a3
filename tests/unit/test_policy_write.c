/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of policy.h: who may write what, on the table. */

#include <check.h>
#include <errno.h>

#include "entry.h"
#include "policy.h"
#include "unit.h"

#define NOBODY	 0
#define HERE	 (POLICY_USERNS | POLICY_NAMESPACES)
#define OWN_TASK (POLICY_OWN | POLICY_TASK)

static const struct entry *find(const char *path)
{
	const struct entry *row = &proc_root_entry;
	struct text rest = text_str(path);
	struct text name;

	while (row && text_until(&rest, '/', &name))
		row = entry_find(row, name, false);
	return row;
}

/* In profile kernel, with --rw. The reasons are in fs/proc/base.c and the files that entry_write names. */
static const struct {
	const char *path;
	unsigned writer;
	int wanted;
} cases[] = {
	/* The kernel asks for nothing but the mode, or for current's capabilities. */
	{ "42/oom_score_adj", NOBODY, 0 },
	{ "42/oom_adj", NOBODY, 0 },
	{ "42/coredump_filter", NOBODY, 0 },
	{ "42/clear_refs", NOBODY, 0 },
	{ "42/autogroup", NOBODY, 0 },
	{ "42/sched", NOBODY, 0 },
	{ "pressure/cpu", NOBODY, 0 },
	/* For those over the task's user namespace: an owner would have them by our standing outside of it. */
	{ "42/timerslack_ns", NOBODY, -EPERM },
	{ "42/timerslack_ns", POLICY_OWN, -EPERM },
	{ "42/timerslack_ns", POLICY_CAPABLE, -EPERM },
	{ "42/timerslack_ns", POLICY_TASK, 0 },
	{ "42/timerslack_ns", POLICY_USERNS, 0 },
	/* For the opener's user namespace. */
	{ "42/uid_map", NOBODY, -EPERM },
	{ "42/uid_map", POLICY_USERNS, 0 },
	{ "42/uid_map", POLICY_CAPABLE, -EPERM },
	{ "42/uid_map", OWN_TASK, -EPERM },
	{ "42/uid_map", POLICY_OWN | POLICY_CAPABLE, -EPERM },
	{ "42/uid_map", OWN_TASK | POLICY_CAPABLE, 0 },
	{ "42/gid_map", NOBODY, -EPERM },
	{ "42/projid_map", NOBODY, -EPERM },
	{ "42/setgroups", NOBODY, -EPERM },
	{ "42/timens_offsets", NOBODY, -EPERM },
	{ "42/timens_offsets", POLICY_USERNS, 0 },
	/* For current: others are told so by the kernel, and we are one of the others. */
	{ "42/comm", HERE, 0 },
	{ "42/comm", HERE | POLICY_OWN, -EROFS },
	{ "42/comm", HERE | POLICY_SERVER, -EROFS },
	{ "42/attr/current", NOBODY, 0 },
	{ "42/attr/current", OWN_TASK, -EROFS },
	{ "42/attr/apparmor/exec", POLICY_SERVER, -EROFS },
	{ "42/loginuid", OWN_TASK, -EROFS },
	/* Which file it is depends on who looks it up. */
	{ "sys/kernel/hostname", NOBODY, -EROFS },
	{ "sys/kernel/hostname", POLICY_USERNS, -EROFS },
	{ "sys/kernel/hostname", HERE, 0 },
	{ "irq/1/smp_affinity", NOBODY, -EROFS },
	{ "irq/1/smp_affinity", HERE, 0 },
	{ "sysrq-trigger", POLICY_USERNS, -EROFS },
	{ "sysrq-trigger", HERE, 0 },
	/* The kernel has no way to write it, and says so. */
	{ "42/status", NOBODY, 0 },
	{ "42/environ", NOBODY, 0 },
	{ "meminfo", NOBODY, 0 },
	/* The opener's right to trace, for which it has to be told whose capabilities count; ours would always do. */
	{ "42/mem", NOBODY, -EROFS },
	{ "42/mem", POLICY_USERNS, 0 },
	{ "42/mem", HERE | OWN_TASK, 0 },
	{ "42/mem", OWN_TASK | POLICY_CAPABLE, -EROFS },
	{ "42/mem", HERE | POLICY_SERVER, -EROFS },
	{ "42/task/42/mem", POLICY_USERNS, 0 },
	/* It has, and what that depends on nobody has made sure of. */
	{ "42/make-it-fail", HERE, -EROFS },
	{ "latency_stats", HERE, -EROFS },
	{ "scsi/scsi", HERE, -EROFS },
	{ "42/net/dev_snmp6/lo", HERE, -EROFS },
	{ "nosuch", HERE, -EROFS },
};

static int ask(const struct view *v, const char *path, unsigned writer)
{
	const struct policy_question q = { .row = find(path),
					   .operation = POLICY_WRITE,
					   .writer = writer };

	return policy_check(v, &q);
}

START_TEST(test_write)
{
	const struct view v = { .writable = true };
	int r = ask(&v, cases[_i].path, cases[_i].writer);

	ck_assert_msg(r == cases[_i].wanted, "%s, writer %#x: %d", cases[_i].path, cases[_i].writer,
		      r);
}
END_TEST

START_TEST(test_read_only)
{
	const struct view v = { .writable = false, .own_writable = true };

	ck_assert_int_eq(ask(&v, cases[_i].path, cases[_i].writer), -EROFS);
	ck_assert_int_eq(ask(&v, cases[_i].path, ~0u), -EROFS);
}
END_TEST

/* Who is sent to the kernel's own file: with --rw; without it, in a view of the command's own. */
static const struct {
	const char *path;
	unsigned writer;
	int rw, own;
} passes[] = {
	{ "42/comm", POLICY_OWN, 0, 0 },
	{ "42/attr/exec", POLICY_OWN, 0, 0 },
	{ "42/loginuid", POLICY_OWN, 0, 0 },
	{ "42/uid_map", POLICY_OWN, 0, 0 },
	{ "42/setgroups", POLICY_OWN, 0, 0 },
	{ "42/timens_offsets", POLICY_OWN, 0, 0 },
	{ "42/timerslack_ns", POLICY_OWN, 0, 0 },
	{ "42/oom_score_adj", POLICY_OWN, -EROFS, 0 }, /* with --rw the server does it */
	{ "42/clear_refs", POLICY_OWN, -EROFS, 0 },
	/* The number of another may become a third's while the client is on its way. */
	{ "42/comm", HERE | POLICY_TASK | POLICY_CAPABLE | POLICY_SERVER, -EROFS, -EROFS },
	{ "42/uid_map", HERE | POLICY_CAPABLE, -EROFS, -EROFS },
	{ "42/oom_score_adj", NOBODY, -EROFS, -EROFS },
	/* Nothing that is not the process's own. */
	{ "42/mem", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "42/status", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "42/net/dev_snmp6/lo", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "sys/kernel/hostname", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "sysrq-trigger", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "pressure/cpu", HERE | OWN_TASK, -EROFS, -EROFS },
	{ "nosuch", HERE | OWN_TASK, -EROFS, -EROFS },
};

START_TEST(test_pass)
{
	const struct policy_question q = { .row = find(passes[_i].path),
					   .operation = POLICY_PASS,
					   .writer = passes[_i].writer };
	const struct view none = { 0 };
	const struct view rw = { .writable = true };
	const struct view own = { .own_writable = true };
	const struct view both = { .writable = true, .own_writable = true };

	ck_assert_int_eq(policy_check(&none, &q), -EROFS);
	ck_assert_int_eq(policy_check(&rw, &q), passes[_i].rw);
	ck_assert_int_eq(policy_check(&own, &q), passes[_i].own);
	ck_assert_int_eq(policy_check(&both, &q), passes[_i].rw);
}
END_TEST

/* What container engines mask, and what they mount read-only. */
START_TEST(test_container)
{
	static const char *const masked[] = { "asound/cards", "acpi/x",	       "kcore",
					      "keys",	      "latency_stats", "timer_list",
					      "timer_stats",  "sched_debug",   "scsi/scsi",
					      "nosuch" };
	static const char *const fixed[] = { "bus/pci/00/00.0", "fs/xfs/stat", "irq/1/smp_affinity",
					     "sys/kernel/hostname", "sysrq-trigger" };
	const struct view container = { .writable = true, .profile = PROFILE_CONTAINER };
	const struct view inside = { .writable = true, .machine_fixed = true };

	for (int i = 0; i < N_OF(masked); i++)
		ck_assert_int_eq(ask(&container, masked[i], ~0u), -ENOENT);
	for (int i = 0; i < N_OF(fixed); i++) {
		ck_assert_int_eq(ask(&container, fixed[i], HERE), -EROFS);
		ck_assert_int_eq(ask(&inside, fixed[i], HERE), -EROFS);
	}
	ck_assert_int_eq(ask(&container, "42/oom_score_adj", NOBODY), 0);
	ck_assert_int_eq(ask(&inside, "42/oom_score_adj", NOBODY), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_write");
	TCase *tc = tcase_create("write");

	tcase_add_loop_test(tc, test_write, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_read_only, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_pass, 0, N_OF(passes));
	tcase_add_test(tc, test_container);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
