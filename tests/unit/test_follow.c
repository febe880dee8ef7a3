/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Magic links of the view of a recorded tree, for a client whose call is recorded as well. */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "tickets.h"
#include "tree.h"
#include "tree_view.h"
#include "unit.h"

#define CLIENT	     70
#define PATH_ADDRESS 0x1000

static const struct client client = { .tid = CLIENT };

static void record(const struct scratch *s, long number, unsigned first, const char *path)
{
	char line[256];
	int fd;

	snprintf(line, sizeof(line),
		 "%ld %#x 0x%x 0x7ffd00001000 0x1000 0x0 0x0 0x7ffd00000010 "
		 "0x7f0000001000\n",
		 number, first, PATH_ADDRESS);
	scratch_file(s, "70/syscall", line);
	scratch_file(s, "70/mem", "");
	fd = openat(s->fd, "70/mem", O_WRONLY | O_CLOEXEC);
	ck_assert_int_eq(pwrite(fd, path, strlen(path) + 1, PATH_ADDRESS),
			 (ssize_t)strlen(path) + 1);
	close(fd);
}

/* The client waits in the call number, whose second argument is path. */
static void record_call(const struct scratch *s, long number, const char *path)
{
	record(s, number, 0xffffff9c, path);
}

static void record_umount(const struct scratch *s, const char *path)
{
	record(s, SYS_umount2, PATH_ADDRESS, path);
}

static void open_with_portal(struct tree_view *t)
{
	tree_view_open(t);
	t->view.host = &t->source;
	t->view.portal = ".k";
	t->view.members.portal = "view";
}

static void expect_text(const struct tree_view *t, const char *link, const char *wanted)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf out = { 0 };
	struct stat st;

	ck_assert_int_eq(tree_walk(&t->view, &client, text_str(link), &p, &st), 0);
	ck_assert_int_eq(buf_append_str(&out, "before "), 0);
	ck_assert_int_eq(tree_readlink(&t->view, &client, &p, &out), 0);
	ck_assert_int_eq(strncmp(out.data, "before ", 7), 0);
	ck_assert_str_eq(out.data + 7, wanted);
}

static const struct {
	long number;
	const char *path, *link, *text, *plain;
} calls[] = {
	{ SYS_readlinkat, "/proc/2/fd/0", "2/fd/0", "pipe:[5]", "pipe:[5]" },
	{ SYS_readlinkat, "", "2/fd/0", "pipe:[5]", "pipe:[5]" }, /* the link itself is open */
	{ SYS_readlinkat, "fd/1", "2/fd/1", "/etc/hostname", "/etc/hostname" },
	{ SYS_readlinkat, "/proc/2/fd/1/x", "2/fd/1", "../../.k/view/60/fd/1", "/etc/hostname" },
	{ SYS_readlinkat, "/proc/2/fd/0/", "2/fd/0", "../../.k/view/60/fd/0", "pipe:[5]" },
	{ SYS_openat, "/proc/2/fd/0", "2/fd/0", "../../.k/view/60/fd/0", "pipe:[5]" },
	{ SYS_statx, "/proc/2/fd/0", "2/fd/0", "../../.k/view/60/fd/0", "pipe:[5]" },
};

START_TEST(by_call)
{
	struct tree_view t;

	open_with_portal(&t);
	record_call(&t.dir, calls[_i].number, calls[_i].path);
	expect_text(&t, calls[_i].link, calls[_i].text);
	/* Without a portal there is nothing but text. */
	t.view.portal = NULL;
	expect_text(&t, calls[_i].link, calls[_i].plain);
	tree_view_close(&t);
}
END_TEST

/* The client cannot be looked at: relative text is right, a path that leads elsewhere is followed. */
START_TEST(by_guess)
{
	struct tree_view t;

	open_with_portal(&t);
	expect_text(&t, "2/fd/0", "pipe:[5]");
	expect_text(&t, "2/fd/1", "../../.k/view/60/fd/1");
	record_call(&t.dir, SYS_readlinkat, "/proc/2/fd/1");
	expect_text(&t, "2/fd/1", "/etc/hostname");
	t.view.guess_links = true;
	expect_text(&t, "2/fd/1", "../../.k/view/60/fd/1");
	tree_view_close(&t);
}
END_TEST

static int opens(void *context)
{
	int *r = context;

	return *r;
}

/* What cannot be mounted now is not led to. */
START_TEST(portal_on_demand)
{
	struct tree_view t;
	int r = 0;

	open_with_portal(&t);
	t.view.open_portal = opens;
	t.view.portal_context = &r;
	record_call(&t.dir, SYS_openat, "/proc/2/fd/0");
	expect_text(&t, "2/fd/0", "../../.k/view/60/fd/0");
	r = -EBUSY;
	expect_text(&t, "2/fd/0", "pipe:[5]");
	tree_view_close(&t);
}
END_TEST

static int pass(const struct tree_view *t, const struct client *c)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct stat st;

	return tree_walk(&t->view, c, TEXT(".k/view"), &p, &st);
}

/* What shows more than the view is for who was told to go there, once, in the same call. */
START_TEST(gate)
{
	static const struct client other = { .tid = CLIENT + 1 };
	static const struct client nobody = { 0 };
	struct tree_view t;

	open_with_portal(&t);
	ck_assert_int_eq(tickets_new(&t.view.tickets), 0);
	t.view.steward = 50;
	record_call(&t.dir, SYS_openat, "/proc/2/fd/0");
	ck_assert_int_eq(pass(&t, &client), 0); /* the view's own instance */
	/* which can be written to, other than the view */
	t.view.own_writable = true;
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	t.view.writable = true;
	ck_assert_int_eq(pass(&t, &client), 0);
	t.view.own_writable = t.view.writable = false;
	t.view.profile = PROFILE_CONTAINER;
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	ck_assert_int_eq(pass(&t, &(struct client){ .tid = 50 }), 0);
	expect_text(&t, "2/fd/0", "../../.k/view/60/fd/0");
	ck_assert_int_eq(pass(&t, &other), -ENOMEM);
	ck_assert_int_eq(pass(&t, &nobody), -ENOMEM);
	ck_assert_int_eq(pass(&t, &client), 0);
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	/* a ticket of another call */
	expect_text(&t, "2/fd/0", "../../.k/view/60/fd/0");
	record_call(&t.dir, SYS_openat2, "/proc/.k/view/1/environ");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	/* to read a link gives none */
	record_call(&t.dir, SYS_readlinkat, "/proc/2/fd/0");
	expect_text(&t, "2/fd/0", "pipe:[5]");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	tickets_free(t.view.tickets);
	tree_view_close(&t);
}
END_TEST

/* Calls that tell of the mount, and nothing of what is below it. */
START_TEST(gate_for_looks)
{
	struct tree_view t;

	open_with_portal(&t);
	ck_assert_int_eq(tickets_new(&t.view.tickets), 0);
	t.view.profile = PROFILE_CONTAINER;
	record_call(&t.dir, SYS_statx, "/proc/.k/view");
	ck_assert_int_eq(pass(&t, &client), 0);
	record_call(&t.dir, SYS_statx, "/proc/.k/view/1");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	record_call(&t.dir, SYS_statx, "/proc/.k/view/");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	record_call(&t.dir, SYS_openat, "/proc/.k/view");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	/* umount2(2) has the path first; what is mounted further below the client knows from its mountinfo. */
	scratch_file(&t.dir, "70/mountinfo", "31 30 0:5 / /proc/.k/view/keys rw - proc proc rw\n");
	record_umount(&t.dir, "/proc/.k/view/keys");
	ck_assert_int_eq(pass(&t, &client), 0);
	record_umount(&t.dir, "/proc/.k/view/keys/");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	record_umount(&t.dir, "/proc/.k/view/1");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	record_call(&t.dir, SYS_statx, "/proc/.k/view/keys");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	t.view.guess_links = true;
	record_call(&t.dir, SYS_statx, "/proc/.k/view");
	ck_assert_int_eq(pass(&t, &client), -ENOMEM);
	tickets_free(t.view.tickets);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("follow");
	TCase *tc = tcase_create("follow");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, by_call, 0, N_OF(calls));
	tcase_add_test(tc, by_guess);
	tcase_add_test(tc, portal_on_demand);
	tcase_add_test(tc, gate);
	tcase_add_test(tc, gate_for_looks);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
