/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Inside the engine: files that a process writes to natively. The kernel looks at the very task that writes
 * (comm), at the user namespace and capabilities of who opened (uid_map): a server that stands in for the
 * client would be somebody else. So to the lookup of such a file of its own, a thread that waits in open(2)
 * for writing is told of a symbolic link into the portal, and opens the kernel's file there itself.
 */

#include "tree.h"

/*
 * This client, which asks about the entry at p (or the PLACE_NATIVE that stands in its place), is about to
 * open it for writing, is to do that itself, and the portal is there. False if anything cannot be told.
 */
bool native_is_wanted(const struct view *v, const struct client *c, const struct place *p);
