/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pid maps on live namespaces, one to three deep: what each process says, the kernel, NSpid lines. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "host_family.h"
#include "nsproc.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "pidmap_nspid.h"
#include "source.h"
#include "target.h"

#define DEPTH	    3
#define STRANGER_ID 65534

struct fixture {
	struct family family;
	struct source host;
	struct target target;
	struct pidmap *kernel, *nspid, *parents; /* by ioctl, by links, by parents only */
};

static void setup(struct fixture *f, int level)
{
	struct fault fault = { 0 };
	struct target *t = &f->target;

	family_start(&f->family, DEPTH, false);
	ck_assert_int_eq(source_open_host(&f->host, &fault), 0);
	ck_assert_msg(target_from_pid(&f->host, family_find(&f->family, level, FAMILY_INIT)->there,
				      t, &fault) == 0,
		      "%s", fault.what);
	ck_assert_uint_eq(t->level, level);
	ck_assert_int_eq(pidmap_kernel_new(&f->host, t->pidns_fd, t->level, &f->kernel), 0);
	ck_assert_int_eq(pidmap_nspid_new(&f->host, t->pidns_inode, t->level, 0, &f->nspid), 0);
	ck_assert_int_eq(pidmap_nspid_new(&f->host, 0, t->level, t->init_pid, &f->parents), 0);
}

static void teardown(struct fixture *f)
{
	pidmap_free(f->kernel);
	pidmap_free(f->nspid);
	pidmap_free(f->parents);
	target_close(&f->target);
	source_close(&f->host);
	family_stop(&f->family);
}

/* There and back by one map. */
static void check_number(const struct pidmap *m, pid_t there, pid_t here)
{
	ck_assert_int_eq(pidmap_to_view(m, there), here);
	if (here > 0)
		ck_assert_int_eq(pidmap_from_view(m, here), there);
}

/* here < 0: not known; then the maps must agree on some number. */
static void check_maps(const struct fixture *f, pid_t there, pid_t here)
{
	if (here < 0)
		here = pidmap_to_view(f->kernel, there);
	check_number(f->kernel, there, here);
	check_number(f->nspid, there, here);
	check_number(f->parents, there, here);
}

/* What is known for certain of a member as seen at this level. */
static pid_t certain(const struct fixture *f, const struct family_member *m, int level)
{
	if (m->level < level)
		return 0;
	if (m->level == level)
		return m->own;
	if (m->level == level + 1 && m->role == FAMILY_INIT)
		return family_find(&f->family, level, FAMILY_NEXT)->number;
	return -1;
}

START_TEST(test_numbers)
{
	struct fixture f;
	int i;

	setup(&f, _i);
	for (i = 0; i < f.family.n; i++) {
		const struct family_member *m = &f.family.member[i];

		if (m->role != FAMILY_THREAD)
			check_maps(&f, m->there, certain(&f, m, _i));
	}
	for (i = 1; i <= DEPTH; i++) {
		const struct family_member *m = family_find(&f.family, i, FAMILY_THREAD);

		check_maps(&f, family_thread(&f.family, i), certain(&f, m, _i));
	}
	check_maps(&f, getpid(), 0);
	check_maps(&f, f.family.holder[0], 0);
	check_maps(&f, 1, 0);
	check_maps(&f, 1 << 22, 0); /* no number of a task: PID_MAX_LIMIT */
	teardown(&f);
}
END_TEST

/* The processes at the level and deeper, each once, and nothing else. */
static void check_list(const struct fixture *f, const struct pidmap *m, int level)
{
	struct pidmap_list l = { 0 };
	size_t n = 0, j;
	int i;

	ck_assert_int_eq(pidmap_list(m, &l), 0);
	for (j = 1; j < l.n; j++)
		ck_assert_int_lt(l.pairs[j - 1].here, l.pairs[j].here);
	for (i = 0; i < f->family.n; i++) {
		const struct family_member *a = &f->family.member[i];

		if (a->level < level || a->role == FAMILY_THREAD || a->role == FAMILY_NEXT)
			continue;
		n++;
		for (j = 0; j < l.n && l.pairs[j].there != a->there; j++)
			;
		ck_assert_msg(j < l.n, "not listed: role %d of level %d", a->role, a->level);
		ck_assert_int_eq(l.pairs[j].here, pidmap_to_view(f->kernel, a->there));
	}
	ck_assert_uint_eq(l.n, n);
	pidmap_list_free(&l);
}

START_TEST(test_list)
{
	struct fixture f;

	setup(&f, _i);
	check_list(&f, f.kernel, _i);
	check_list(&f, f.nspid, _i);
	check_list(&f, f.parents, _i);
	teardown(&f);
}
END_TEST

/* Groups whose leader is gone, known by the columns of who is left. */
START_TEST(test_groups)
{
	struct fixture f;
	int i;

	setup(&f, _i);
	for (i = 1; i <= DEPTH; i++) {
		const struct family_member *m = family_find(&f.family, i, FAMILY_GROUP);
		pid_t there = getpgid(m->there);
		pid_t here = pidmap_group_to_view(f.kernel, there);

		if (i == _i)
			ck_assert_int_eq(here, m->number);
		if (i < _i)
			ck_assert_int_eq(here, 0);
		if (i > _i)
			ck_assert_int_gt(here, 0);
		ck_assert_int_eq(pidmap_to_view(f.kernel, there), 0); /* there is no such task */
		ck_assert_int_eq(pidmap_group_to_view(f.nspid, there), here);
		ck_assert_int_eq(pidmap_group_to_view(f.parents, there), here);
	}
	ck_assert_int_eq(pidmap_group_to_view(f.kernel, getpgrp()), 0);
	ck_assert_int_eq(pidmap_group_to_view(f.nspid, getpgrp()), 0);
	teardown(&f);
}
END_TEST

/* A process from outside: in the namespace, though its parent is not. */
START_TEST(test_entered)
{
	const struct family_member *m;
	struct fixture f;
	int level;

	setup(&f, _i);
	for (level = _i; level <= DEPTH; level++) {
		family_enter(&f.family, level);
		m = family_find(&f.family, level, FAMILY_ENTERED);
		check_number(f.kernel, m->there,
			     level == _i ? m->own : pidmap_to_view(f.kernel, m->there));
		ck_assert_int_gt(pidmap_to_view(f.kernel, m->there), 0);
		check_number(f.nspid, m->there, pidmap_to_view(f.kernel, m->there));
		if (level == _i) /* nothing but its link tells, and that is not to be used */
			ck_assert_int_eq(pidmap_to_view(f.parents, m->there), 0);
	}
	check_list(&f, f.kernel, _i);
	check_list(&f, f.nspid, _i);
	teardown(&f);
}
END_TEST

/* Two families side by side have the same numbers and levels. */
START_TEST(test_neighbours)
{
	struct family other;
	struct fixture f;
	int i;

	setup(&f, _i);
	family_start(&other, DEPTH, false);
	for (i = 0; i < other.n; i++)
		check_maps(&f, other.member[i].there, 0);
	check_list(&f, f.kernel, _i);
	check_list(&f, f.nspid, _i);
	check_list(&f, f.parents, _i);
	family_stop(&other);
	teardown(&f);
}
END_TEST

/* The procfs of level 1 as the source, as it is read by who stands there. */
START_TEST(test_from_level_1)
{
	const struct family_member *next;
	struct target one = TARGET_NULL;
	struct source s;
	struct pidmap *inner;
	struct pidmap_list l = { 0 }, direct = { 0 };
	struct fixture f;
	int fd = -1;
	size_t i;

	setup(&f, 2);
	next = family_find(&f.family, 1, FAMILY_NEXT);
	ck_assert_int_eq(target_from_pid(&f.host, family_find(&f.family, 1, FAMILY_INIT)->there,
					 &one, NULL),
			 0);
	ck_assert_int_eq(nsproc_open(one.pidns_fd, NSPROC_AUTO, &fd, NULL), 0);
	s = source_from_fd(SOURCE_HOST, fd);
	ck_assert_int_eq(pidmap_nspid_new(&s, f.target.pidns_inode, 1, 0, &inner), 0);
	check_number(inner, next->number, 1);
	ck_assert_int_eq(pidmap_list(inner, &l), 0);
	ck_assert_int_eq(pidmap_list(f.kernel, &direct), 0);
	ck_assert_uint_eq(l.n, direct.n);
	for (i = 0; i < l.n; i++)
		ck_assert_int_eq(l.pairs[i].here, direct.pairs[i].here);
	pidmap_list_free(&l);
	pidmap_list_free(&direct);
	pidmap_free(inner);
	source_close(&s);
	target_close(&one);
	teardown(&f);
}
END_TEST

/* Somebody who may read no link of theirs: status lines are for everybody. */
static void as_stranger(const struct fixture *f, int level)
{
	struct source host;
	struct target t;

	if (setgroups(0, NULL) < 0 || setgid(STRANGER_ID) < 0 || setuid(STRANGER_ID) < 0)
		ck_abort_msg("become a stranger");
	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(target_from_pid(&host, family_find(&f->family, level, FAMILY_PLAIN)->there,
					 &t, NULL),
			 0);
	ck_assert_int_eq(t.pidns_fd, -1);
	ck_assert_uint_eq(t.pidns_inode, 0);
	ck_assert_uint_eq(t.level, level);
	ck_assert_int_eq(t.init_pid, family_find(&f->family, level, FAMILY_INIT)->there);
	ck_assert_int_ge(t.init_pidfd, 0);
	check_list(f, f->parents, level);
	target_close(&t);
	source_close(&host);
}

START_TEST(test_stranger)
{
	struct fixture f;
	int status;
	pid_t pid;

	setup(&f, _i);
	pid = fork();
	if (pid == 0) { /* failures of ours are printed by the parent's check of the status */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		as_stranger(&f, _i);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	teardown(&f);
}
END_TEST

static TCase *cases(void)
{
	TCase *tc = tcase_create("live");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_numbers, 1, DEPTH + 1);
	tcase_add_loop_test(tc, test_list, 1, DEPTH + 1);
	tcase_add_loop_test(tc, test_groups, 1, DEPTH + 1);
	tcase_add_loop_test(tc, test_entered, 1, DEPTH + 1);
	tcase_add_loop_test(tc, test_neighbours, 1, DEPTH + 1);
	tcase_add_test(tc, test_from_level_1);
	tcase_add_loop_test(tc, test_stranger, 1, DEPTH + 1);
	return tc;
}

int main(void)
{
	Suite *suite = suite_create("host_pidmap");
	SRunner *runner;
	int n_failed;

	if (geteuid() != 0) {
		puts("skipped: making pid namespaces takes root");
		return 77;
	}
	suite_add_tcase(suite, cases());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
