/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From node and client to the view. */

#include "sight.h"

#include <errno.h>

#include "janitor.h"
#include "nodes.h"
#include "views.h"

bool sight_take(struct front *f, const struct client *c, fuse_ino_t number, struct sight *ret)
{
	struct node *node = nodes_get(f->nodes, number);
	struct served *served;

	if (!node)
		return false;
	served = node_served(node);
	/* Held once more by us, or by nobody else: views_of() holds. */
	served = served ? served_hold(served) : views_of(f->views, c);
	*ret = (struct sight){ .view = served->view, .served = served, .node = node };
	ret->place = number == FUSE_ROOT_ID ? &served->root : node_place(node);
	return true;
}

void sight_done(struct front *f, struct sight *s)
{
	nodes_release(f->nodes, s->node);
	served_release(s->served);
}

/* To which view a name in the directory belongs. NULL: to all. */
static struct served *owner_of(const struct sight *dir, const char *name)
{
	if (node_number(dir->node) != FUSE_ROOT_ID)
		return node_served(dir->node);
	return tree_is_common(dir->view, text_str(name)) ? NULL : dir->served;
}

int sight_look_up(struct front *f, const struct client *c, const struct sight *dir,
		  const char *name, struct node **ret, struct stat *ret_st)
{
	AUTO_PLACE struct place place = PLACE_NULL;
	struct served *owner = owner_of(dir, name);
	struct node *known = nodes_find(f->nodes, node_number(dir->node), name, owner);
	const struct place *at = owner ? dir->place : node_place(dir->node);
	int r;

	r = tree_lookup(dir->view, c, at, text_str(name), known ? node_place(known) : NULL, &place,
			ret_st);
	if (r == 1) {
		*ret = known;
		return 0;
	}
	nodes_release(f->nodes, known);
	if (r < 0)
		return r;
	*ret = nodes_enter(f->nodes, node_number(dir->node), name, owner, &place);
	if (nodes_sweep_due(f->nodes))
		janitor_wake(f->janitor);
	return *ret ? 0 : -ENOMEM;
}
