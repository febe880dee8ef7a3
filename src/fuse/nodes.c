/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The nodes the kernel has been told of. */

#include "nodes.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "node_index.h"
#include "views.h"

#define ROOT_NUMBER 1
#define SWEEP_AFTER 512 /* task directories entered, at least */

struct nodes {
	pthread_mutex_t lock; /* guards all below, and every node's counts and links */
	struct node_index index;
	uint64_t last_number;
	size_t n_tasks;	  /* task directories among the nodes */
	size_t n_entered; /* task directories entered since the last sweep */
};

static void node_free(struct node *node)
{
	place_done(&node->place);
	served_release(node->served);
	free(node->name);
	free(node);
}

/* It alone has a path of its own to its anchor. */
bool node_is_task(const struct node *node)
{
	return node->place.anchor && !node->place.path[0];
}

/* A new node, linked and held; consumes the place. */
static struct node *add_node(struct nodes *n, uint64_t parent, const char *name,
			     struct served *served, struct place *place)
{
	struct node *node = calloc(1, sizeof(*node));

	if (node)
		node->name = strdup(name);
	if (!node || !node->name) {
		free(node);
		place_done(place);
		return NULL;
	}
	node->number = ++n->last_number;
	node->parent = parent;
	node->place = place_steal(place);
	node->served = served_hold(served);
	node->named = true;
	node->held = 1;
	node_index_add(&n->index, node);
	n->n_tasks += node_is_task(node);
	n->n_entered += node_is_task(node);
	return node;
}

/* Frees the node if neither the kernel nor the server knows it any more. */
static void drop_unused(struct nodes *n, struct node *node)
{
	if (node->lookups > 0 || node->held > 0 || node->number == ROOT_NUMBER)
		return;
	node_index_remove(&n->index, node);
	n->n_tasks -= node_is_task(node);
	node_free(node);
}

int nodes_new(struct place *root, struct nodes **ret)
{
	struct nodes *n = calloc(1, sizeof(*n));

	if (n)
		pthread_mutex_init(&n->lock, NULL);
	if (!n || node_index_init(&n->index) < 0 || !add_node(n, 0, "", NULL, root)) {
		place_done(root);
		nodes_free(n);
		return -ENOMEM;
	}
	*ret = n;
	return 0;
}

void nodes_free(struct nodes *n)
{
	size_t i;

	if (!n)
		return;
	for (i = 0; i < n->index.n_buckets; i++) {
		struct node *node, *next;

		for (node = n->index.by_number[i]; node; node = next) {
			next = node->next_number;
			node_free(node);
		}
	}
	node_index_done(&n->index);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

struct node *nodes_get(struct nodes *n, uint64_t number)
{
	struct node *node;

	pthread_mutex_lock(&n->lock);
	node = node_index_find(&n->index, number);
	if (node)
		node->held++;
	pthread_mutex_unlock(&n->lock);
	return node;
}

struct node *nodes_find(struct nodes *n, uint64_t parent, const char *name,
			const struct served *served)
{
	struct node *node;

	pthread_mutex_lock(&n->lock);
	node = node_index_find_name(&n->index, parent, name, served);
	if (node)
		node->held++;
	pthread_mutex_unlock(&n->lock);
	return node;
}

void nodes_release(struct nodes *n, struct node *node)
{
	if (!node)
		return;
	pthread_mutex_lock(&n->lock);
	node->held--;
	drop_unused(n, node);
	pthread_mutex_unlock(&n->lock);
}

/* The same entry below the same anchor: nothing would change by replacing it. */
static bool same_place(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->row == b->row && a->realm == b->realm &&
	       a->anchor == b->anchor && strcmp(a->path, b->path) == 0;
}

struct node *nodes_enter(struct nodes *n, uint64_t parent, const char *name, struct served *served,
			 struct place *place)
{
	struct node *node;

	pthread_mutex_lock(&n->lock);
	node = node_index_find_name(&n->index, parent, name, served);
	if (node && same_place(&node->place, place)) {
		place_done(place);
		node->held++;
	} else {
		if (node)
			node_index_remove_name(&n->index, node);
		node = add_node(n, parent, name, served, place);
	}
	pthread_mutex_unlock(&n->lock);
	return node;
}

void nodes_count(struct nodes *n, struct node *node)
{
	pthread_mutex_lock(&n->lock);
	node->lookups++;
	pthread_mutex_unlock(&n->lock);
}

void nodes_forget(struct nodes *n, uint64_t number, uint64_t count)
{
	struct node *node;

	pthread_mutex_lock(&n->lock);
	node = node_index_find(&n->index, number);
	if (node) {
		node->lookups -= count < node->lookups ? count : node->lookups;
		drop_unused(n, node);
	}
	pthread_mutex_unlock(&n->lock);
}

bool nodes_sweep_due(struct nodes *n)
{
	bool due;

	pthread_mutex_lock(&n->lock);
	due = n->n_entered >= SWEEP_AFTER && n->n_entered >= n->n_tasks / 2;
	if (due)
		n->n_entered = 0;
	pthread_mutex_unlock(&n->lock);
	return due;
}

size_t nodes_collect(struct nodes *n, size_t *cursor, bool (*wanted)(const struct node *node),
		     struct node **ret, size_t max)
{
	struct node *node;
	size_t found = 0;

	pthread_mutex_lock(&n->lock);
	/* Whole buckets only; the nodes of one that does not fit are left for the next sweep. */
	for (; found == 0 && *cursor < n->index.n_buckets; (*cursor)++) {
		for (node = n->index.by_number[*cursor]; node && found < max;
		     node = node->next_number) {
			if (!node->named || !wanted(node))
				continue;
			node->held++;
			ret[found++] = node;
		}
	}
	pthread_mutex_unlock(&n->lock);
	return found;
}

struct served *node_served(const struct node *node)
{
	return node->served;
}

uint64_t node_parent(const struct node *node)
{
	return node->parent;
}

const char *node_name(const struct node *node)
{
	return node->name;
}

uint64_t node_number(const struct node *node)
{
	return node->number;
}

const struct place *node_place(const struct node *node)
{
	return &node->place;
}

size_t nodes_size(struct nodes *n)
{
	size_t size;

	pthread_mutex_lock(&n->lock);
	size = n->index.n;
	pthread_mutex_unlock(&n->lock);
	return size;
}
