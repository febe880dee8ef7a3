/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* locks (fs/locks.c, locks_show()). */

#include <errno.h>
#include <stdbool.h>

#include "lock_line.h"
#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

int lock_line_parse(struct text line, struct lock_line *ret)
{
	struct text rest = line;
	struct text id, word;
	uint64_t n;
	int i;

	if (!text_until(&rest, ':', &id) || text_u64(id, &n) < 0 || !text_starts(rest, TEXT(" ")))
		return -EIO;
	if (!text_field(&rest, &word))
		return -EIO;
	/* A waiter's waiters stand further to the right. */
	ret->waiter = text_equal(word, TEXT("->"));
	for (i = ret->waiter ? 0 : 1; i < 3; i++) {
		if (!text_field(&rest, &word))
			return -EIO;
	}
	if (!text_field(&rest, &ret->pid) || !text_starts(rest, TEXT(" ")))
		return -EIO;
	ret->before = text_of(line.p, (size_t)(ret->pid.p - line.p));
	ret->after = rest;
	return 0;
}

/**
 * rewrite_locks() - the file locks that a view's processes hold
 * In:     a line per lock, each followed by "->" lines for those who wait for it.
 * Out:    owners as numbers of the view. A lock whose owner it does not see is dropped together
 *         with all who wait for it; the other lines keep their sequence numbers. A waiter it does
 *         not see stays, with 0. Locks of open file descriptions have owner -1 and stay.
 * Facts:  pids.
 * Errors: -EIO if a line is cut off or has another form; -ENOMEM.
 */
int rewrite_locks(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text line;
	bool dropping = false;
	bool rooted = false;
	bool ended;

	while (text_line(&in, &line, &ended)) {
		struct lock_line l;
		pid_t there = 0;
		pid_t here;
		int r;

		r = ended ? lock_line_parse(line, &l) : -EIO;
		if (r == 0)
			r = number_parse(l.pid, &there);
		if (r < 0 || (l.waiter && !rooted))
			return -EIO;
		here = pidmap_to_view(rw->pids, there);
		if (!l.waiter)
			dropping = here == 0;
		rooted = true;
		if (dropping)
			continue;
		r = buf_append_text(out, l.before);
		if (r == 0)
			r = number_append(out, here);
		if (r == 0)
			r = buf_append(out, l.after.p, l.after.n + 1);
		if (r < 0)
			return r;
	}
	return 0;
}
