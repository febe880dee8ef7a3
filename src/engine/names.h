/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside the engine: names in a directory that are the container's instead of the machine's (entry_names). */

#include "resources.h"
#include "tree.h"

struct names {
	const struct entry_names *ops; /* NULL: names are the same on both sides */
	struct resources facts;
};

/* Whether names in the directory with this row (NULL: none) are. */
bool names_differ(const struct view *v, const struct entry *dir);

/*
 * Takes what they depend on; to be given back with names_done(), also after a failure. Returns 0, or the error of
 * view->take_resources().
 */
int names_begin(const struct view *v, const struct client *c, const struct entry *dir,
		struct names *ret);
void names_done(struct names *n);
