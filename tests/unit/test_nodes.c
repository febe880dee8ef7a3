/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of nodes.h, and with it of src/fuse/node_index.h. */

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "nodes.h"
#include "tree_view.h"
#include "unit.h"
#include "views.h"

#define ROOT 1 /* FUSE_ROOT_ID */

static const struct client nobody = { 0 };

struct table {
	struct tree_view t;
	struct nodes *nodes;
};

static void open_table(struct table *f)
{
	struct place root;

	tree_view_open(&f->t);
	ck_assert_int_eq(tree_root(&f->t.view, &root), 0);
	ck_assert_int_eq(nodes_new(&root, &f->nodes), 0);
	ck_assert_ptr_null(root.path); /* consumed */
}

static void close_table(struct table *f)
{
	nodes_free(f->nodes);
	tree_view_close(&f->t);
}

/* Enters what is found at path under name in the root, held. */
static struct node *enter(struct table *f, const char *name, const char *path)
{
	struct place p = PLACE_NULL;
	struct node *node;
	struct stat st;

	ck_assert_int_eq(tree_walk(&f->t.view, &nobody, text_str(path), &p, &st), 0);
	node = nodes_enter(f->nodes, ROOT, name, NULL, &p);
	ck_assert_ptr_nonnull(node);
	ck_assert_ptr_null(p.path);
	return node;
}

START_TEST(test_lives)
{
	struct table f;
	struct node *node, *same;
	uint64_t number;

	open_table(&f);
	ck_assert_uint_eq(nodes_size(f.nodes), 1);
	node = enter(&f, "uptime", "uptime");
	number = node_number(node);
	ck_assert_uint_gt(number, ROOT);
	ck_assert_uint_eq(node_parent(node), ROOT);
	ck_assert_str_eq(node_name(node), "uptime");
	ck_assert_str_eq(node_place(node)->path, "uptime");
	same = enter(&f, "uptime", "uptime"); /* nothing would change */
	ck_assert_ptr_eq(same, node);
	nodes_release(f.nodes, same);
	nodes_count(f.nodes, node);
	nodes_count(f.nodes, node);
	nodes_release(f.nodes, node);
	ck_assert_uint_eq(nodes_size(f.nodes), 2);
	nodes_forget(f.nodes, number, 1);
	ck_assert_uint_eq(nodes_size(f.nodes), 2);
	node = nodes_get(f.nodes, number);
	ck_assert_ptr_nonnull(node);
	nodes_forget(f.nodes, number, 1); /* still held */
	ck_assert_uint_eq(nodes_size(f.nodes), 2);
	nodes_release(f.nodes, node);
	ck_assert_uint_eq(nodes_size(f.nodes), 1);
	ck_assert_ptr_null(nodes_get(f.nodes, number));
	ck_assert_ptr_null(nodes_find(f.nodes, ROOT, "uptime", NULL));
	close_table(&f);
}
END_TEST

/* Numbers are not used again, and the root is never forgotten. */
START_TEST(test_numbers)
{
	struct table f;
	struct node *node;
	uint64_t first;

	open_table(&f);
	node = enter(&f, "uptime", "uptime");
	first = node_number(node);
	nodes_release(f.nodes, node);
	node = enter(&f, "uptime", "uptime");
	ck_assert_uint_gt(node_number(node), first);
	nodes_release(f.nodes, node);
	nodes_forget(f.nodes, ROOT, 100);
	nodes_forget(f.nodes, 12345, 1); /* unknown */
	node = nodes_get(f.nodes, ROOT);
	ck_assert_ptr_nonnull(node);
	nodes_release(f.nodes, node);
	nodes_release(f.nodes, NULL);
	close_table(&f);
}
END_TEST

/* The same name in two views: two nodes, which do not take each other's name. */
START_TEST(test_views)
{
	struct place a = PLACE_NULL, b = PLACE_NULL;
	struct served *one, *other;
	struct views *views, *others;
	struct node *in_one, *in_other;
	struct table f;
	struct stat st;

	open_table(&f);
	ck_assert_int_eq(views_new(&f.t.view, &views), 0);
	ck_assert_int_eq(views_new(&f.t.view, &others), 0);
	one = views_of(views, &nobody);
	other = views_of(others, &nobody);
	ck_assert_int_eq(tree_walk(&f.t.view, &nobody, text_str("1"), &a, &st), 0);
	ck_assert_int_eq(tree_walk(&f.t.view, &nobody, text_str("2"), &b, &st), 0);
	in_one = nodes_enter(f.nodes, ROOT, "1", one, &a);
	in_other = nodes_enter(f.nodes, ROOT, "1", other, &b);
	ck_assert_ptr_ne(in_one, in_other);
	ck_assert_ptr_eq(node_served(in_one), one);
	ck_assert_ptr_null(nodes_find(f.nodes, ROOT, "1", NULL));
	ck_assert_ptr_eq(nodes_find(f.nodes, ROOT, "1", one), in_one);
	ck_assert_ptr_eq(nodes_find(f.nodes, ROOT, "1", other), in_other);
	nodes_release(f.nodes, in_one);
	nodes_release(f.nodes, in_one);
	ck_assert_ptr_null(nodes_find(f.nodes, ROOT, "1", one));
	nodes_release(f.nodes, in_other);
	nodes_release(f.nodes, in_other);
	served_release(one);
	served_release(other);
	close_table(&f);
	views_free(views);
	views_free(others);
}
END_TEST

/* Another process under the same name: the older node lives on for who knows its number. */
START_TEST(test_replaced)
{
	struct table f;
	struct node *older, *newer, *found;

	open_table(&f);
	older = enter(&f, "2", "2");
	nodes_count(f.nodes, older);
	newer = enter(&f, "2", "1");
	ck_assert_ptr_ne(older, newer);
	found = nodes_find(f.nodes, ROOT, "2", NULL);
	ck_assert_ptr_eq(found, newer);
	nodes_release(f.nodes, found);
	found = nodes_get(f.nodes, node_number(older));
	ck_assert_ptr_eq(found, older);
	ck_assert_str_eq(node_name(found), "2");
	nodes_release(f.nodes, found);
	nodes_release(f.nodes, newer);
	nodes_release(f.nodes, older);
	ck_assert_uint_eq(nodes_size(f.nodes), 2); /* the kernel knows the older one */
	ck_assert_ptr_null(
		nodes_find(f.nodes, ROOT, "2", NULL)); /* but not by this name any more */
	close_table(&f);
}
END_TEST

/* More than any first size of the hash tables. */
START_TEST(test_many)
{
	struct table f;
	uint64_t numbers[5000];
	char name[16];
	size_t i;

	open_table(&f);
	for (i = 0; i < 5000; i++) {
		struct node *node;

		snprintf(name, sizeof(name), "n%zu", i);
		node = enter(&f, name, "uptime");
		numbers[i] = node_number(node);
		nodes_count(f.nodes, node);
		nodes_release(f.nodes, node);
	}
	ck_assert_uint_eq(nodes_size(f.nodes), 5001);
	for (i = 0; i < 5000; i++) {
		struct node *node;

		snprintf(name, sizeof(name), "n%zu", i);
		node = nodes_find(f.nodes, ROOT, name, NULL);
		ck_assert_ptr_nonnull(node);
		ck_assert_uint_eq(node_number(node), numbers[i]);
		nodes_release(f.nodes, node);
		ck_assert_ptr_null(
			nodes_find(f.nodes, numbers[i], name, NULL)); /* another parent */
		nodes_forget(f.nodes, numbers[i], 1);
	}
	ck_assert_uint_eq(nodes_size(f.nodes), 1);
	close_table(&f);
}
END_TEST

/* Looking for the dead: every task's directory is met once, and nothing else. */
START_TEST(test_tasks)
{
	struct table f;
	struct node *nodes[8], *found[8];
	size_t cursor = 0, n, n_found = 0, i;

	open_table(&f);
	nodes[0] = enter(&f, "1", "1");
	nodes[1] = enter(&f, "2", "2");
	nodes[2] = enter(&f, "3", "2/task/3");
	nodes[3] = enter(&f, "uptime", "uptime");
	nodes[4] = enter(&f, "s", "2/status");
	while ((n = nodes_collect(f.nodes, &cursor, node_is_task, found, N_OF(found))) > 0) {
		for (i = 0; i < n; i++) {
			ck_assert(found[i] == nodes[0] || found[i] == nodes[1] ||
				  found[i] == nodes[2]);
			nodes_release(f.nodes, found[i]);
		}
		n_found += n;
	}
	ck_assert_uint_eq(n_found, 3);
	ck_assert(!nodes_sweep_due(f.nodes));
	for (i = 0; i < 5; i++)
		nodes_release(f.nodes, nodes[i]);
	close_table(&f);
}
END_TEST

START_TEST(test_sweep_due)
{
	struct table f;
	size_t n = 0;

	open_table(&f);
	while (!nodes_sweep_due(f.nodes)) {
		ck_assert_uint_lt(n++, 100000);
		nodes_release(f.nodes, enter(&f, "2", "2"));
	}
	ck_assert_uint_gt(n, 1);
	ck_assert(!nodes_sweep_due(f.nodes)); /* once */
	close_table(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nodes");
	TCase *tc = tcase_create("nodes");

	scratch_fixture(tc);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, test_lives);
	tcase_add_test(tc, test_numbers);
	tcase_add_test(tc, test_views);
	tcase_add_test(tc, test_replaced);
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_tasks);
	tcase_add_test(tc, test_sweep_due);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
