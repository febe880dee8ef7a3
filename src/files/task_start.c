/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a task started: PID/stat and task/TID/stat (fs/proc/array.c, do_task_stat()). */

#include <errno.h>

#include "counter.h"
#include "cpu_times.h"
#include "resources.h"
#include "rewrite.h"
#include "stat_line.h"

#define FIELD_STATE 3 /* the first one behind the name */
#define FIELD_START 22

/* The 22nd field. There must be more behind it: the line is made in one piece and has never ended there. */
static int find_start(struct text in, struct text *ret)
{
	struct text rest;
	size_t end;
	unsigned i;
	int r;

	if (in.n == 0 || in.p[in.n - 1] != '\n')
		return -EIO;
	r = stat_line_comm_end(in, &end);
	if (r < 0)
		return r;
	rest = text_of(in.p + end, in.n - end - 1);
	for (i = FIELD_STATE; i <= FIELD_START; i++) {
		if (!text_until(&rest, ' ', ret) || ret->n == 0)
			return -EIO;
	}
	return rest.n > 0 ? 0 : -EIO;
}

/**
 * narrow_task_stat() - when the task started, since the container began
 * In:     one line of fields separated by single spaces; the second is the raw name in parentheses.
 * Out:    field 22, ticks since the boot, less those until the container began; 0 for a task that is older. All other
 *         bytes as they are.
 * Facts:  time.start_ns.
 * Errors: -EIO if the line is cut off or the field is no number; -ENOMEM.
 */
int narrow_task_stat(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *res = rw->resources;
	uint64_t start, ticks;
	struct text field;
	int r;

	if (!(res->files & RESOURCE_TIME) || res->time.start_ns == 0)
		return buf_append_text(out, in);
	r = find_start(in, &field);
	if (r < 0)
		return r;
	if (text_u64(field, &ticks) < 0)
		return -EIO;
	start = res->time.start_ns / NS_PER_TICK;
	r = buf_append(out, in.p, (size_t)(field.p - in.p));
	if (r == 0)
		r = counter_append(out, ticks > start ? ticks - start : 0);
	field = text_of(field.p + field.n, (size_t)(in.p + in.n - field.p) - field.n);
	return r < 0 ? r : buf_append_text(out, field);
}
