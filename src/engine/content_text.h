/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside the engine: texts that are made whole, because they are translated or read elsewhere. */

#include "buf.h"
#include "tree.h"

/* The text at p has to be rewritten: translated, or narrowed to the container's resources. */
bool content_is_rewritten(const struct view *v, const struct place *p);

/*
 * Appends the view's text of the file at p, which fd has open, as this client sees it: read where it stands (with
 * apart, contexts of access_apart()), and rewritten. Returns 0 or -errno.
 */
int content_make_text(const struct view *v, const struct client *c, const struct place *p, int fd,
		      unsigned apart, struct buf *out);
