/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /proc/schedstat (kernel/sched/stats.c, show_schedstat()) as the container's. */

#include <errno.h>

#include "counter.h"
#include "cpu_text.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"

/* "cpuN ..."; *ret_after: behind the number. */
static bool is_cpu(struct text line, uint64_t *ret, struct text *ret_after)
{
	static const struct text prefix = { "cpu", 3 };
	struct text name;

	*ret_after = line;
	if (!text_starts(line, prefix) || !text_field(ret_after, &name))
		return false;
	return text_u64(text_of(name.p + prefix.n, name.n - prefix.n), ret) == 0;
}

/* Names of domains are in capitals. */
static bool is_name(struct text t)
{
	size_t i;

	for (i = 0; i < t.n; i++) {
		if (t.p[i] >= 'A' && t.p[i] <= 'Z')
			return true;
	}
	return false;
}

static int find_cpus(struct text in, struct resource_cpus *ret)
{
	struct text line, after;
	uint64_t least = 0;
	uint64_t cpu;
	bool ended;

	while (text_line(&in, &line, &ended)) {
		if (!ended)
			return -EIO;
		if (!is_cpu(line, &cpu, &after))
			continue;
		if (cpu < least || cpu_set_add(ret, cpu) < 0)
			return -EIO;
		least = cpu + 1;
	}
	return 0;
}

static int show_mask(const struct cpu_view *v, struct text mask, struct buf *out)
{
	struct resource_cpus set, shown;
	int r;

	r = cpu_mask_parse(mask, &set);
	if (r < 0)
		return r;
	shown = cpu_view_renumber(v, &set);
	if (resource_cpus_count(&shown) == 0)
		return -EIO;
	return cpu_mask_append(&shown, resource_cpus_count(&v->shown), out);
}

/* "domainN [NAME] MASK ...": NAME since version 17 only. */
static int show_domain(const struct cpu_view *v, struct text line, struct buf *out)
{
	struct text rest = line;
	struct text name, mask = { 0 };
	bool found;
	int r;

	found = text_field(&rest, &name) && text_field(&rest, &mask);
	if (found && is_name(mask))
		found = text_field(&rest, &mask);
	if (!found)
		return -EIO;
	r = buf_append(out, line.p, (size_t)(mask.p - line.p));
	if (r == 0)
		r = show_mask(v, mask, out);
	return r < 0 ? r : buf_append_text(out, rest);
}

static int show_cpu(unsigned number, struct text after, struct buf *out)
{
	int r = buf_append_str(out, "cpu");

	if (r == 0)
		r = counter_append(out, number);
	return r < 0 ? r : buf_append_text(out, after);
}

static int show(const struct cpu_view *v, struct text in, struct buf *out)
{
	struct text line, after;
	unsigned number = 0;
	bool shown = true;
	uint64_t cpu;
	int r = 0;

	while (r == 0 && text_line(&in, &line, NULL)) {
		bool begins = is_cpu(line, &cpu, &after);

		if (begins)
			shown = cpu_view_number(v, cpu, &number);
		if (!shown)
			continue;
		if (begins)
			r = show_cpu(number, after, out);
		else if (text_starts(line, TEXT("domain")))
			r = show_domain(v, line, out);
		else
			r = buf_append_text(out, line);
		if (r == 0)
			r = buf_append(out, "\n", 1);
	}
	return r;
}

/**
 * narrow_schedstat() - the CPUs that the container is shown
 * In:     version, timestamp, for each CPU "cpuN ..." and, below it, "domainN [NAME] MASK ...".
 * Out:    the lines of the shown CPUs, renumbered, masks included. The counts are those of the machine's CPUs.
 * Facts:  cpu.
 * Errors: -EIO if a line is cut off, a domain has no mask or none of the shown CPUs, the CPUs do not ascend or none of
 *         them is shown; -ENOMEM.
 */
int narrow_schedstat(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct resource_cpus named = { 0 };
	struct cpu_view view;
	int r;

	if (!(rw->resources->files & RESOURCE_CPUS))
		return buf_append_text(out, in);
	r = find_cpus(in, &named);
	if (r == 0)
		r = cpu_view_make(rw->resources, &named, &view);
	return r < 0 ? r : show(&view, in, out);
}
