/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The two ways to a node: by its number, and by (parent, name) in a view. Callers hold the table's lock. */

#include <stdbool.h>
#include <stddef.h>

#include "nodes.h"

struct node {
	uint64_t number;
	uint64_t parent;
	char *name;
	struct place place;
	struct served *served; /* the view it belongs to, held; NULL: all */
	uint64_t lookups;      /* what the kernel will forget */
	unsigned held;	       /* users inside the server */
	bool named;	       /* found under (parent, name); false once replaced */
	struct node *next_number;
	struct node *next_name;
};

/* Chained hash tables; zero is not a valid index. */
struct node_index {
	struct node **by_number;
	struct node **by_name;
	size_t n_buckets; /* a power of two */
	size_t n;
};

/* Makes an empty index. Returns 0 or -ENOMEM. */
int node_index_init(struct node_index *index);

/* Frees the index, not its nodes. */
void node_index_done(struct node_index *index);

/* Adds a node; under its name only if it is `named`. */
void node_index_add(struct node_index *index, struct node *node);

/* Takes a node's name away: it is no longer found by it, and no longer `named`. */
void node_index_remove_name(struct node_index *index, struct node *node);

/* Takes a node out altogether. */
void node_index_remove(struct node_index *index, struct node *node);

/* The node with that number, or found under that name; NULL if there is none. */
struct node *node_index_find(const struct node_index *index, uint64_t number);
struct node *node_index_find_name(const struct node_index *index, uint64_t parent, const char *name,
				  const struct served *served);
