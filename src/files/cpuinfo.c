/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /proc/cpuinfo as the container's. Blocks of "KEY : VALUE" lines, each with an empty line behind it. Which CPU a
 * block describes is said by its line "processor" (x86, Arm, RISC-V, PowerPC, MIPS, LoongArch, ...: show_cpuinfo() of
 * each) or "cpu number" (s390, which has two more lines that count CPUs).
 */

#include <errno.h>
#include <stdlib.h>

#include "counter.h"
#include "cpu_view.h"
#include "cpuinfo_packages.h"
#include "resources.h"
#include "rewrite.h"

struct cpuinfo {
	struct cpu_view view;
	struct resource_cpus named;
	struct cpu_place *places; /* of the shown CPUs that say where they are */
	size_t n_places;
};

/* One line, and where in the text it stands. */
struct line {
	struct text text; /* with its newline */
	struct text key;
	struct text value;
	bool cpu; /* from here to the end of the block all is about one CPU */
	uint64_t number;
};

/* "KEY<blanks>: VALUE"; a line of another form has an empty key. */
static void parse_pair(struct text line, struct line *ret)
{
	struct text value = line;

	ret->key = ret->value = text_of(line.p, 0);
	if (!text_until(&value, ':', &ret->key) || ret->key.n == line.n) {
		ret->key = text_of(line.p, 0);
		return;
	}
	ret->key = text_trim(ret->key);
	ret->value = text_trim(value);
}

/* Takes a line. Returns 0, -ENODATA at the end, -EIO if it is cut off or says no number where one has to be. */
static int take_line(struct text *rest, struct line *ret)
{
	struct text line;
	bool ended;

	if (!text_line(rest, &line, &ended))
		return -ENODATA;
	if (!ended)
		return -EIO;
	ret->text = text_of(line.p, line.n + 1);
	parse_pair(line, ret);
	ret->cpu =
		text_equal(ret->key, TEXT("processor")) || text_equal(ret->key, TEXT("cpu number"));
	return ret->cpu && text_u64(ret->value, &ret->number) < 0 ? -EIO : 0;
}

/* Whether the line is one of s390's list: "processor N: version = ...". */
static bool is_listed(const struct line *l, uint64_t *ret)
{
	static const struct text prefix = { "processor ", 10 };

	if (!text_starts(l->key, prefix))
		return false;
	return text_u64(text_of(l->key.p + prefix.n, l->key.n - prefix.n), ret) == 0;
}

static int find_cpus(struct text in, struct resource_cpus *ret)
{
	uint64_t least = 0;
	uint64_t cpu;
	struct line l;
	int r;

	while ((r = take_line(&in, &l)) == 0) {
		/* The list comes first; within a block it would be shown or not with that one. */
		if (least == 0 && is_listed(&l, &cpu) && cpu_set_add(ret, cpu) < 0)
			return -EIO;
		if (!l.cpu)
			continue;
		if (l.number < least || cpu_set_add(ret, l.number) < 0)
			return -EIO;
		least = l.number + 1;
	}
	return r == -ENODATA ? 0 : r;
}

/* The same within a block, which ends with an empty line, or where another CPU's begins. */
static int take_block_line(struct text *rest, struct line *ret)
{
	struct text before = *rest;
	int r;

	r = take_line(rest, ret);
	if (r < 0 || !ret->cpu)
		return r;
	*rest = before;
	return -ENODATA;
}

/* Takes the lines of a CPU; says where it is, if they do. */
static bool take_place(struct text *rest, struct cpu_place *ret)
{
	bool has_package = false;
	bool has_core = false;
	struct line l;

	while (take_block_line(rest, &l) == 0 && l.text.n > 1) {
		if (text_equal(l.key, TEXT("physical id")))
			has_package = text_u64(l.value, &ret->package) == 0;
		else if (text_equal(l.key, TEXT("core id")))
			has_core = text_u64(l.value, &ret->core) == 0;
	}
	return has_package && has_core;
}

static int find_places(struct cpuinfo *c, struct text in)
{
	struct cpu_place place = { 0 };
	struct line l;
	unsigned number;

	c->places = calloc(resource_cpus_count(&c->named), sizeof(*c->places));
	if (!c->places)
		return -ENOMEM;
	while (take_line(&in, &l) == 0) {
		if (l.cpu && take_place(&in, &place) &&
		    cpu_view_number(&c->view, l.number, &number))
			c->places[c->n_places++] = place;
	}
	cpu_places_sort(c->places, c->n_places);
	return 0;
}

static int append_changed(struct buf *out, const struct line *l, uint64_t n)
{
	int r = buf_append(out, l->text.p, (size_t)(l->value.p - l->text.p));

	if (r == 0)
		r = counter_append(out, n);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/* The rest of the block of a CPU, the empty line included. */
static int show_block(const struct cpuinfo *c, struct text *rest, struct buf *out)
{
	struct cpu_place place = { 0 };
	struct text again = *rest;
	bool placed = take_place(&again, &place);
	size_t n_cpus = 0;
	size_t n_cores = 0;
	uint64_t machine;
	bool all = false;
	struct line l;
	int r;

	if (placed)
		cpu_places_count(c->places, c->n_places, place.package, &n_cpus, &n_cores);
	while ((r = take_block_line(rest, &l)) == 0) {
		if (placed && text_equal(l.key, TEXT("siblings"))) {
			all = text_u64(l.value, &machine) == 0 && machine == n_cpus;
			r = append_changed(out, &l, n_cpus);
		} else if (placed && !all && text_equal(l.key, TEXT("cpu cores"))) {
			r = append_changed(out, &l, n_cores);
		} else {
			r = buf_append_text(out, l.text);
		}
		if (r < 0 || l.text.n == 1)
			return r;
	}
	return r == -ENODATA ? 0 : r;
}

static int skip_block(struct text *rest)
{
	struct line l;
	int r;

	do
		r = take_block_line(rest, &l);
	while (r == 0 && l.text.n > 1);
	return r == -ENODATA ? 0 : r;
}

static unsigned count_shown(const struct cpuinfo *c)
{
	unsigned n = 0;
	unsigned cpu, number;

	for (cpu = 0; cpu < RESOURCE_CPUS_MAX; cpu++)
		n += resource_cpus_has(&c->named, cpu) && cpu_view_number(&c->view, cpu, &number);
	return n;
}

/* A line of what is said of all CPUs together. */
static int show_common(const struct cpuinfo *c, const struct line *l, struct buf *out)
{
	uint64_t cpu;
	unsigned number;
	int r;

	if (text_equal(l->key, TEXT("# processors")))
		return append_changed(out, l, count_shown(c));
	if (!is_listed(l, &cpu))
		return buf_append_text(out, l->text);
	if (!cpu_view_number(&c->view, cpu, &number))
		return 0;
	r = buf_append_str(out, "processor ");
	if (r == 0)
		r = counter_append(out, number);
	if (r < 0)
		return r;
	cpu = (uint64_t)(l->key.p + l->key.n - l->text.p);
	return buf_append(out, l->text.p + cpu, l->text.n - cpu);
}

static int show(const struct cpuinfo *c, struct text in, struct buf *out)
{
	unsigned number;
	struct line l;
	int r;

	while ((r = take_line(&in, &l)) == 0) {
		if (!l.cpu) {
			r = show_common(c, &l, out);
		} else if (!cpu_view_number(&c->view, l.number, &number)) {
			r = skip_block(&in);
		} else {
			r = append_changed(out, &l, number);
			if (r == 0)
				r = show_block(c, &in, out);
		}
		if (r < 0)
			return r;
	}
	return r == -ENODATA ? 0 : r;
}

/**
 * narrow_cpuinfo() - the CPUs that the container is shown
 * In:     blocks, see above; s390: "# processors : N" and "processor N: ..." before them.
 * Out:    the blocks of the shown CPUs, renumbered; `siblings` counts those of them with this `physical id`, `cpu cores`
 *         the different `core id` among these; numbers of the hardware (core id, physical id, apicid and the like) stay, as do
 *         lines before the number of a CPU and blocks without one. A text that numbers no CPU (Sparc, Alpha) passes.
 * Facts:  cpu.
 * Errors: -EIO if a line is cut off, a number is none, they do not ascend, or none of the CPUs is shown; -ENOMEM.
 */
int narrow_cpuinfo(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct cpuinfo c = { 0 };
	int r;

	if (!(rw->resources->files & RESOURCE_CPUS))
		return buf_append_text(out, in);
	r = find_cpus(in, &c.named);
	if (r == 0 && resource_cpus_count(&c.named) == 0)
		return in.n == 0 ? -EIO : buf_append_text(out, in);
	if (r == 0)
		r = cpu_view_make(rw->resources, &c.named, &c.view);
	if (r == 0)
		r = find_places(&c, in);
	if (r == 0)
		r = show(&c, in, out);
	free(c.places);
	return r;
}
