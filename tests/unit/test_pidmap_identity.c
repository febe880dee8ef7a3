/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the identity map (pidmap_kernel.h). */

#include <check.h>
#include <errno.h>
#include <fcntl.h>

#include "fd.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "scratch.h"
#include "source.h"
#include "two_containers.h"
#include "unit.h"

/* Ascending by number, not by name: 1 10 100 ... and no thread. */
START_TEST(test_list)
{
	static const pid_t all[] = { 1,	  10,  90,  100, 102, 110, 111, 120,
				     121, 130, 131, 200, 201, 210, 300, 301 };
	struct pidmap_list l = { 0 };
	struct scratch dir;
	struct source s;
	struct pidmap *m;
	size_t i;

	scratch_open(&dir);
	two_containers_record(&dir, true);
	ck_assert_int_eq(source_open_tree(dir.dir, &s, NULL), 0);
	ck_assert_int_eq(pidmap_identity_new(&s, &m), 0);
	ck_assert(m->identity);
	ck_assert_uint_eq(m->level, 0);
	ck_assert_int_eq(pidmap_list(m, &l), 0);
	ck_assert_uint_eq(l.n, N_OF(all));
	for (i = 0; i < l.n; i++) {
		ck_assert_int_eq(l.pairs[i].here, all[i]);
		ck_assert_int_eq(l.pairs[i].there, all[i]);
	}
	pidmap_list_free(&l);
	ck_assert_int_eq(pidmap_to_view(m, 100), 100);
	ck_assert_int_eq(pidmap_to_view(m, 999), 999); /* not asked whether it exists */
	ck_assert_int_eq(pidmap_group_to_view(m, 150), 150);
	ck_assert_int_eq(pidmap_from_view(m, 100), 100);
	ck_assert_int_eq(m->ops->to_view(m, 100), 100);
	pidmap_free(m);
	source_close(&s);
	scratch_close(&dir);
}
END_TEST

/* A descriptor that is no pid namespace's: the kernel does not know the request there. */
START_TEST(test_no_namespace)
{
	struct source s = SOURCE_NULL;
	struct pidmap *m;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pidmap_kernel_new(&s, fd, 1, &m), -EOPNOTSUPP);
	ck_assert_int_eq(pidmap_kernel_new(&s, -1, 1, &m), -EOPNOTSUPP);
	fd_close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pidmap_identity");
	TCase *tc = tcase_create("recorded");

	scratch_fixture(tc);
	tcase_add_test(tc, test_list);
	tcase_add_test(tc, test_no_namespace);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
