/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* task/TID/children (fs/proc/array.c, children_seq_show()). */

#include <errno.h>

#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

/**
 * rewrite_children() - the children of a thread
 * In:     "%d " for each, no newline.
 * Out:    the same, in the same order, in numbers of the view. A child that the view does not see
 *         is left out: a visible thread's children are in its namespace or below, so this one has
 *         ended since the text was made, and now the kernel would not list it either.
 * Facts:  pids.
 * Errors: -EIO if it is not numbers, each with its space; -ENOMEM.
 */
int rewrite_children(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text rest = in;
	struct text number;
	pid_t there, here;
	int r = 0;

	if (in.n > 0 && in.p[in.n - 1] != ' ')
		return -EIO;
	while (r == 0 && text_until(&rest, ' ', &number)) {
		r = number_parse(number, &there);
		if (r < 0)
			return r;
		here = pidmap_to_view(rw->pids, there);
		if (here == 0)
			continue;
		r = number_append(out, here);
		if (r == 0)
			r = buf_append(out, " ", 1);
	}
	return r;
}
