/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of dirents.h. */

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"
#include "scratch.h"
#include "unit.h"

struct seen {
	unsigned n;
	unsigned max;	/* stop after so many; 0: never */
	unsigned links; /* of type DT_LNK */
	bool dots;
};

static bool see(void *context, const struct dirents_entry *e)
{
	struct seen *s = context;

	s->dots = s->dots || strcmp(e->name, ".") == 0 || strcmp(e->name, "..") == 0;
	s->links += e->type == DT_LNK;
	ck_assert_uint_ne(e->inode, 0);
	return ++s->n != s->max;
}

/* More names than one chunk of getdents64(2) holds. */
START_TEST(test_all)
{
	struct scratch dir = { .fd = -1 };
	struct seen s = { 0 };
	char name[32];
	int i;

	scratch_open(&dir);
	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "a-name-of-some-length-%d", i);
		scratch_file(&dir, name, "");
	}
	scratch_link(&dir, "link", "x");
	ck_assert_int_eq(dirents_each(dir.fd, see, &s), 0);
	ck_assert_uint_eq(s.n, 2001);
	ck_assert_uint_eq(s.links, 1);
	ck_assert(!s.dots);
	s = (struct seen){ .max = 3 };
	ck_assert_int_eq(dirents_each(dir.fd, see, &s), 0); /* from the start again */
	ck_assert_uint_eq(s.n, 3);
	scratch_close(&dir);
}
END_TEST

START_TEST(test_errors)
{
	AUTO_FD int path = open("/", O_PATH | O_CLOEXEC);
	AUTO_FD int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct seen s = { 0 };

	ck_assert_int_eq(dirents_each(-1, see, &s), -EBADF);
	ck_assert_int_eq(dirents_each(path, see, &s), -EBADF);
	ck_assert_int_eq(dirents_each(file, see, &s), -ENOTDIR);
	ck_assert_uint_eq(s.n, 0);
}
END_TEST

/* The error readdir(3) hides: the directory of a task that has died. */
START_TEST(test_dead)
{
	char path[64];
	struct seen s = { 0 };
	pid_t child = fork();
	int fd;

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d/task", child);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dirents_each(fd, see, &s), -ENOENT);
	fd_close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dirents");
	TCase *tc = tcase_create("dirents");

	scratch_fixture(tc);
	tcase_add_test(tc, test_all);
	tcase_add_test(tc, test_errors);
	tcase_add_test(tc, test_dead);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
