/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PID/sched and task/TID/sched (kernel/sched/debug.c, proc_sched_show_task()). */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

/* The rule below the heading has 67; a name (TASK_COMM_LEN) cannot hold as many. */
#define DASHES_MIN 16

static bool is_rule(struct text line)
{
	size_t i;

	for (i = 0; i < line.n; i++) {
		if (line.p[i] != '-')
			return false;
	}
	return line.n >= DASHES_MIN;
}

/*
 * The heading "COMM (PID, #threads: N)" ends before the line of dashes. COMM is raw and may itself
 * hold newlines, parentheses and such a heading; what follows it has one opening parenthesis.
 */
static int find_heading(struct text in, struct text *ret)
{
	struct text rest = in;
	struct text line;
	bool ended;

	while (text_line(&rest, &line, &ended)) {
		if (!is_rule(line))
			continue;
		if (!ended || line.p == in.p)
			return -EIO;
		*ret = text_of(in.p, (size_t)(line.p - in.p) - 1);
		return 0;
	}
	return -EIO;
}

static int find_pid(struct text heading, struct text *ret)
{
	struct text tail = text_of(heading.p + heading.n, 0);
	struct text threads;
	pid_t n;

	while (tail.p > heading.p && tail.p[-1] != '(')
		tail = text_of(tail.p - 1, tail.n + 1);
	if (tail.p == heading.p || !text_until(&tail, ',', ret))
		return -EIO;
	if (!text_starts(tail, TEXT(" #threads: ")) || tail.p[tail.n - 1] != ')')
		return -EIO;
	threads = text_of(tail.p + 11, tail.n - 12);
	return number_parse(threads, &n);
}

/**
 * rewrite_sched() - the number in the heading of sched
 * In:     "COMM (PID, #threads: N)", a line of dashes, statistics.
 * Out:    the same with the view's number.
 * Facts:  pids.
 * Errors: -EIO if there is no such heading; -ESRCH if the view does not see the number any more: it
 *         is the task's own, so the task has gone; -ENOMEM.
 */
int rewrite_sched(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text number = { 0 };
	struct text heading;
	const char *end;
	pid_t there = 0;
	pid_t here;
	int r;

	r = find_heading(in, &heading);
	if (r == 0)
		r = find_pid(heading, &number);
	if (r == 0)
		r = number_parse(number, &there);
	if (r < 0)
		return r;
	here = pidmap_to_view(rw->pids, there);
	if (there > 0 && here == 0)
		return -ESRCH;
	end = number.p + number.n;
	r = buf_append(out, in.p, (size_t)(number.p - in.p));
	if (r == 0)
		r = number_append(out, here);
	return r < 0 ? r : buf_append(out, end, (size_t)(in.p + in.n - end));
}
