/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The two ways to a node. */

#include "node_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 1024

int node_index_init(struct node_index *index)
{
	*index = (struct node_index){ .n_buckets = FIRST_BUCKETS };
	index->by_number = calloc(index->n_buckets, sizeof(struct node *));
	index->by_name = calloc(index->n_buckets, sizeof(struct node *));
	if (index->by_number && index->by_name)
		return 0;
	node_index_done(index);
	return -ENOMEM;
}

void node_index_done(struct node_index *index)
{
	free(index->by_number);
	free(index->by_name);
	*index = (struct node_index){ 0 };
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	return x ^ (x >> 29);
}

/* FNV-1a over the name, begun with the parent. */
static uint64_t hash_name(uint64_t parent, const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ mix(parent);

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return mix(h);
}

static struct node **number_bucket(const struct node_index *index, uint64_t number)
{
	return &index->by_number[mix(number) & (index->n_buckets - 1)];
}

static struct node **name_bucket(const struct node_index *index, uint64_t parent, const char *name)
{
	return &index->by_name[hash_name(parent, name) & (index->n_buckets - 1)];
}

static void link_node(struct node_index *index, struct node *node)
{
	struct node **bucket = number_bucket(index, node->number);

	node->next_number = *bucket;
	*bucket = node;
	if (!node->named)
		return;
	bucket = name_bucket(index, node->parent, node->name);
	node->next_name = *bucket;
	*bucket = node;
}

void node_index_remove_name(struct node_index *index, struct node *node)
{
	struct node **at = name_bucket(index, node->parent, node->name);

	if (!node->named)
		return;
	while (*at != node)
		at = &(*at)->next_name;
	*at = node->next_name;
	node->named = false;
}

static void unlink_number(struct node_index *index, struct node *node)
{
	struct node **at = number_bucket(index, node->number);

	while (*at != node)
		at = &(*at)->next_number;
	*at = node->next_number;
}

/* Twice the buckets when there is a node for each; without memory the chains just grow. */
static void grow(struct node_index *index)
{
	struct node_index bigger = { .n_buckets = index->n_buckets * 2 };
	size_t i;

	if (index->n < index->n_buckets)
		return;
	bigger.by_number = calloc(bigger.n_buckets, sizeof(struct node *));
	bigger.by_name = calloc(bigger.n_buckets, sizeof(struct node *));
	if (!bigger.by_number || !bigger.by_name) {
		free(bigger.by_number);
		free(bigger.by_name);
		return;
	}
	for (i = 0; i < index->n_buckets; i++) {
		struct node *node, *next;

		for (node = index->by_number[i]; node; node = next) {
			next = node->next_number;
			link_node(&bigger, node);
		}
	}
	free(index->by_number);
	free(index->by_name);
	index->by_number = bigger.by_number;
	index->by_name = bigger.by_name;
	index->n_buckets = bigger.n_buckets;
}

struct node *node_index_find(const struct node_index *index, uint64_t number)
{
	struct node *node = *number_bucket(index, number);

	while (node && node->number != number)
		node = node->next_number;
	return node;
}

struct node *node_index_find_name(const struct node_index *index, uint64_t parent, const char *name,
				  const struct served *served)
{
	struct node *node = *name_bucket(index, parent, name);

	while (node &&
	       (node->parent != parent || node->served != served || strcmp(node->name, name) != 0))
		node = node->next_name;
	return node;
}

void node_index_add(struct node_index *index, struct node *node)
{
	grow(index);
	link_node(index, node);
	index->n++;
}

void node_index_remove(struct node_index *index, struct node *node)
{
	node_index_remove_name(index, node);
	unlink_number(index, node);
	index->n--;
}
