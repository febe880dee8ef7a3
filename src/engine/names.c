/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names in a directory that are the container's. */

#include "names.h"

#include "entry.h"

bool names_differ(const struct view *v, const struct entry *dir)
{
	return dir && dir->names && (dir->resource & view_resource_files(v));
}

int names_begin(const struct view *v, const struct client *c, const struct entry *dir,
		struct names *ret)
{
	int r;

	ret->ops = NULL;
	if (!names_differ(v, dir))
		return 0;
	ret->ops = dir->names;
	ret->facts = (struct resources){ 0 };
	r = v->take_resources(v->resources_context, c, dir->facts, &ret->facts);
	/* Not asked again: whoever has come here gets the container's names. */
	ret->facts.files |= dir->resource;
	return r;
}

void names_done(struct names *n)
{
	if (n->ops)
		resources_done(&n->facts);
}
