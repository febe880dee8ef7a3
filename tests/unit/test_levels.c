/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of levels.h. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "levels.h"
#include "source.h"
#include "unit.h"

#define NUMBERS                                              \
	"Tgid:\t4242\nPid:\t4242\nPPid:\t1\nTracerPid:\t0\n" \
	"NStgid:\t4242\t17\t1\nNSpid:\t4242\t17\t1\nNSpgid:\t4242\t17\t1\nNSsid:\t4242\t17\t1\n"

static const struct {
	const char *line; /* without its newline */
	const char *comm;
} names[] = {
	{ "Name:\tsleep", "sleep" },
	{ "Name:\t", "" },
	{ "Name:\t a b ", " a b " },
	{ "Name:\ta\tb", "a\tb" },
	{ "Name:\ta\\nPid:\\t1", "a\nPid:\\t1" }, /* only \n and \\ are escapes */
	{ "Name:\t\\\\n", "\\n" },
	{ "Name:\tx\\", "x\\" }, /* never printed by the kernel */
	{ "Name:\t\xff\x01)", "\xff\x01)" },
	{ "State:\tS", "" },
};

START_TEST(test_names)
{
	char text[512];
	struct levels l;

	snprintf(text, sizeof(text), "%s\n" NUMBERS, names[_i].line);
	levels_parse(text_str(text), &l);
	ck_assert_str_eq(l.comm, names[_i].comm);
	ck_assert_int_eq(levels_at(&l, 2), 1);
}
END_TEST

/* A name of 64 bytes fits, more is cut. */
START_TEST(test_long_name)
{
	char text[256], want[LEVELS_COMM_BYTES + 1];
	struct levels l;

	memset(want, 'k', LEVELS_COMM_BYTES);
	want[LEVELS_COMM_BYTES] = '\0';
	snprintf(text, sizeof(text), "Name:\t%skk\n", want);
	levels_parse(text_str(text), &l);
	ck_assert_str_eq(l.comm, want);
}
END_TEST

START_TEST(test_numbers)
{
	struct levels l;

	levels_parse(TEXT("Name:\tx\n" NUMBERS), &l);
	ck_assert_uint_eq(l.status.n_columns, 3);
	ck_assert_int_eq(levels_at(&l, 0), 4242);
	ck_assert_int_eq(levels_at(&l, 1), 17);
	ck_assert_int_eq(levels_at(&l, 3), 0);
}
END_TEST

/* Linux before 4.1, or garbage: a name all the same. */
START_TEST(test_no_numbers)
{
	struct levels l;

	levels_parse(TEXT("Name:\told\nTgid:\t1\nPid:\t1\nPPid:\t0\n"), &l);
	ck_assert_str_eq(l.comm, "old");
	ck_assert_uint_eq(l.status.n_columns, 0);
	ck_assert_int_eq(levels_at(&l, 0), 0);
	levels_parse(TEXT("Name:\tx\nPid:\t1\nNSpid:\tx\n"), &l);
	ck_assert_uint_eq(l.status.n_columns, 0);
	levels_parse(TEXT(""), &l);
	ck_assert_str_eq(l.comm, "");
}
END_TEST

/* A tree with 4242, whose status is there, and 7, which has none. */
START_TEST(test_read)
{
	char dir[] = "/tmp/nsprocfs-levels-XXXXXX";
	static const char text[] = "Name:\ttree\n" NUMBERS;
	struct source s = SOURCE_NULL;
	struct levels l;
	int dir_fd, fd;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(mkdirat(dir_fd, "4242", 0755), 0);
	ck_assert_int_eq(mkdirat(dir_fd, "7", 0755), 0);
	fd = openat(dir_fd, "4242/status", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	fd_close(fd);
	s = source_from_fd(SOURCE_TREE, dir_fd);

	ck_assert_int_eq(levels_read(&s, 4242, &l), 0);
	ck_assert_str_eq(l.comm, "tree");
	ck_assert_int_eq(levels_at(&l, 1), 17);
	ck_assert_int_eq(levels_read(&s, 7, &l), 0);
	ck_assert_str_eq(l.comm, "");
	ck_assert_uint_eq(l.status.n_columns, 0);
	ck_assert_int_eq(levels_read(&s, 8, &l), -ESRCH);

	unlinkat(dir_fd, "4242/status", 0);
	unlinkat(dir_fd, "4242", AT_REMOVEDIR);
	unlinkat(dir_fd, "7", AT_REMOVEDIR);
	rmdir(dir);
	source_close(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("levels");
	TCase *tcase = tcase_create("levels");

	tcase_add_loop_test(tcase, test_names, 0, N_OF(names));
	tcase_add_test(tcase, test_long_name);
	tcase_add_test(tcase, test_numbers);
	tcase_add_test(tcase, test_no_numbers);
	tcase_add_test(tcase, test_read);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
