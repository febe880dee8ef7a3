/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of content.h: files of the container's control group in the place of the source's. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>

#include "content.h"
#include "resources.h"
#include "tree_view.h"
#include "unit.h"

static const struct client nobody = { 0 };

static void walk(const struct tree_view *t, const char *path, struct place *ret)
{
	struct stat st;

	ck_assert_int_eq(tree_walk(&t->view, &nobody, text_str(path), ret, &st), 0);
}

/* What a read from the beginning gives is these bytes. */
static void expect_text(struct reading *r, const char *wanted)
{
	char data[100];

	ck_assert_int_eq(reading_read(r, &nobody, data, sizeof(data), 0), (ssize_t)strlen(wanted));
	ck_assert_mem_eq(data, wanted, strlen(wanted));
}

/* The container's control group, as far as a view sees it. */
struct fake_group {
	int dirfd;
	int r; /* what opening a file says, if it is not 0 */
	int n_opened;
	int flags;
};

static int open_in_group(void *context, const struct client *c, const char *name, int flags)
{
	struct fake_group *g = context;
	int fd;

	(void)c;
	g->n_opened++;
	g->flags = flags;
	if (g->r < 0)
		return g->r;
	fd = openat(g->dirfd, name, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int take_nothing(void *context, const struct client *client, unsigned facts,
			struct resources *ret)
{
	(void)context;
	(void)client;
	(void)facts;
	(void)ret;
	return -EIO;
}

static const struct {
	const char *what;
	unsigned files; /* of the view */
	int r;		/* of the group */
	const char *wanted;
	int wanted_r; /* of open, if there is nothing to read */
	int n_opened;
} instead_cases[] = {
	{ "the container's", RESOURCE_PRESSURE, 0, "some group\n", 0, 1 },
	{ "switched off", RESOURCE_PRESSURE - 1, 0, "some machine\n", 0, 0 },
	{ "the container is the machine", RESOURCE_PRESSURE, -ENODATA, "some machine\n", 0, 1 },
	{ "no such file", RESOURCE_PRESSURE, -EOPNOTSUPP, NULL, -EOPNOTSUPP, 1 },
	{ "the group has gone", RESOURCE_PRESSURE, -ENODEV, NULL, -ENODEV, 1 },
};

/* Never the machine's file because the group's could not be opened. */
START_TEST(test_instead)
{
	struct fake_group group = { .r = instead_cases[_i].r };
	AUTO_PLACE struct place p = PLACE_NULL;
	struct reading *r = NULL;
	struct tree_view t;
	int e;

	tree_view_open(&t);
	scratch_file(&t.dir, "pressure/cpu", "some machine\n");
	scratch_file(&t.dir, "cpu.pressure", "some group\n");
	group.dirfd = t.dir.fd;
	t.view.take_resources = take_nothing;
	t.view.open_group_file = open_in_group;
	t.view.resources_context = &group;
	t.view.resource_files = instead_cases[_i].files;
	walk(&t, "pressure/cpu", &p);
	e = reading_open(&t.view, &nobody, &p, O_RDONLY, &r);
	ck_assert_int_eq(e, instead_cases[_i].wanted_r);
	ck_assert_int_eq(group.n_opened, instead_cases[_i].n_opened);
	if (e == 0)
		expect_text(r, instead_cases[_i].wanted);
	reading_free(r);
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

/* What is set, is set there. */
START_TEST(test_instead_write)
{
	struct fake_group group = { 0 };
	AUTO_PLACE struct place p = PLACE_NULL;
	struct reading *r = NULL;
	struct tree_view t;

	tree_view_open(&t);
	scratch_file(&t.dir, "pressure/cpu", "some machine\n");
	scratch_file(&t.dir, "cpu.pressure", "some group\n");
	group.dirfd = t.dir.fd;
	t.view.take_resources = take_nothing;
	t.view.open_group_file = open_in_group;
	t.view.resources_context = &group;
	t.view.resource_files = RESOURCE_PRESSURE;
	walk(&t, "pressure/cpu", &p);
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_RDWR, &r), -EROFS);
	ck_assert_int_eq(group.n_opened, 0);
	t.view.writable = true;
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_RDWR, &r), 0);
	ck_assert_int_eq(group.flags, O_RDWR);
	ck_assert_int_eq(reading_write(r, &nobody, "full", 4, 0), 4);
	expect_text(r, "full group\n");
	reading_free(r);
	t.view.resource_files = 0;
	ck_assert_int_eq(reading_open(&t.view, &nobody, &p, O_RDONLY, &r), 0);
	expect_text(r, "some machine\n");
	reading_free(r);
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("content_group");
	TCase *tc = tcase_create("content_group");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_instead, 0, N_OF(instead_cases));
	tcase_add_test(tc, test_instead_write);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
