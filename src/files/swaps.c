/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* swaps (mm/swapfile.c, swap_show()). */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "meminfo.h"
#include "rewrite.h"

/* From here on no second tab stands behind a number. */
#define LONG_NUMBER 10000000

struct area {
	struct text head; /* name and type, up to the size */
	uint64_t size_kib;
	uint64_t used_kib;
	struct text priority;
};

static int parse_area(struct text line, struct area *ret)
{
	struct text rest = line;
	struct text name, type, size, used, more;

	if (!text_field(&rest, &name) || !text_field(&rest, &type) || !text_field(&rest, &size) ||
	    !text_field(&rest, &used) || !text_field(&rest, &ret->priority) ||
	    text_field(&rest, &more))
		return -EIO;
	ret->head = text_of(line.p, (size_t)(size.p - line.p));
	if (text_u64(size, &ret->size_kib) < 0 || text_u64(used, &ret->used_kib) < 0)
		return -EIO;
	return 0;
}

/* Takes an area off *rest. Returns 1, 0 at the end, -EIO. */
static int next_area(struct text *rest, struct area *ret)
{
	struct text line;
	bool ended;

	if (!text_line(rest, &line, &ended))
		return 0;
	if (!ended)
		return -EIO;
	return parse_area(line, ret) < 0 ? -EIO : 1;
}

/* Takes the heading off *rest. Older kernels have one tab less before each of the last columns. */
static int take_heading(struct text *rest, struct text *ret_heading, bool *ret_two_tabs)
{
	bool ended = false;

	if (!text_line(rest, ret_heading, &ended) || !ended)
		return -EIO;
	if (text_equal(*ret_heading, TEXT("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority")))
		*ret_two_tabs = true;
	else if (text_equal(*ret_heading, TEXT("Filename\t\t\t\tType\t\tSize\tUsed\tPriority")))
		*ret_two_tabs = false;
	else
		return -EIO;
	return 0;
}

static int append_area(const struct area *a, bool two_tabs, struct buf *out)
{
	int r = buf_append_text(out, a->head);

	if (r == 0)
		r = buf_printf(out, "%" PRIu64 "\t%s%" PRIu64 "\t%s", a->size_kib,
			       two_tabs && a->size_kib < LONG_NUMBER ? "\t" : "", a->used_kib,
			       two_tabs && a->used_kib < LONG_NUMBER ? "\t" : "");
	if (r == 0)
		r = buf_append_text(out, a->priority);
	return r < 0 ? r : buf_append(out, "\n", 1);
}

/* The machine's SwapTotal and SwapFree. */
static int sum_areas(struct text areas, uint64_t ret[2])
{
	uint64_t used = 0;
	struct area a;
	int r;

	ret[0] = 0;
	while ((r = next_area(&areas, &a)) > 0) {
		ret[0] = resource_plus(ret[0], a.size_kib);
		used = resource_plus(used, a.used_kib);
	}
	ret[1] = ret[0] > used ? ret[0] - used : 0;
	return r;
}

static uint64_t take(uint64_t *rest, uint64_t at_most)
{
	uint64_t n = *rest < at_most ? *rest : at_most;

	*rest -= n;
	return n;
}

/* What is still to be given to areas. */
struct rest {
	uint64_t size_kib;
	uint64_t used_kib;  /* that stays where the machine has it */
	uint64_t moved_kib; /* that had no place there */
};

static void cut_area(struct rest *rest, struct area *a)
{
	a->size_kib = take(&rest->size_kib, a->size_kib);
	a->used_kib = take(&rest->used_kib, a->used_kib < a->size_kib ? a->used_kib : a->size_kib);
	a->used_kib += take(&rest->moved_kib, a->size_kib - a->used_kib);
}

/* Splits what is used: into what the areas, once cut, hold of it on the machine, and the rest. */
static int split_used(struct text areas, uint64_t total, uint64_t used, struct rest *ret)
{
	struct rest rest = { .size_kib = total, .used_kib = used };
	struct area a;
	int r;

	while ((r = next_area(&areas, &a)) > 0)
		cut_area(&rest, &a);
	*ret = (struct rest){ total, used - rest.used_kib, rest.used_kib };
	return r;
}

static int append_areas(struct text areas, struct rest *rest, bool two_tabs, struct buf *out)
{
	struct area a;
	int r;

	while ((r = next_area(&areas, &a)) > 0) {
		cut_area(rest, &a);
		if (a.size_kib > 0)
			r = append_area(&a, two_tabs, out);
		if (r < 0)
			return r;
	}
	return r;
}

/**
 * narrow_swaps() - the swap of the container
 * In:     a heading, and a line "NAME TYPE<TAB>SIZE<TAB>[<TAB>]USED<TAB>[<TAB>]PRIORITY" for each area.
 * Out:    the same heading; the areas cut from the last on, until the sizes are SwapTotal of meminfo. What is used
 *         is that of meminfo, too: where the machine has it, then in the first areas that have room. Areas of which
 *         nothing is left are left out.
 * Facts:  memory.
 * Errors: -EIO if the text is cut off or has another form; -ENOMEM.
 */
int narrow_swaps(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *resources = rw->resources;
	uint64_t machine[2], total, left;
	bool two_tabs = false;
	struct text heading;
	struct rest rest;
	int r;

	if (!(resources->files & RESOURCE_SWAPS) || resources->memory.state == RESOURCE_ABSENT)
		return buf_append_text(out, in);
	r = take_heading(&in, &heading, &two_tabs);
	if (r == 0)
		r = sum_areas(in, machine);
	if (r < 0)
		return r;
	meminfo_swap(&resources->memory, machine, &total, &left);
	r = split_used(in, total, total - left, &rest);
	if (r == 0)
		r = buf_append_text(out, heading);
	if (r == 0)
		r = buf_append(out, "\n", 1);
	return r < 0 ? r : append_areas(in, &rest, two_tabs, out);
}

/**
 * explain_swaps() - by which rule a line is as it is
 * In:     a line that narrow_swaps() has made.
 * Facts:  memory.
 * Errors: -ENOMEM.
 */
int explain_swaps(const struct resources *resources, struct text line, struct buf *rule,
		  struct buf *files)
{
	const struct resource_memory *memory = &resources->memory;
	int r;

	if (memory->state == RESOURCE_ABSENT)
		return buf_append_str(rule, "the machine's: no group counts memory");
	if (text_starts(line, TEXT("Filename")))
		return buf_append_str(rule, "the machine's");
	if (!memory->swap_counted)
		return buf_append_str(rule, "the machine's: no group counts swap");
	r = buf_append_str(rule,
			   "the machine's area, cut so that the sizes are SwapTotal of meminfo, "
			   "and what is used SwapTotal - SwapFree");
	return r < 0 ? r : meminfo_say_files(LINE_SWAP_FREE, memory, files);
}
