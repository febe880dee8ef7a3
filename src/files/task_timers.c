/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PID/timers (fs/proc/base.c, show_timer()). */

#include <errno.h>
#include <stdbool.h>

#include "numbers.h"
#include "rewrite.h"

/* Finds N in "KIND/pid.N" or "KIND/tid.N". Returns 0 or -EIO. */
static int find_number(struct text value, struct text *ret)
{
	struct text kind, whom;

	if (!text_until(&value, '/', &kind) || !text_until(&value, '.', &whom))
		return -EIO;
	if (!text_equal(whom, TEXT("pid")) && !text_equal(whom, TEXT("tid")))
		return -EIO;
	*ret = value;
	return 0;
}

/**
 * rewrite_timers() - whom the POSIX timers of a process notify
 * In:     lines "ID: N", "signal: N/PTR", "notify: KIND/pid.N" or "KIND/tid.N", "ClockID: N".
 * Out:    N of the notify lines as a number of the view; 0 for a thread that has ended (a kernel
 *         instance of the namespace would still know its number; nothing tells us).
 * Facts:  pids.
 * Errors: -EIO if a notify line is cut off or has another form; -ENOMEM.
 */
int rewrite_timers(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text line, value, number;
	bool ended;
	int r = 0;

	while (r == 0 && text_line(&in, &line, &ended)) {
		if (!text_key(line, TEXT("notify"), &value)) {
			r = buf_append(out, line.p, line.n + ended);
			continue;
		}
		if (!ended || find_number(value, &number) < 0)
			return -EIO;
		r = buf_append(out, line.p, (size_t)(number.p - line.p));
		if (r == 0)
			r = number_append_task(rw, number, out);
		if (r == 0)
			r = buf_append(out, "\n", 1);
	}
	return r;
}
