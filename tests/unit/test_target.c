/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of target.h: what is refused, and how. Finding a target is tests/integration's. */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "source.h"
#include "target.h"
#include "unit.h"

/* Nobody's number: that of a child that has been reaped. */
static pid_t dead_pid(void)
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	return child;
}

static void expect_untouched(const struct target *t, const struct fault *f, int r)
{
	ck_assert_int_eq(f->r, r);
	ck_assert_ptr_nonnull(f->advice);
	ck_assert_int_eq(t->pidns_fd, -1);
	ck_assert_int_eq(t->init_pidfd, -1);
}

START_TEST(test_pid)
{
	struct source host = SOURCE_NULL;
	struct target t = TARGET_NULL;
	struct fault f = { 0 };
	char number[16];
	pid_t dead = dead_pid();

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(target_from_pid(&host, dead, &t, &f), -ESRCH);
	expect_untouched(&t, &f, -ESRCH);
	snprintf(number, sizeof(number), "%d", dead);
	ck_assert_ptr_nonnull(strstr(f.what, number));
	fault_clear(&f);
	ck_assert_int_eq(target_from_pid(&host, getpid(), &t, &f), -EXDEV);
	expect_untouched(&t, &f, -EXDEV);
	target_close(&t);
	source_close(&host);
}
END_TEST

static const struct {
	const char *path;
	int r;
} files[] = {
	{ "/nonexistent/pid", -ENOENT },
	{ "/dev/null", -EINVAL },
	{ "/proc/self/ns/net", -EINVAL }, /* a namespace, but of another kind */
	{ "/proc/self/ns/pid", -EXDEV },  /* our own */
};

START_TEST(test_file)
{
	struct source host = SOURCE_NULL;
	struct target t = TARGET_NULL;
	struct fault f = { 0 };

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(target_from_file(&host, files[_i].path, &t, &f), files[_i].r);
	expect_untouched(&t, &f, files[_i].r);
	ck_assert_ptr_nonnull(strstr(f.what, files[_i].path));
	source_close(&host);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("target");
	TCase *tc = tcase_create("target");

	tcase_add_test(tc, test_pid);
	tcase_add_loop_test(tc, test_file, 0, N_OF(files));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
