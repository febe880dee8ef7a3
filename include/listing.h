/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of one open directory. */

#include <stdbool.h>
#include <sys/types.h>

#include "tree.h"

/* Offsets of numbered names (processes, descriptors) start here: 256 + number; others lie before. */
#define LISTING_NUMBER_OFFSET 256

struct listing_name {
	const char *name;
	unsigned char type; /* DT_DIR, DT_REG, DT_LNK */
	ino_t inode;	    /* never 0 */
	off_t next;	    /* the offset from which to go on behind this name */
};

struct listing;

/*
 * Opens the directory at p. Returns 0, -ENOTDIR, or the source's errno. The source's directory stays
 * open, so that a task's listing ends when the task does.
 */
int listing_open(const struct view *v, const struct client *c, const struct place *p,
		 struct listing **ret);

/*
 * Calls emit for each name from offset on, "." and ".." first, until it returns false. At offset 0 the
 * names are read anew; later offsets continue that state, so that names which stay are listed exactly
 * once while others come and go. Thread-safe. Returns 0 or the source's errno.
 */
int listing_each(struct listing *l, const struct client *c, off_t offset,
		 bool (*emit)(void *context, const struct listing_name *name), void *context);

/* Closes the directory; NULL is accepted. */
void listing_free(struct listing *l);
