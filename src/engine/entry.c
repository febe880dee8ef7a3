/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of entries: finding rows. The rows themselves are handed in. */

#include "entry.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Most names in a listing are numbers, and no row is called so: the first byte settles it. */
static bool has_name(const struct entry *row, struct text name)
{
	return name.n > 0 && row->name[0] == name.p[0] && text_equal(name, text_str(row->name));
}

static bool applies(const struct entry *row, bool in_thread)
{
	return in_thread ? !row->process_only : !row->thread_only;
}

static bool drop_prefix(struct text *name, struct text prefix)
{
	if (!text_starts(*name, prefix))
		return false;
	*name = text_of(name->p + prefix.n, name->n - prefix.n);
	return true;
}

const struct entry *entry_find(const struct entry *dir, struct text name, bool in_thread)
{
	const struct entry *row;

	for (row = dir->children; row && row->kind != ENTRY_END; row++) {
		if (has_name(row, name) && applies(row, in_thread))
			return row;
	}
	if (dir->each == EACH_INDEXED && !drop_prefix(&name, text_str(dir->each_prefix)))
		return NULL;
	return entry_each_matches(dir->each, name) ? dir->each_row : NULL;
}

bool entry_is_named(const struct entry *row)
{
	return row->name != NULL;
}

/* A descriptor number (fs/proc/util.c, name_to_int()). */
static bool is_number(struct text name)
{
	uint64_t value;

	if (name.n == 0 || (name.n > 1 && name.p[0] == '0'))
		return false;
	return text_u64(name, &value) == 0 && value < UINT32_MAX;
}

/* One end of a range: either case, but no leading zero (fs/proc/base.c, dname_to_vma_addr()). */
static bool is_address(struct text t)
{
	uint64_t value;

	if (t.n > 1 && t.p[0] == '0')
		return false;
	return text_hex(t, &value) == 0;
}

static bool is_range(struct text name)
{
	struct text start;

	return text_until(&name, '-', &start) && is_address(start) && is_address(name);
}

bool entry_each_matches(enum entry_each each, struct text name)
{
	int32_t pid;

	switch (each) {
	case EACH_NONE:
		return false;
	case EACH_PROCESS:
	case EACH_THREAD:
		return text_pid(name, &pid) == 0;
	case EACH_NUMBER:
	case EACH_INDEXED:
		return is_number(name);
	case EACH_RANGE:
		return is_range(name);
	case EACH_ANY:
		return name.n > 0 && memchr(name.p, '/', name.n) == NULL;
	}
	return false;
}
