/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one place where the asking client and the node he asks about become a view. What is the same in every
 * pid namespace (the root, uptime, self) is seen with the client's own view; what belongs to one, with
 * that one's, whoever asks, as a descriptor of a procfs instance goes on showing its own namespace.
 */

#include "front.h"
#include "tree.h"

struct node;
struct served;

/* A node as this client sees it. */
struct sight {
	const struct view *view;
	const struct place *place;
	struct served *served; /* the view's holder: for what outlives the request */
	struct node *node;
};

/* Takes the node with this number. Returns false if there is none; else sight_done() gives it back. */
bool sight_take(struct front *f, const struct client *c, fuse_ino_t number, struct sight *ret);

/*
 * The same for a request; if there is none, the request is answered (ESTALE): the kernel asks about no node
 * it has forgotten. In front.c.
 */
bool take_sight(fuse_req_t req, const struct client *c, fuse_ino_t number, struct sight *ret);

void sight_done(struct front *f, struct sight *s);

/* The node under a name in the directory, as of now. Returns 0 with a held node, or as tree_lookup(). */
int sight_look_up(struct front *f, const struct client *c, const struct sight *dir,
		  const char *name, struct node **ret, struct stat *ret_st);
