/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The bytes of one open file. */

#include <sys/types.h>

#include "tree.h"

struct reading;

/*
 * Opens the file at p. The source's file is opened now and stays open until reading_free(), so that the
 * content concerns the task that was there now, whatever becomes of its number.
 * flags as in open(2), of which the access mode counts. Returns 0; what policy_check() says of a write;
 * -EISDIR, or the source's errno.
 */
int reading_open(const struct view *v, const struct client *c, const struct place *p, int flags,
		 struct reading **ret);

/*
 * Reads up to size bytes at offset. A text that is translated is made whole when offset 0 is read, and
 * served from that state at other offsets; one that passes is read from the source at this very offset
 * and size. Thread-safe. Returns the number of bytes, 0 at the end; -ESRCH when the task has died, or
 * another errno of the source; -EIO for a text we could not translate.
 */
ssize_t reading_read(struct reading *r, const struct client *c, void *data, size_t size,
		     off_t offset);

/*
 * Writes size bytes at offset by one write(2), with the rights of this client, who need not be the one that
 * opened it: the kernel asks about one or the other as it does for any file. Thread-safe. Returns the number
 * of bytes taken, or an errno of policy_check() or the source.
 */
ssize_t reading_write(struct reading *r, const struct client *c, const void *data, size_t size,
		      off_t offset);

/*
 * What poll(2) says of the source's file now, for these wanted events. What the kernel tells once only is told
 * now. Returns 0 or the errno of policy_check() or poll(2).
 */
int reading_poll(struct reading *r, const struct client *c, short wanted, short *ret);

/* A second descriptor of the source's file, to wait with: the caller's. Returns it, or -EMFILE. */
int reading_duplicate(const struct reading *r);

/* Closes the file; NULL is accepted. */
void reading_free(struct reading *r);

/*
 * Appends the whole content at p; if translate is false, as the source has it. For `cat` and
 * `explain`. Returns 0 or as above.
 */
int content_read_all(const struct view *v, const struct client *c, const struct place *p,
		     bool translate, struct buf *out);
