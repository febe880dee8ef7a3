/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* meminfo (fs/proc/meminfo.c, meminfo_proc_show()). */

#include "meminfo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "rewrite.h"

/* "NAME:" and blanks, a number aligned to the right, and " kB" or nothing. */
struct line {
	enum meminfo_line line; /* LINE_IN_USE: no row has this name */
	struct text head;	/* what stands before the field of the number */
	uint64_t number;
	struct text unit;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The blanks that belong to the field of the number, rather than before it, are as many as it is wide. */
static int parse_number(struct text value, struct line *ret)
{
	size_t n_blanks = 0;
	size_t n_digits, pad;
	struct text rest;

	while (n_blanks < value.n && is_blank(value.p[n_blanks]))
		n_blanks++;
	rest = text_of(value.p + n_blanks, value.n - n_blanks);
	n_digits = 0;
	while (n_digits < rest.n && !is_blank(rest.p[n_digits]))
		n_digits++;
	ret->unit = text_of(rest.p + n_digits, rest.n - n_digits);
	if (ret->unit.n > 0 && !text_equal(ret->unit, TEXT(" kB")))
		return -EIO;
	pad = meminfo_rows[ret->line].width;
	pad = n_digits < pad ? pad - n_digits : 0;
	ret->head.n += n_blanks > pad ? n_blanks - pad : 0;
	return text_u64(text_of(rest.p, n_digits), &ret->number) < 0 ? -EIO : 0;
}

/*
 * Takes a line off *rest; ret->line is of the line before. Returns 1, 0 at the end, or -EIO if the text is cut
 * off or a line that has a row is not of this form.
 */
static int next_line(struct text *rest, struct line *ret)
{
	struct text line, name;
	bool ended;

	if (!text_line(rest, &line, &ended))
		return 0;
	if (!ended)
		return -EIO;
	ret->head = line;
	text_until(&line, ':', &name);
	ret->line = meminfo_find(name, ret->line);
	if (ret->line == LINE_IN_USE)
		return 1;
	if (name.n == ret->head.n)
		return -EIO;
	ret->head.n = name.n + 1;
	return parse_number(line, ret) < 0 ? -EIO : 1;
}

static int parse(struct text in, struct meminfo *m)
{
	struct line line = { .line = LINE_IN_USE };
	unsigned i;
	int r;

	for (i = 0; i < LINE_N; i++)
		m->machine[i] = RESOURCE_NONE;
	while ((r = next_line(&in, &line)) > 0) {
		if (line.line != LINE_IN_USE)
			m->machine[line.line] = line.number;
	}
	if (r < 0)
		return r;
	return m->machine[LINE_MEM_TOTAL] == RESOURCE_NONE ||
			       m->machine[LINE_MEM_FREE] == RESOURCE_NONE
		       ? -EIO
		       : 0;
}

static int append_line(const struct line *line, uint64_t shown, struct buf *out)
{
	int r = buf_append_text(out, line->head);

	if (r == 0)
		r = buf_printf(out, "%*" PRIu64, (int)meminfo_rows[line->line].width, shown);
	if (r == 0)
		r = buf_append_text(out, line->unit);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/**
 * narrow_meminfo() - the memory of the container
 * In:     lines "NAME:   %8lu kB", or "%5lu" without a unit.
 * Out:    the same lines with the container's numbers. Lines that have no row are left out: they would say the
 *         machine's.
 * Facts:  memory.
 * Errors: -EIO if the text is cut off, a line that has a row has another form, or MemTotal or MemFree is missing;
 *         -ENOMEM.
 */
int narrow_meminfo(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *resources = rw->resources;
	struct line line = { .line = LINE_IN_USE };
	struct meminfo m;
	int r;

	if (!(resources->files & RESOURCE_MEMINFO) || resources->memory.state == RESOURCE_ABSENT)
		return buf_append_text(out, in);
	r = parse(in, &m);
	if (r < 0)
		return r;
	meminfo_narrow(&resources->memory, &m);
	while ((r = next_line(&in, &line)) > 0) {
		if (line.line == LINE_IN_USE)
			continue;
		r = append_line(&line, m.shown[line.line], out);
		if (r < 0)
			return r;
	}
	return r;
}
