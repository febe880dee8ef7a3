/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Following links whose text is no path. The kernel resolves the text of a FUSE link in the client's
 * own tree: "pipe:[5]" is looked up beside the link that says so. There the engine answers with a
 * second link, into a kernel procfs under the portal, which jumps to the object itself.
 */

#include "tree.h"

/*
 * The link in the directory dir whose text is name. Returns 0 with a PLACE_TRAMPOLINE, or -ENOENT if dir
 * holds no magic links or none with this text, or its realm has no portal.
 */
int trampoline_find(const struct view *v, const struct client *c, const struct place *dir,
		    struct text name, struct place *ret);

/* The text that leads to it: "../../.k/host/42/fd/0". Returns 0 or -ENOMEM. */
int trampoline_text(const struct view *v, const struct place *p, struct buf *out);
