/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of policy.h and hiding.h: every answer is written down by hand from fs/proc. */

#include <check.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "entry.h"
#include "hiding.h"
#include "policy.h"
#include "unit.h"

/* fs/proc/base.c: has_pid_permissions(), and what each of its callers says to a "no". */
static const struct {
	enum hidepid hidepid;
	bool exempt;
	bool may_trace;
	int see;   /* pid_getattr(), proc_pid_readdir(), and for 4 proc_pid_lookup() */
	int enter; /* proc_pid_permission() */
} tasks[] = {
	{ HIDEPID_OFF, false, false, 0, 0 },
	{ HIDEPID_OFF, false, true, 0, 0 },
	{ HIDEPID_OFF, true, false, 0, 0 },
	{ HIDEPID_OFF, true, true, 0, 0 },
	{ HIDEPID_NO_ACCESS, false, false, 0, -EPERM },
	{ HIDEPID_NO_ACCESS, false, true, 0, 0 },
	{ HIDEPID_NO_ACCESS, true, false, 0, 0 },
	{ HIDEPID_NO_ACCESS, true, true, 0, 0 },
	{ HIDEPID_INVISIBLE, false, false, -ENOENT, -ENOENT },
	{ HIDEPID_INVISIBLE, false, true, 0, 0 },
	{ HIDEPID_INVISIBLE, true, false, 0, 0 },
	{ HIDEPID_INVISIBLE, true, true, 0, 0 },
	{ HIDEPID_PTRACEABLE, false, false, -ENOENT, -EPERM },
	{ HIDEPID_PTRACEABLE, false, true, 0, 0 },
	{ HIDEPID_PTRACEABLE, true, false, -ENOENT, -EPERM },
	{ HIDEPID_PTRACEABLE, true, true, 0, 0 },
};

START_TEST(test_tasks)
{
	struct hiding h = { .hidepid = tasks[_i].hidepid };
	struct policy_task t = { tasks[_i].exempt, tasks[_i].may_trace };

	ck_assert_int_eq(policy_check_task(&h, &t, POLICY_SEE), tasks[_i].see);
	ck_assert_int_eq(policy_check_task(&h, &t, POLICY_SEARCH), tasks[_i].enter);
	ck_assert_int_eq(policy_check_task(&h, &t, POLICY_READ), tasks[_i].enter);
	ck_assert_int_eq(policy_check_task(&h, &t, POLICY_WRITE), tasks[_i].enter);
}
END_TEST

/* Names of the root: which of them are there, by profile and subset. */
static const struct {
	const char *name;
	int kernel, container, subset, both;
} names[] = {
	{ "self", 0, 0, 0, 0 },
	{ "thread-self", 0, 0, 0, 0 },
	{ "1", 0, 0, 0, 0 },
	{ "4194304", 0, 0, 0, 0 },
	{ "uptime", 0, 0, -ENOENT, -ENOENT },
	{ "sys", 0, 0, -ENOENT, -ENOENT },
	{ "net", 0, 0, -ENOENT, -ENOENT },
	{ "mounts", 0, 0, -ENOENT, -ENOENT },
	{ "kcore", 0, -ENOENT, -ENOENT, -ENOENT },
	{ "invented", 0, -ENOENT, -ENOENT, -ENOENT },
};

static int ask(const struct entry *row, enum profile profile, bool subset, bool top)
{
	struct view v = { .profile = profile, .hiding = { .only_processes = subset } };
	struct client c = { 0 };
	struct policy_question q = {
		.client = &c, .row = row, .top = top, .operation = POLICY_SEE
	};
	int r = policy_check(&v, &q);

	/* What is hidden has a reason, and nothing else has. */
	ck_assert_int_eq(policy_reason(&v, row, top) != NULL, r == -ENOENT);
	q.operation = POLICY_SEARCH;
	ck_assert_int_eq(policy_check(&v, &q), r);
	q.operation = POLICY_READ;
	ck_assert_int_eq(policy_check(&v, &q), r);
	q.operation = POLICY_WRITE;
	ck_assert_int_eq(policy_check(&v, &q), r < 0 ? r : -EROFS);
	return r;
}

START_TEST(test_names)
{
	const struct entry *row = entry_find(&proc_root_entry, text_str(names[_i].name), false);

	ck_assert_int_eq(ask(row, PROFILE_KERNEL, false, true), names[_i].kernel);
	ck_assert_int_eq(ask(row, PROFILE_CONTAINER, false, true), names[_i].container);
	ck_assert_int_eq(ask(row, PROFILE_KERNEL, true, true), names[_i].subset);
	ck_assert_int_eq(ask(row, PROFILE_CONTAINER, true, true), names[_i].both);
	/* Below a process subset=pid takes nothing away. */
	ck_assert_int_eq(ask(row, PROFILE_KERNEL, true, false), 0);
}
END_TEST

START_TEST(test_wants_groups)
{
	static const struct {
		enum hidepid hidepid;
		bool exempts;
		bool wants;
	} rows[] = {
		{ HIDEPID_OFF, true, false },	     { HIDEPID_NO_ACCESS, true, true },
		{ HIDEPID_NO_ACCESS, false, false }, { HIDEPID_INVISIBLE, true, true },
		{ HIDEPID_INVISIBLE, false, false }, { HIDEPID_PTRACEABLE, true, false },
	};
	size_t i;

	for (i = 0; i < (size_t)N_OF(rows); i++) {
		struct hiding h = { .hidepid = rows[i].hidepid, .exempts = rows[i].exempts };

		ck_assert_int_eq(hiding_wants_groups(&h), rows[i].wants);
		ck_assert_int_eq(hiding_exempts(&h, 0), rows[i].wants);
		h.gid = 12345678;
		ck_assert(!hiding_exempts(&h, 0));
		ck_assert_int_eq(hiding_exempts(&h, 12345678), rows[i].wants);
	}
}
END_TEST

/* A group that only the process's own list tells. */
START_TEST(test_supplementary)
{
	gid_t groups[1024];
	int n = getgroups(N_OF(groups), groups);
	struct hiding h = { .hidepid = HIDEPID_INVISIBLE, .exempts = true };

	if (n <= 0)
		return;
	h.gid = groups[n - 1];
	ck_assert(hiding_exempts(&h, h.gid + 1));
	h.hidepid = HIDEPID_PTRACEABLE;
	ck_assert(!hiding_exempts(&h, h.gid));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_hiding");
	TCase *tcase = tcase_create("policy_hiding");

	tcase_add_loop_test(tcase, test_tasks, 0, N_OF(tasks));
	tcase_add_loop_test(tcase, test_names, 0, N_OF(names));
	tcase_add_test(tcase, test_wants_groups);
	tcase_add_test(tcase, test_supplementary);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
