/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Inside the engine: whether a client that asks for the text of a magic link wants the text, or the
 * object; and who may pass to the portal.
 */

#include <stdbool.h>

#include "tree.h"

struct buf;

/*
 * After the text of the magic link p has been appended to out from position start on: puts a path into
 * the portal in its place, if this client follows the link (or cannot be told not to) and it is there. Returns 0 or
 * -ENOMEM.
 */
int follow_or_text(const struct view *v, const struct client *c, const struct place *p,
		   struct buf *out, size_t start);

/* The portal is there, or has been mounted now, for some seconds. */
bool follow_is_ready(const struct view *v);

/*
 * Prepares for a client that is told to follow a link into the realm's portal. Returns 0, or -ENOENT if
 * the portal is not there.
 */
int follow_allow(const struct view *v, const struct client *c, const struct realm *realm);

/*
 * The client may look up this name below the portal's directory. If not, the answer must be -ENOMEM:
 * for most others the kernel takes the mount on it away (fs/fuse/dir.c, fuse_dentry_revalidate()).
 */
bool follow_admits(const struct view *v, const struct client *c, struct text name);
