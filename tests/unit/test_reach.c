/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* reach.h, with links of our own descriptors. */

#include "reach.h"

#include <stdio.h>

#include "scratch.h"
#include "unit.h"

/* Whether path, from our root, is what our descriptor is. */
static bool reaches(int fd, const char *path)
{
	struct source host = SOURCE_NULL;
	struct reach_link link = { .source = &host, .dirfd = -1 };
	char name[32];
	bool same;

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	snprintf(name, sizeof(name), "%d/fd/%d", getpid(), fd);
	link.path = name;
	same = reach_is_same(&link, &host, getpid(), path);
	source_close(&host);
	return same;
}

/* Names the scratch directory's files from the root on. */
static bool reaches_in(const struct scratch *s, int fd, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	return reaches(fd, path);
}

START_TEST(files)
{
	struct scratch s;
	int fd;

	scratch_open(&s);
	scratch_file(&s, "file", "text");
	scratch_file(&s, "other", "text");
	scratch_link(&s, "link", "file");
	fd = openat(s.fd, "file", O_RDONLY);
	ck_assert_int_ge(fd, 0);
	if (!reaches_in(&s, fd, "file")) {
		/* before Linux 5.12 the answer is always no */
		ck_assert_int_eq(close(fd), 0);
		scratch_close(&s);
		return;
	}
	ck_assert(reaches(s.fd, s.dir));
	ck_assert(!reaches_in(&s, fd, "other"));
	ck_assert(!reaches_in(&s, fd, "none"));
	ck_assert(!reaches_in(&s, fd, "link"));
	ck_assert(!reaches_in(&s, fd, ""));
	/* Another file has the name now. */
	unlinkat(s.fd, "file", 0);
	scratch_file(&s, "file", "text");
	ck_assert(!reaches_in(&s, fd, "file"));
	ck_assert(!reaches_in(&s, fd, "file (deleted)"));
	close(fd);
	scratch_close(&s);
}
END_TEST

/* A magic link in the path is not gone through, though it leads to the object. */
START_TEST(no_magic)
{
	char path[64];
	int fd = open("/", O_RDONLY | O_DIRECTORY);

	ck_assert_int_ge(fd, 0);
	ck_assert(reaches(fd, "/"));
	snprintf(path, sizeof(path), "/proc/%d/root", getpid());
	ck_assert(!reaches(fd, path));
	ck_assert(!reaches(9999, "/"));
	close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reach");
	TCase *tc = tcase_create("reach");

	scratch_fixture(tc);
	tcase_add_test(tc, files);
	tcase_add_test(tc, no_magic);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
