/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of tree.h: places in the view of a recorded tree. */

#include <check.h>
#include <errno.h>
#include <unistd.h>

#include "buf.h"
#include "tree.h"
#include "tree_view.h"
#include "unit.h"

static const struct client nobody = { 0 };

static const struct {
	const char *path;
	int r;
	mode_t type;
} walks[] = {
	{ "", 0, S_IFDIR },
	{ ".", 0, S_IFDIR },
	{ "uptime", 0, S_IFREG },
	{ "/uptime", 0, S_IFREG },
	{ "1", 0, S_IFDIR },
	{ "2/status", 0, S_IFREG },
	{ "//2//./status", 0, S_IFREG },
	{ "2/task/2", 0, S_IFDIR },
	{ "2/task/3/status", 0, S_IFREG },
	{ "1/task/3", -ENOENT, 0 },  /* a thread of another process */
	{ "2/task/60", -ENOENT, 0 }, /* its number on the host */
	{ "60", -ENOENT, 0 },	     /* the same */
	{ "70", -ENOENT, 0 },	     /* a process of the host */
	{ "4", -ENOENT, 0 },	     /* nobody */
	{ "02", -ENOENT, 0 },	     /* fs/proc/util.c, name_to_int(): no leading zero */
	{ "0", -ENOENT, 0 },
	{ "4294967298", -ENOENT, 0 }, /* 2^32 + 2 */
	{ "none", -ENOENT, 0 },
	{ "2/none", -ENOENT, 0 },
	{ "2/..", -ENOENT, 0 }, /* the kernel asks no file system for these */
	{ "uptime/x", -ENOTDIR, 0 },
	{ "2/fd/0", 0, S_IFLNK },
	{ "2/fd/0/x", -ELOOP, 0 },
	{ "self", 0, S_IFLNK },
	{ "self/status", -ELOOP, 0 },
};

START_TEST(test_walk)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct stat st = { 0 };
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, text_str(walks[_i].path), &p, &st),
			 walks[_i].r);
	if (walks[_i].r == 0)
		ck_assert_uint_eq(st.st_mode & S_IFMT, walks[_i].type);
	else
		ck_assert_ptr_null(p.path); /* untouched */
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

static int look_up(const struct tree_view *t, const struct place *dir, const char *name,
		   const struct place *known, struct place *ret)
{
	struct stat st;

	return tree_lookup(&t->view, &nobody, dir, text_str(name), known, ret, &st);
}

START_TEST(test_where)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf path = { 0 };
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT("2/task/3/status"), &p, &st), 0);
	ck_assert_int_eq(place_source_path(&p, &path), 0);
	ck_assert_str_eq(path.data, "60/task/61/status");
	ck_assert(p.in_thread);
	ck_assert_uint_eq(p.depth, 4);
	ck_assert(!place_is_dead(&p));
	ck_assert_str_eq(p.row->name, "status");
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

/* What is known is said to hold, until the number is another directory's: a process that came later. */
START_TEST(test_known)
{
	AUTO_PLACE struct place root = PLACE_NULL;
	AUTO_PLACE struct place first = PLACE_NULL;
	AUTO_PLACE struct place second = PLACE_NULL;
	AUTO_PLACE struct place of_first = PLACE_NULL;
	struct scratch_task again = { "60", 60, 60, 50, "60\t2", NULL, NULL, TREE_VIEW_INODE };
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_root(&t.view, &root), 0);
	ck_assert_int_eq(look_up(&t, &root, "2", NULL, &first), 0);
	ck_assert_int_eq(look_up(&t, &root, "2", &first, &second), 1);
	ck_assert_ptr_null(second.path);
	ck_assert_int_eq(look_up(&t, &root, "1", &first, &second), 0); /* another's */
	place_done(&second);
	ck_assert_int_eq(renameat(t.dir.fd, "60", t.dir.fd, "gone"), 0);
	ck_assert_int_eq(look_up(&t, &root, "2", &first, &second), -ENOENT);
	scratch_task(&t.dir, &again);
	ck_assert_int_eq(look_up(&t, &root, "2", &first, &second), 0);
	ck_assert_ptr_ne(second.anchor, first.anchor);
	/* The old place is the old directory still: only that has a descriptor 0. */
	ck_assert_int_eq(look_up(&t, &second, "fd", NULL, &of_first), -ENOENT);
	ck_assert_int_eq(look_up(&t, &first, "fd", NULL, &of_first), 0);
	place_done(&root);
	place_done(&first);
	place_done(&second);
	place_done(&of_first);
	tree_view_close(&t);
}
END_TEST

static const struct {
	const char *path;
	pid_t client; /* number on the host */
	int r;
	const char *text;
} links[] = {
	{ "2/fd/0", 0, 0, "pipe:[5]" },
	{ "2/fd/1", 0, 0, "/etc/hostname" },
	{ "uptime", 0, -EINVAL, "" },
	{ "2", 0, -EINVAL, "" },
	{ "self", 61, 0, "2" },
	{ "thread-self", 61, 0, "2/task/3" },
	{ "self", 50, 0, "1" },
	{ "thread-self", 50, 0, "1/task/1" },
	{ "self", 70, -ENOENT, "" }, /* not in the view */
	{ "self", 0, -ENOENT, "" },  /* a client that has no number here */
	{ "thread-self", 4000, -ENOENT, "" },
};

static int take_nothing(void *context, const struct client *c, unsigned facts,
			struct resources *ret)
{
	(void)context;
	(void)c;
	(void)facts;
	(void)ret;
	return 0;
}

/* What the kernel need not ask for again is neither of a process nor of a client, and in no tree. */
START_TEST(test_stays)
{
	static const struct {
		const char *path;
		bool stays;
	} cases[] = {
		{ "uptime", true },
		{ "stat", true },
		{ "locks", false },
		{ "self", false },
		{ "2", false },
		{ "2/status", false },
		{ "no-row-for-this", false },
	};
	AUTO_PLACE struct place p = PLACE_NULL;
	struct tree_view t;
	struct stat st;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, text_str(cases[_i].path), &p, &st), 0);
	t.view.take_resources = take_nothing;
	ck_assert(!tree_stays(&t.view, &p));
	t.source.kind = SOURCE_HOST;
	ck_assert_msg(tree_stays(&t.view, &p) == cases[_i].stays, "%s", cases[_i].path);
	t.view.take_resources = NULL;
	ck_assert(!tree_stays(&t.view, &p));
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

START_TEST(test_readlink)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf out = { 0 };
	/* procfs has every thread at its root as well, where the client is looked up. */
	struct scratch_task thread = {
		"61", 60, 61, 50, "61\t3", "60\t2", "60\t2", TREE_VIEW_INODE
	};
	struct client c = { .tid = links[_i].client };
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	scratch_task(&t.dir, &thread);
	t.view.host = &t.source;
	t.view.clients = t.pids;
	ck_assert_int_eq(tree_walk(&t.view, &c, text_str(links[_i].path), &p, &st), 0);
	ck_assert_int_eq(tree_readlink(&t.view, &c, &p, &out), links[_i].r);
	ck_assert(text_equal(buf_text(&out), text_str(links[_i].text)));
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

/* Views are read-only; for the rest the source's modes decide. */
START_TEST(test_access)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT("uptime"), &p, &st), 0);
	ck_assert_int_eq(tree_access(&t.view, &nobody, &p, R_OK), 0);
	ck_assert_int_eq(tree_access(&t.view, &nobody, &p, W_OK), -EROFS);
	ck_assert_int_eq(tree_access(&t.view, &nobody, &p, X_OK), -EACCES);
	place_done(&p);
	tree_view_close(&t);
}
END_TEST

/* A name that the table does not know: shown, or hidden in the profile for containers. */
START_TEST(test_profile)
{
	AUTO_PLACE struct place root = PLACE_NULL;
	AUTO_PLACE struct place p = PLACE_NULL;
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_root(&t.view, &root), 0);
	ck_assert_int_eq(look_up(&t, &root, "no-row-for-this", NULL, &p), 0);
	ck_assert_ptr_null(p.row);
	ck_assert_int_eq(tree_stat(&t.view, &nobody, &p, &st), 0);
	t.view.profile = PROFILE_CONTAINER;
	ck_assert_int_eq(tree_stat(&t.view, &nobody, &p, &st), -ENOENT);
	place_done(&p);
	ck_assert_int_eq(look_up(&t, &root, "no-row-for-this", NULL, &p), -ENOENT);
	ck_assert_int_eq(look_up(&t, &root, "uptime", NULL, &p), 0);
	place_done(&p);
	place_done(&root);
	tree_view_close(&t);
}
END_TEST

/* What a link's text names is found beside the link, if there is a portal to lead to it. */
START_TEST(test_portal)
{
	AUTO_PLACE struct place fd = PLACE_NULL;
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf out = { 0 };
	struct stat st;
	struct tree_view t;

	tree_view_open(&t);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT("2/fd"), &fd, &st), 0);
	ck_assert_int_eq(look_up(&t, &fd, "pipe:[5]", NULL, &p), -ENOENT);
	t.view.portal = ".k";
	t.view.members.portal = "host";
	ck_assert_int_eq(look_up(&t, &fd, "pipe:[6]", NULL, &p), -ENOENT);
	ck_assert_int_eq(look_up(&t, &fd, "pipe:[5]", NULL, &p), 0);
	ck_assert_int_eq(tree_readlink(&t.view, &nobody, &p, &out), 0);
	ck_assert_str_eq(out.data, "../../.k/host/60/fd/0");
	place_done(&p);
	place_done(&fd);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT(".k/host"), &p, &st), 0);
	ck_assert(S_ISDIR(st.st_mode));
	place_done(&p);
	ck_assert_int_eq(tree_walk(&t.view, &nobody, TEXT(".k/other"), &p, &st), -ENOENT);
	tree_view_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tree");
	TCase *tc = tcase_create("tree");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_walk, 0, N_OF(walks));
	tcase_add_test(tc, test_where);
	tcase_add_test(tc, test_known);
	tcase_add_loop_test(tc, test_stays, 0, 7);
	tcase_add_loop_test(tc, test_readlink, 0, N_OF(links));
	tcase_add_test(tc, test_access);
	tcase_add_test(tc, test_profile);
	tcase_add_test(tc, test_portal);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
