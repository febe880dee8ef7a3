/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* CPUs in /sys/devices/system as the container's: lists, masks, and the directories called after one. */

#include "sys_entries.h"

#include <errno.h>
#include <stdbool.h>

#include "counter.h"
#include "cpu_text.h"
#include "cpu_view.h"
#include "resources.h"
#include "rewrite.h"

static const struct text prefix = { "cpu", 3 };

/*
 * No file of these names all CPUs of the machine, so the set must be known: from the cpuset, or as those that are
 * online.
 */
static int make_view(const struct resources *r, struct cpu_view *ret)
{
	return r->cpu.has_set ? cpu_view_make(r, &r->cpu.set, ret) : -EIO;
}

/* The only line of a file. */
static int take_line(struct text in, struct text *ret)
{
	bool ended;

	return text_line(&in, ret, &ended) && ended && in.n == 0 ? 0 : -EIO;
}

typedef int (*parse_fn)(struct text line, struct resource_cpus *ret);

static int take_shown(const struct resources *r, struct text in, parse_fn parse,
		      struct resource_cpus *ret, unsigned *ret_n)
{
	struct resource_cpus set;
	struct cpu_view view;
	struct text line;
	int e;

	e = make_view(r, &view);
	if (e == 0)
		e = take_line(in, &line);
	if (e == 0)
		e = parse(line, &set);
	if (e < 0)
		return e;
	*ret = cpu_view_renumber(&view, &set);
	*ret_n = resource_cpus_count(&view.shown);
	return 0;
}

static int narrow_list(const struct rewrite *rw, struct text in, bool may_be_empty, struct buf *out)
{
	struct resource_cpus shown;
	unsigned n;
	int r;

	if (!(rw->resources->files & RESOURCE_CPUS))
		return buf_append_text(out, in);
	r = take_shown(rw->resources, in, cpu_list_parse, &shown, &n);
	if (r == 0 && !may_be_empty && resource_cpus_count(&shown) == 0)
		r = -EIO;
	if (r == 0)
		r = cpu_list_append(&shown, out);
	return r < 0 ? r : buf_append_str(out, "\n");
}

/**
 * narrow_cpu_list() - the CPUs that the container is shown, of a list
 * In:     a list of CPUs in one line: cpu/offline, topology/core_cpus_list, nodeN/cpulist, ...
 * Out:    the shown ones of these, renumbered; none of them: an empty line.
 * Facts:  cpu.
 * Errors: -EIO if it is no such line or the set of CPUs is not known; -ENOMEM.
 */
int narrow_cpu_list(const struct rewrite *rw, struct text in, struct buf *out)
{
	/* Where a kernel that can do without ticks does not (drivers/base/cpu.c, print_cpus_nohz_full()). */
	if (text_equal(in, TEXT("  (null)\n")) || text_equal(in, TEXT("(null)\n")))
		return buf_append_text(out, in);
	return narrow_list(rw, in, true, out);
}

/**
 * narrow_cpus_present() - the same where the container's CPUs must be among them
 * In:     cpu/online, cpu/present, cpu/possible, cpu/enabled.
 * Out:    as above.
 * Facts:  cpu.
 * Errors: as above; -EIO if none of the CPUs is shown: an empty list would be no machine at all.
 */
int narrow_cpus_present(const struct rewrite *rw, struct text in, struct buf *out)
{
	return narrow_list(rw, in, false, out);
}

/**
 * narrow_cpu_mask() - the CPUs that the container is shown, of a mask
 * In:     a mask in one line: topology/core_cpus, cache/indexN/shared_cpu_map, nodeN/cpumap, ...
 * Out:    the shown ones of these, renumbered, as wide as on a machine with that many CPUs.
 * Facts:  cpu.
 * Errors: -EIO if it is no such line or the set of CPUs is not known; -ENOMEM.
 */
int narrow_cpu_mask(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct resource_cpus shown;
	unsigned n;
	int r;

	if (!(rw->resources->files & RESOURCE_CPUS))
		return buf_append_text(out, in);
	r = take_shown(rw->resources, in, cpu_mask_parse, &shown, &n);
	if (r == 0)
		r = cpu_mask_append(&shown, n, out);
	return r < 0 ? r : buf_append_str(out, "\n");
}

/**
 * narrow_node_list() - the memory nodes on which the container may have memory, of a list
 * In:     node/has_memory, node/has_normal_memory, node/has_high_memory.
 * Out:    of the nodes in it those of the cpuset, by their numbers; none of them: an empty line.
 * Facts:  nodes.
 * Errors: -EIO if it is no such line; -ENOMEM.
 */
int narrow_node_list(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resource_nodes *nodes = &rw->resources->nodes;
	struct resource_cpus named;
	struct text line;
	unsigned i;
	int r;

	if (!(rw->resources->files & RESOURCE_MEMINFO) || !nodes->has_set)
		return buf_append_text(out, in);
	r = take_line(in, &line);
	if (r == 0)
		r = cpu_list_parse(line, &named);
	if (r < 0)
		return r;
	for (i = 0; i < RESOURCE_CPUS_MAX / 64; i++)
		named.bits[i] &= nodes->set.bits[i];
	r = cpu_list_append(&named, out);
	return r < 0 ? r : buf_append_str(out, "\n");
}

static int take_number(struct text name, uint64_t *ret)
{
	if (!text_starts(name, prefix) ||
	    text_u64(text_of(name.p + prefix.n, name.n - prefix.n), ret) < 0)
		return -ENOENT;
	return 0;
}

static int append_name(unsigned cpu, struct buf *out)
{
	int r = buf_append_text(out, prefix);

	return r < 0 ? r : counter_append(out, cpu);
}

static int cpu_here(const struct resources *r, struct text there, struct buf *out)
{
	unsigned number = 0;
	struct cpu_view view;
	uint64_t cpu = 0;
	int e;

	e = make_view(r, &view);
	if (e == 0)
		e = take_number(there, &cpu);
	if (e < 0)
		return e;
	return cpu_view_number(&view, cpu, &number) ? append_name(number, out) : -ENOENT;
}

static int cpu_there(const struct resources *r, struct text here, struct buf *out)
{
	unsigned cpu, number = 0;
	struct cpu_view view;
	uint64_t wanted = 0;
	int e;

	e = make_view(r, &view);
	if (e == 0)
		e = take_number(here, &wanted);
	if (e < 0)
		return e;
	for (cpu = 0; cpu < RESOURCE_CPUS_MAX; cpu++) {
		if (cpu_view_number(&view, cpu, &number) && number == wanted)
			return append_name(cpu, out);
	}
	return -ENOENT;
}

const struct entry_names sys_cpu_names = { .here = cpu_here, .there = cpu_there };
