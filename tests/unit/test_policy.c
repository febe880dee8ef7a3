/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of policy.h. */

#include <check.h>
#include <errno.h>

#include "entry.h"
#include "policy.h"
#include "unit.h"

static const struct entry share = { .name = "s", .kind = ENTRY_FILE, .concern = CONCERN_SHARE };
static const struct entry task = { .name = "t", .kind = ENTRY_FILE, .concern = CONCERN_TASK };
static const struct entry owner = { .name = "o", .kind = ENTRY_FILE, .concern = CONCERN_OWNER };
static const struct entry host = { .name = "h", .kind = ENTRY_FILE, .concern = CONCERN_HOST };
static const struct entry tune = { .name = "u", .kind = ENTRY_FILE, .concern = CONCERN_TUNE };

static const struct {
	enum profile profile;
	const struct entry *row;
	bool hidden;
} cases[] = {
	{ PROFILE_KERNEL, &share, false },    { PROFILE_KERNEL, &task, false },
	{ PROFILE_KERNEL, &owner, false },    { PROFILE_KERNEL, &host, false },
	{ PROFILE_KERNEL, &tune, false },     { PROFILE_KERNEL, NULL, false },
	{ PROFILE_CONTAINER, &share, false }, { PROFILE_CONTAINER, &task, false },
	{ PROFILE_CONTAINER, &owner, false }, { PROFILE_CONTAINER, &tune, false },
	{ PROFILE_CONTAINER, &host, true },   { PROFILE_CONTAINER, NULL, true },
};

/* Hidden is hidden from every operation, also from writes, which would tell that it is there. */
START_TEST(test_cases)
{
	struct view v = { .profile = cases[_i].profile };
	struct client c = { 0 };
	struct policy_question q = { .client = &c, .row = cases[_i].row };
	bool hidden = cases[_i].hidden;

	q.operation = POLICY_SEE;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : 0);
	q.operation = POLICY_READ;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : 0);
	q.operation = POLICY_WRITE;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : -EROFS);
	ck_assert_int_eq(policy_reason(&v, q.row, false) != NULL, hidden);
}
END_TEST

/* A strict realm is as in profile "container", and nothing in it is written to. */
START_TEST(test_strict)
{
	struct view v = { .profile = cases[_i].profile, .writable = true };
	struct client c = { 0 };
	bool hidden = !cases[_i].row || cases[_i].row == &host;
	struct policy_question q = { .client = &c, .row = cases[_i].row, .strict = true };

	q.operation = POLICY_SEE;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : 0);
	q.operation = POLICY_READ;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : 0);
	q.operation = POLICY_WRITE;
	q.writer = ~0U;
	ck_assert_int_eq(policy_check(&v, &q), hidden ? -ENOENT : -EROFS);
}
END_TEST

/* Only who could have mounted the view himself: never by what a container's root is. */
static const struct {
	struct policy_controller q;
	int r;
} controllers[] = {
	{ { 0 }, -ENOTTY },
	{ { .same_userns = true }, -ENOTTY },
	{ { .same_userns = true, .admin = true, .server_is_anybody = true }, 0 },
	{ { .same_userns = true, .same_user = true, .server_is_anybody = true }, -ENOTTY },
	{ { .same_userns = true, .same_user = true }, 0 },
	{ { .same_userns = true, .admin = true }, 0 },
	{ { .same_user = true, .admin = true }, -ENOTTY },
	{ { .same_user = true, .admin = true, .server_is_anybody = true }, -ENOTTY },
};

START_TEST(test_controllers)
{
	ck_assert_int_eq(policy_check_control(&controllers[_i].q), controllers[_i].r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tc = tcase_create("policy");

	tcase_add_loop_test(tc, test_cases, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_strict, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_controllers, 0, N_OF(controllers));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
