/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of views.h: namespaces that are only numbers, whose deaths are pipes that become readable. */

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "entry.h"
#include "unit.h"
#include "view.h"
#include "views.h"

#define OWN	1 /* the inode of the mounter's namespace */
#define UNKNOWN 2 /* cannot be told */
#define BROKEN	3 /* no view can be made */
#define N_FAKES 16

/* A client's tid stands for the inode of its namespace. */
struct fakes {
	struct views *views;
	struct view base, outside;
	struct view *made[N_FAKES]; /* by inode; NULL: closed */
	int pipes[N_FAKES][2];
	int n_open;
};

static struct fakes *current; /* of the test case; each is a process of its own */

static int identify(void *context, const struct client *c, struct views_key *ret)
{
	(void)context;
	if (c->tid == UNKNOWN)
		return -EACCES;
	*ret = (struct views_key){ .dev = 4, .inode = (ino_t)c->tid };
	return c->tid == OWN;
}

static int open_fake(void *context, const struct client *c, struct view **ret, int *ret_death_fd)
{
	struct fakes *f = context;

	if (c->tid == BROKEN)
		return -EPERM;
	ck_assert_ptr_null(f->made[c->tid]);
	f->made[c->tid] = calloc(1, sizeof(struct view));
	f->made[c->tid]->root = &proc_root_entry;
	ck_assert_int_eq(pipe(f->pipes[c->tid]), 0);
	f->n_open++;
	*ret = f->made[c->tid];
	*ret_death_fd = f->pipes[c->tid][0];
	return 0;
}

static void close_fake(struct view *v)
{
	int i;

	for (i = 0; i < N_FAKES; i++) {
		if (current->made[i] != v)
			continue;
		current->made[i] = NULL;
		close(current->pipes[i][0]);
		close(current->pipes[i][1]);
	}
	current->n_open--;
	free(v);
}

static void setup(struct fakes *f, size_t max)
{
	static const struct views_ops ops = { .identify = identify,
					      .open = open_fake,
					      .close = close_fake };
	struct views_following following = {
		.ops = &ops, .context = f, .base = &f->base, .outside = &f->outside, .max = max
	};

	*f = (struct fakes){ .base.root = &proc_root_entry, .outside.root = &proc_root_entry };
	current = f;
	ck_assert_int_eq(views_new_following(&following, &f->views), 0);
}

static struct served *of(struct fakes *f, pid_t tid)
{
	struct client c = { .tid = tid };
	struct served *s = views_of(f->views, &c);

	ck_assert_ptr_nonnull(s);
	ck_assert_ptr_nonnull(s->root.path);
	return s;
}

static void die(struct fakes *f, pid_t tid)
{
	ck_assert_int_eq(write(f->pipes[tid][1], "", 1), 1);
}

static bool has_work(struct fakes *f)
{
	struct pollfd fd = { .fd = views_watch_fd(f->views), .events = POLLIN };

	return poll(&fd, 1, 0) == 1;
}

START_TEST(test_whose)
{
	struct fakes f;
	struct served *a, *again, *b, *s;

	setup(&f, 10);
	ck_assert_ptr_eq(views_base(f.views), &f.base);
	s = of(&f, OWN);
	ck_assert_ptr_eq(s->view, &f.base);
	served_release(s);
	s = of(&f, 0); /* no number in the mounter's namespace */
	ck_assert_ptr_eq(s->view, &f.outside);
	served_release(s);
	s = of(&f, UNKNOWN);
	ck_assert_ptr_eq(s->view, &f.outside);
	served_release(s);
	s = of(&f, BROKEN);
	ck_assert_ptr_eq(s->view, &f.outside);
	served_release(s);
	ck_assert_uint_eq(views_size(f.views), 0);
	a = of(&f, 5);
	b = of(&f, 6);
	again = of(&f, 5);
	ck_assert_ptr_eq(a, again);
	ck_assert_ptr_ne(a, b);
	ck_assert_ptr_eq(a->view, f.made[5]);
	ck_assert_ptr_eq(b->view, f.made[6]);
	ck_assert_uint_eq(views_size(f.views), 2);
	served_release(a);
	served_release(again);
	served_release(b);
	ck_assert_int_eq(f.n_open, 2); /* kept */
	views_free(f.views);
	ck_assert_int_eq(f.n_open, 0);
}
END_TEST

/* A dead namespace's view stays for who holds it; its number may be another's at once. */
START_TEST(test_death)
{
	struct fakes f;
	struct served *a, *b;

	setup(&f, 10);
	a = of(&f, 5);
	served_release(of(&f, 6));
	ck_assert(!has_work(&f));
	die(&f, 5);
	die(&f, 6);
	ck_assert(has_work(&f));
	ck_assert(!served_is_gone(a));
	views_reap(f.views);
	ck_assert(!has_work(&f));
	ck_assert_uint_eq(views_size(f.views), 0);
	ck_assert(served_is_gone(a));
	ck_assert_ptr_nonnull(f.made[5]);
	ck_assert_ptr_null(f.made[6]);
	b = of(&f, 6);
	ck_assert(!served_is_gone(b));
	served_hold(a);
	served_release(a);
	ck_assert_ptr_nonnull(f.made[5]);
	served_release(a);
	ck_assert_ptr_null(f.made[5]);
	served_release(b);
	views_free(f.views);
	ck_assert_int_eq(f.n_open, 0);
}
END_TEST

START_TEST(test_room)
{
	struct fakes f;
	struct served *five;

	setup(&f, 2);
	five = of(&f, 5);
	served_release(of(&f, 6));
	served_release(of(&f, 5)); /* so 6 is the one least used */
	served_release(of(&f, 7));
	ck_assert_uint_eq(views_size(f.views), 2);
	ck_assert_ptr_null(f.made[6]);
	ck_assert(!served_is_gone(five));
	ck_assert(has_work(&f)); /* what hangs on it is to be forgotten */
	views_reap(f.views);
	ck_assert(!has_work(&f));
	ck_assert_uint_eq(views_size(f.views), 2);
	served_release(of(&f, 8));
	ck_assert(served_is_gone(five) || f.made[7] == NULL);
	served_release(five);
	views_free(f.views);
	ck_assert_int_eq(f.n_open, 0);
}
END_TEST

START_TEST(test_single)
{
	struct view v = { .root = &proc_root_entry };
	struct client c = { .tid = 5 };
	struct views *views;
	struct served *s;

	ck_assert_int_eq(views_new(&v, &views), 0);
	s = views_of(views, &c);
	ck_assert_ptr_eq(s->view, &v);
	ck_assert(!served_is_gone(s));
	ck_assert(!served_is_gone(NULL));
	served_release(s);
	served_release(NULL);
	ck_assert_ptr_null(served_hold(NULL));
	ck_assert_int_eq(views_watch_fd(views), -1);
	views_reap(views);
	views_free(views);
	views_free(NULL);
}
END_TEST

static const struct {
	const char *name;
	bool common;
} names[] = {
	{ "1", false },	     { "4711", false },	      { "locks", false },  { "sysvipc", true },
	{ "self", true },    { "thread-self", true }, { "uptime", true },  { "sys", true },
	{ "fs", true },	     { "net", true },	      { "loadavg", true }, { ".k", true },
	{ "no-such", true },
};

START_TEST(test_common)
{
	struct view v = { .root = &proc_root_entry };

	ck_assert_msg(tree_is_common(&v, text_str(names[_i].name)) == names[_i].common, "%s",
		      names[_i].name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("views");
	TCase *t = tcase_create("views");

	tcase_add_test(t, test_whose);
	tcase_add_test(t, test_death);
	tcase_add_test(t, test_room);
	tcase_add_test(t, test_single);
	tcase_add_loop_test(t, test_common, 0, N_OF(names));
	suite_add_tcase(suite, t);
	return unit_run(suite);
}
