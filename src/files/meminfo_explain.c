/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the lines of meminfo come from, in words. */

#include "meminfo.h"
#include "rewrite.h"

int meminfo_say_rule(enum meminfo_line line, struct buf *out)
{
	const struct meminfo_row *row = &meminfo_rows[line];
	struct text within = meminfo_rows[row->within].name;

	if (row->says)
		return buf_append_str(out, row->says);
	switch (row->rule) {
	case MEMINFO_MACHINE:
		return buf_append_text(out, TEXT("the machine's: no memory that anybody has"));
	case MEMINFO_NOTHING:
		return buf_append_text(out, TEXT("0: no group counts it"));
	case MEMINFO_BOUND:
		return buf_printf(out, "not counted: the machine's, at most %.*s", (int)within.n,
				  within.p);
	case MEMINFO_COUNTED:
		if (within.n > 0)
			return buf_printf(out, "counted, at most %.*s", (int)within.n, within.p);
		return buf_append_text(out, TEXT("counted"));
	case MEMINFO_LIST:
		return buf_append_text(out, TEXT("counted"));
	case MEMINFO_FIGURED:
		break;
	}
	return 0;
}

/* "memory.stat: KEY, KEY" of those that the version has. */
static int say_counts(const struct meminfo_row *row, enum resource_state version,
		      const char *before, struct buf *out)
{
	const char *key;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && row->counts[i] != MEMORY_STAT_N; i++) {
		key = resource_stat_key(row->counts[i], version);
		if (!*key)
			continue;
		r = buf_printf(out, "%s%s", before, key);
		before = ", ";
	}
	return r;
}

static int say_limits(const char *files, const struct resource_memory *memory, struct buf *out)
{
	static const struct text max = { "memory.max", 10 };

	if (!memory->by_high || !text_starts(text_str(files), max))
		return buf_append_str(out, files);
	return buf_printf(out, "memory.max, memory.high%s", files + max.n);
}

int meminfo_say_files(enum meminfo_line line, const struct resource_memory *memory, struct buf *out)
{
	const struct meminfo_row *row = &meminfo_rows[line];
	const char *files = row->files[memory->state == RESOURCE_V1];
	size_t start = out->len;
	int r = 0;

	if (files)
		r = say_limits(files, memory, out);
	/* Huge pages are in a hierarchy of their own (version 1). */
	if (r == 0 && files && memory->n_groups > 1 && row->width == 8 && line != LINE_HUGETLB)
		r = buf_printf(out, " of %u groups", memory->n_groups);
	if (r == 0)
		r = say_counts(row, memory->state,
			       files ? "; memory.stat: " : "memory.stat: ", out);
	if (r == 0 && out->len == start && row->counts[0] != MEMORY_STAT_N)
		r = buf_append_text(out, TEXT("0"));
	return r;
}

/**
 * explain_meminfo() - by which rule a line is as it is
 * In:     a line that narrow_meminfo() has made.
 * Facts:  memory.
 * Errors: -ENOMEM.
 */
int explain_meminfo(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files)
{
	const struct resource_memory *memory = &resources->memory;
	enum meminfo_line found;
	struct text name = { "", 0 };
	int r;

	if (memory->state == RESOURCE_ABSENT)
		return buf_append_text(rule, TEXT("the machine's: no group counts memory"));
	text_until(&line, ':', &name);
	found = meminfo_find(name, LINE_IN_USE);
	if (found == LINE_IN_USE)
		return 0;
	r = meminfo_say_files(found, memory, files);
	if (r == 0 && text_equal(buf_text(files), TEXT("0"))) {
		buf_clear(files);
		return buf_append_str(rule, "0: this version of control groups does not count it");
	}
	return r < 0 ? r : meminfo_say_rule(found, rule);
}
