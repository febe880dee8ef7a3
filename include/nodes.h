/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The nodes the kernel has been told of: number -> place. A node is (parent, name), the view it belongs
 * to (views.h) and, for a task's directory, the instance of the task: what another worker needs to find
 * the place again. Numbers are given out once and never reused.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tree.h"

struct nodes;
struct node;
struct served;

/* An empty table whose node 1 (FUSE_ROOT_ID) is root; consumes the place. Returns 0 or -ENOMEM. */
int nodes_new(struct place *root, struct nodes **ret);

/* Frees the table and all nodes, also those the kernel never forgot. NULL is accepted. */
void nodes_free(struct nodes *n);

/* The node with this number, held until nodes_release(); NULL if there is none. */
struct node *nodes_get(struct nodes *n, uint64_t number);

/*
 * The node that was last found under (parent, name) in this view, held as above; NULL if there is none.
 * served NULL: what is the same in all views.
 */
struct node *nodes_find(struct nodes *n, uint64_t parent, const char *name,
			const struct served *served);

/* Gives back a held node; NULL is accepted. */
void nodes_release(struct nodes *n, struct node *node);

/*
 * Makes place the node under (parent, name) in this view (NULL: in all), which it holds, in place of an
 * older one, which lives on for those who know its number; consumes the place. If the present node is the same place without a task of its
 * own, that one stays. The node is held. Returns NULL without memory.
 */
struct node *nodes_enter(struct nodes *n, uint64_t parent, const char *name, struct served *served,
			 struct place *place);

/* Counts one more lookup that the kernel was told of, or takes back n of them (FUSE_FORGET). */
void nodes_count(struct nodes *n, struct node *node);
void nodes_forget(struct nodes *n, uint64_t number, uint64_t count);

/* What a held node is. */
uint64_t node_number(const struct node *node);
const struct place *node_place(const struct node *node);
uint64_t node_parent(const struct node *node);
const char *node_name(const struct node *node);
struct served *node_served(const struct node *node); /* the view it belongs to; NULL: all */
bool node_is_task(const struct node *node);	     /* the directory of a process or thread */

/*
 * Whether so many task directories were entered since the last call that it is time to look for dead
 * ones: each holds a descriptor until the kernel forgets it, and it has no reason to by itself.
 */
bool nodes_sweep_due(struct nodes *n);

/*
 * Collects up to max nodes that are wanted and still found by their name, held, from position *cursor (0 at
 * first) on, and moves it. Returns how many; 0 at the end.
 */
size_t nodes_collect(struct nodes *n, size_t *cursor, bool (*wanted)(const struct node *node),
		     struct node **ret, size_t max);

/* How many nodes there are, for `status` and tests. */
size_t nodes_size(struct nodes *n);
