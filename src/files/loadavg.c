/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* loadavg (fs/proc/loadavg.c, loadavg_proc_show()). */

#include <errno.h>
#include <inttypes.h>

#include "resources.h"
#include "rewrite.h"

/* The last field and where it begins; false if the text has not five, or the last is no number. */
static bool find_last(struct text in, struct text *ret)
{
	struct text rest, field;
	unsigned n = 0;
	uint64_t value;

	if (in.n == 0 || in.p[in.n - 1] != '\n')
		return false;
	rest = text_of(in.p, in.n - 1);
	while (text_field(&rest, &field))
		n++;
	*ret = field;
	return n == 5 && text_u64(field, &value) == 0;
}

/**
 * rewrite_loadavg() - the load of the machine, the last number of the reader's PID namespace
 * In:     "%lu.%02lu %lu.%02lu %lu.%02lu %u/%d %d\n": three averages, running/all threads, last number.
 * Out:    in with last_number as its last field.
 * Facts:  last_number.
 * Errors: -EIO if the text has another shape; -ENOMEM.
 */
int rewrite_loadavg(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct text ours;
	int r;

	if (!find_last(in, &ours))
		return -EIO;
	r = buf_append(out, in.p, (size_t)(ours.p - in.p));
	return r < 0 ? r : buf_printf(out, "%d\n", rw->last_number);
}

/* "%lu.%02lu " thrice */
static int append_averages(const struct resource_load *load, struct buf *out)
{
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < RESOURCE_LOAD_N; i++) {
		uint64_t whole;
		unsigned hundredths;

		resource_load_show(load->average[i], &whole, &hundredths);
		r = buf_printf(out, "%" PRIu64 ".%02u ", whole, hundredths);
	}
	return r;
}

/**
 * narrow_loadavg() - the load of the container
 * In:     as for rewrite_loadavg().
 * Out:    the same shape: averages and counts of the container, the last field as it is. In the kernel's text whoever
 *         reads it is running; here at least one is.
 * Facts:  load.
 * Errors: -EIO if the text has another shape, or the load is not known; -ENOMEM.
 */
int narrow_loadavg(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resource_load *load = &rw->resources->load;
	struct text last;
	int r;

	if (!(rw->resources->files & RESOURCE_LOADAVG))
		return buf_append_text(out, in);
	if (!find_last(in, &last) || !load->known)
		return -EIO;
	r = append_averages(load, out);
	if (r == 0)
		r = buf_printf(out, "%u/%u ", load->running ? load->running : 1, load->threads);
	if (r == 0)
		r = buf_append_text(out, last);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/**
 * explain_loadavg() - by which rule the fields are as they are
 * In:     the line that narrow_loadavg() has made.
 * Facts:  load.
 * Errors: -ENOMEM.
 */
int explain_loadavg(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files)
{
	(void)resources;
	(void)line;
	(void)files; /* no control group counts runnable threads */
	return buf_append_str(
		rule, "of the view's processes: averages of the threads in state R or D, "
		      "by the kernel's steps; threads in state R, at least 1, the reader; all "
		      "threads; the last number is that of the reader's PID namespace");
}
