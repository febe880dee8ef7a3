/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vmstat (mm/vmstat.c, vmstat_show()): amounts by the lines of meminfo that count the same, so that both agree,
 * and what groups count of events. All else is 0: not the machine's, and no program misses a line.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meminfo.h"
#include "rewrite.h"

#define LINES_MAX 3

enum vmstat_unit {
	VMSTAT_PAGES = 0,
	VMSTAT_KIB,
	VMSTAT_HUGE,   /* huge pages (vmstat_item_print_in_thp()) */
	VMSTAT_EVENTS, /* no amount */
};

struct vmstat_row {
	struct text name;
	enum vmstat_unit unit;
	bool part; /* not the amount itself: the machine's number, no more than that of the line */
	enum meminfo_line lines[LINES_MAX]; /* their sum; LINE_IN_USE: none */
	enum memory_stat stat;		    /* VMSTAT_EVENTS */
};

#define NAME(LITERAL)                        \
	{                                    \
		LITERAL, sizeof(LITERAL) - 1 \
	}
#define ROW(LITERAL, ...)                                       \
	{                                                       \
		.name = NAME(LITERAL), .lines = { __VA_ARGS__ } \
	}
#define ROW_UNIT(LITERAL, UNIT, LINE)                                     \
	{                                                                 \
		.name = NAME(LITERAL), .unit = (UNIT), .lines = {(LINE) } \
	}
#define ROW_PART(LITERAL, LINE)                                         \
	{                                                               \
		.name = NAME(LITERAL), .part = true, .lines = {(LINE) } \
	}
#define ROW_EVENTS(LITERAL, STAT)                                            \
	{                                                                    \
		.name = NAME(LITERAL), .unit = VMSTAT_EVENTS, .stat = (STAT) \
	}

/* clang-format off */
/* By name. */
static const struct vmstat_row rows[] = {
	ROW("nr_active_anon", LINE_ACTIVE_ANON),
	ROW("nr_active_file", LINE_ACTIVE_FILE),
	ROW("nr_anon_pages", LINE_ANON_PAGES),
	ROW_UNIT("nr_anon_transparent_hugepages", VMSTAT_HUGE, LINE_ANON_HUGE),
	ROW("nr_dirty", LINE_DIRTY),
	ROW_PART("nr_dirty_background_threshold", LINE_MEM_TOTAL),
	ROW_PART("nr_dirty_threshold", LINE_MEM_TOTAL),
	ROW_UNIT("nr_file_hugepages", VMSTAT_HUGE, LINE_FILE_HUGE),
	ROW("nr_file_pages", LINE_CACHED, LINE_BUFFERS, LINE_SWAP_CACHED),
	ROW("nr_free_pages", LINE_MEM_FREE),
	ROW_PART("nr_free_pages_blocks", LINE_MEM_FREE),
	ROW("nr_inactive_anon", LINE_INACTIVE_ANON),
	ROW("nr_inactive_file", LINE_INACTIVE_FILE),
	ROW_UNIT("nr_kernel_stack", VMSTAT_KIB, LINE_KERNEL_STACK),
	ROW("nr_mapped", LINE_MAPPED),
	ROW("nr_mlock", LINE_MLOCKED),
	ROW("nr_page_table_pages", LINE_PAGE_TABLES),
	ROW("nr_sec_page_table_pages", LINE_SEC_PAGE_TABLES),
	ROW("nr_shmem", LINE_SHMEM),
	ROW_UNIT("nr_shmem_hugepages", VMSTAT_HUGE, LINE_SHMEM_HUGE),
	ROW("nr_slab_reclaimable", LINE_SRECLAIMABLE),
	ROW("nr_slab_unreclaimable", LINE_SUNRECLAIM),
	ROW("nr_swapcached", LINE_SWAP_CACHED),
	ROW("nr_unevictable", LINE_UNEVICTABLE),
	ROW("nr_writeback", LINE_WRITEBACK),
	ROW("nr_zone_active_anon", LINE_ACTIVE_ANON),
	ROW("nr_zone_active_file", LINE_ACTIVE_FILE),
	ROW("nr_zone_inactive_anon", LINE_INACTIVE_ANON),
	ROW("nr_zone_inactive_file", LINE_INACTIVE_FILE),
	ROW("nr_zone_unevictable", LINE_UNEVICTABLE),
	ROW("nr_zone_write_pending", LINE_DIRTY, LINE_WRITEBACK),
	ROW_EVENTS("pgfault", MEMORY_PGFAULT),
	ROW_EVENTS("pgmajfault", MEMORY_PGMAJFAULT),
};
/* clang-format on */

static int compare(const void *key, const void *element)
{
	const struct text *name = key;
	const struct vmstat_row *row = element;
	size_t n = name->n < row->name.n ? name->n : row->name.n;
	int r = memcmp(name->p, row->name.p, n);

	return r != 0 ? r : (name->n > row->name.n) - (name->n < row->name.n);
}

static const struct vmstat_row *find(struct text name)
{
	return bsearch(&name, rows, sizeof(rows) / sizeof(rows[0]), sizeof(rows[0]), compare);
}

/* Takes "NAME N" off *rest; *ret_row is NULL for a name without a row. Returns 1, 0 at the end, -EIO. */
static int next_line(struct text *rest, struct text *ret_name, uint64_t *ret_number,
		     const struct vmstat_row **ret_row)
{
	struct text line;
	bool ended;

	if (!text_line(rest, &line, &ended))
		return 0;
	if (!ended || !text_until(&line, ' ', ret_name) || ret_name->n == 0)
		return -EIO;
	if (text_u64(line, ret_number) < 0)
		return -EIO;
	*ret_row = find(*ret_name);
	return 1;
}

/* How many KiB one of the unit is. A huge page is what one table of entries of eight bytes maps. */
static uint64_t unit_kib(enum vmstat_unit unit)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	if (unit == VMSTAT_PAGES)
		return page / 1024;
	return unit == VMSTAT_HUGE ? page / 1024 * (page / 8) : 1;
}

/* What vmstat says of the machine, by the lines of meminfo. What it does not say bounds nothing. */
static int parse(struct text in, struct meminfo *m)
{
	const struct vmstat_row *row;
	struct text name;
	uint64_t number;
	unsigned i;
	int r;

	for (i = 0; i < LINE_N; i++)
		m->machine[i] = RESOURCE_NONE;
	while ((r = next_line(&in, &name, &number, &row)) > 0) {
		if (!row || row->part || row->lines[1] || row->unit == VMSTAT_EVENTS)
			continue;
		if (__builtin_mul_overflow(number, unit_kib(row->unit), &number))
			number = RESOURCE_NONE;
		/* The same amount may have several names. */
		if (number < m->machine[row->lines[0]])
			m->machine[row->lines[0]] = number;
	}
	return r;
}

static uint64_t amount(const struct meminfo *m, const struct vmstat_row *row)
{
	uint64_t unit = unit_kib(row->unit);
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < LINES_MAX && row->lines[i]; i++)
		n = resource_plus(n, m->shown[row->lines[i]] / unit);
	return n;
}

static uint64_t shown(const struct resource_memory *memory, const struct meminfo *m,
		      const struct vmstat_row *row, uint64_t machine)
{
	uint64_t n = 0;

	if (row && row->unit != VMSTAT_EVENTS)
		n = amount(m, row);
	else if (row && memory->stat[row->stat] != RESOURCE_NONE)
		n = memory->stat[row->stat];
	return n < machine ? n : machine;
}

/* Most numbers are 0. */
static int append_line(struct text name, uint64_t n, struct buf *out)
{
	int r = buf_append_text(out, name);

	if (r < 0)
		return r;
	return n == 0 ? buf_append(out, " 0\n", 3) : buf_printf(out, " %" PRIu64 "\n", n);
}

/**
 * narrow_vmstat() - counts of the container's memory
 * In:     lines "NAME N".
 * Out:    the same lines; amounts as in meminfo, faults as the group counts them, all else 0.
 * Facts:  memory.
 * Errors: -EIO if the text is cut off or a line has another form; -ENOMEM.
 */
int narrow_vmstat(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resources *resources = rw->resources;
	const struct vmstat_row *row;
	struct meminfo m;
	struct text name;
	uint64_t number;
	int r;

	if (!(resources->files & RESOURCE_VMSTAT) || resources->memory.state == RESOURCE_ABSENT)
		return buf_append_text(out, in);
	r = parse(in, &m);
	if (r < 0)
		return r;
	meminfo_narrow(&resources->memory, &m);
	while ((r = next_line(&in, &name, &number, &row)) > 0) {
		r = append_line(name, shown(&resources->memory, &m, row, number), out);
		if (r < 0)
			return r;
	}
	return r;
}

static int say_amount(const struct vmstat_row *row, struct buf *out)
{
	const char *const units[] = { "pages", "kB", "huge pages" };
	const char *before = row->part ? "the machine's, at most " : "";
	struct text name;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < LINES_MAX && row->lines[i]; i++) {
		name = meminfo_rows[row->lines[i]].name;
		r = buf_printf(out, "%s%.*s", before, (int)name.n, name.p);
		before = " + ";
	}
	return r < 0 ? r : buf_printf(out, " of meminfo, in %s", units[row->unit]);
}

/**
 * explain_vmstat() - by which rule a line is as it is
 * In:     a line that narrow_vmstat() has made.
 * Facts:  memory.
 * Errors: -ENOMEM.
 */
int explain_vmstat(const struct resources *resources, struct text line, struct buf *rule,
		   struct buf *files)
{
	const struct resource_memory *memory = &resources->memory;
	const struct vmstat_row *row;
	struct text name = { "", 0 };
	int r;

	if (memory->state == RESOURCE_ABSENT)
		return buf_append_str(rule, "the machine's: no group counts memory");
	text_until(&line, ' ', &name);
	row = find(name);
	if (!row)
		return buf_append_str(rule, "0: no group counts it");
	if (row->unit != VMSTAT_EVENTS)
		return say_amount(row, rule);
	r = buf_append_str(rule, "counted");
	return r < 0 ? r
		     : buf_printf(files, "memory.stat: %s",
				  resource_stat_key(row->stat, memory->state));
}
