/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /proc/interrupts (kernel/irq/proc.c, show_interrupts()) and /proc/softirqs (fs/proc/softirqs.c) as the container's.
 * The heading names a CPU for each column; lines of interrupts may have a text behind their columns, and some have but
 * one number for the whole machine (ERR, MIS).
 */

#include <errno.h>
#include <stdlib.h>

#include "counter.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"

struct columns {
	unsigned n;
	bool *shown; /* of each of n */
};

static const struct text prefix = { "CPU", 3 };

/* Takes "CPUn", and the blanks before it. */
static int take_heading(struct text *rest, struct text *ret_text, uint64_t *ret)
{
	struct text after = *rest;
	struct text name;

	if (!text_field(&after, &name) || !text_starts(name, prefix) ||
	    text_u64(text_of(name.p + prefix.n, name.n - prefix.n), ret) < 0)
		return -EIO;
	*ret_text = text_of(rest->p, (size_t)(after.p - rest->p));
	*rest = after;
	return 0;
}

static bool is_blank(struct text t)
{
	return text_trim(t).n == 0;
}

static int find_cpus(struct text heading, struct resource_cpus *ret)
{
	uint64_t least = 0;
	struct text field;
	uint64_t cpu;

	while (!is_blank(heading)) {
		if (take_heading(&heading, &field, &cpu) < 0 || cpu < least ||
		    cpu_set_add(ret, cpu) < 0)
			return -EIO;
		least = cpu + 1;
	}
	return 0;
}

/* "CPU%-8d" behind what stands before the first one. */
static int append_name(struct buf *out, unsigned number)
{
	size_t end = out->len + prefix.n + 8;
	int r;

	r = buf_append_text(out, prefix);
	if (r == 0)
		r = counter_append(out, number);
	while (r == 0 && out->len < end)
		r = buf_append(out, " ", 1);
	return r;
}

static int show_heading(const struct cpu_view *v, struct columns *c, struct text heading,
			struct buf *out)
{
	size_t n_before = 0;
	struct text field;
	unsigned number;
	uint64_t cpu;
	int r;

	while (n_before < heading.n && heading.p[n_before] == ' ')
		n_before++;
	r = buf_append(out, heading.p, n_before);
	while (r == 0 && !is_blank(heading)) {
		r = take_heading(&heading, &field, &cpu);
		if (r < 0)
			break;
		c->shown[c->n] = cpu_view_number(v, cpu, &number);
		if (c->shown[c->n++])
			r = append_name(out, number);
	}
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/* How many numbers there are, up to max. */
static unsigned count_numbers(struct text rest, unsigned max)
{
	struct text field;
	uint64_t value;
	unsigned n = 0;

	while (n < max && counter_take(&rest, &field, &value) == 0)
		n++;
	return n;
}

/* A line that has not all columns has at most one number: it is about the machine. */
static int show_line(const struct columns *c, struct text line, struct buf *out)
{
	struct text rest = line;
	struct text field;
	uint64_t value;
	unsigned n, i;
	int r;

	if (!text_until(&rest, ':', &field) || field.n == line.n)
		return -EIO;
	n = count_numbers(rest, c->n);
	if (n < c->n && n > 1)
		return -EIO;
	r = buf_append(out, line.p, field.n + 1);
	for (i = 0; r == 0 && n == c->n && i < n; i++) {
		r = counter_take(&rest, &field, &value);
		if (r == 0 && c->shown[i])
			r = buf_append_text(out, field);
	}
	if (r == 0)
		r = buf_append_text(out, rest);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

static int show(const struct resources *res, struct columns *c, struct text in, struct buf *out)
{
	struct resource_cpus named = { 0 };
	struct text heading, line;
	struct cpu_view view;
	bool ended;
	int r;

	if (!text_line(&in, &heading, &ended) || !ended)
		return -EIO;
	r = find_cpus(heading, &named);
	if (r == 0)
		r = cpu_view_make(res, &named, &view);
	if (r < 0)
		return r;
	c->shown = calloc(resource_cpus_count(&named), sizeof(*c->shown));
	if (!c->shown)
		return -ENOMEM;
	r = show_heading(&view, c, heading, out);
	while (r == 0 && text_line(&in, &line, &ended))
		r = ended ? show_line(c, line, out) : -EIO;
	return r;
}

/**
 * narrow_interrupts() - the columns of the CPUs that the container is shown
 * In:     a line "CPU0 CPU1 ..."; lines "NAME: N N ... [TEXT]", a number for each CPU, or one alone.
 * Out:    the columns of the shown CPUs, renumbered in the heading; all other bytes as they are. The counts are those of
 *         the machine's CPUs: interrupts are nobody's.
 * Facts:  cpu.
 * Errors: -EIO if a line is cut off, the heading is none, a line has another number of columns, or none of the CPUs is
 *         shown; -ENOMEM.
 */
int narrow_interrupts(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct columns c = { 0 };
	int r;

	if (!(rw->resources->files & RESOURCE_CPUS))
		return buf_append_text(out, in);
	r = show(rw->resources, &c, in, out);
	free(c.shown);
	return r;
}
