/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Collected names: order and offsets. */

#include "list_order.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "listing.h"

int list_names_add(struct list_names *l, const char *name, unsigned char type, ino_t inode,
		   int32_t number)
{
	size_t at = l->bytes.len;

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct list_item *items = reallocarray(l->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		l->items = items;
		l->cap = cap;
	}
	if (buf_append(&l->bytes, name, strlen(name) + 1) < 0)
		return -ENOMEM;
	l->items[l->n++] = (struct list_item){ at, type, inode, number };
	return 0;
}

void list_names_clear(struct list_names *l)
{
	l->n = 0;
	buf_clear(&l->bytes);
}

void list_names_free(struct list_names *l)
{
	free(l->items);
	buf_free(&l->bytes);
	*l = (struct list_names){ 0 };
}

off_t list_names_offset(const struct list_names *l, const struct entry *dir, size_t i)
{
	bool numbered = dir && (dir->each == EACH_PROCESS || dir->each == EACH_NUMBER);

	if (numbered && l->items[i].number >= 0)
		return LISTING_NUMBER_OFFSET + (off_t)l->items[i].number;
	/* "." and ".." are 1 and 2. */
	return (off_t)i + 3;
}

struct sorting {
	const struct list_names *names;
	const struct entry *dir;
};

/* Named before numbered; among the named, links to the client itself last (fs/proc/root.c). */
static int class_of(const struct entry *row, const struct list_item *item)
{
	if (item->number >= 0)
		return 2;
	return row && (row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF) ? 1 : 0;
}

/* Where the row stands in its array; names without one come last. */
static size_t position_of(const struct entry *dir, const struct entry *row)
{
	if (!row || !dir->children || !entry_is_named(row))
		return SIZE_MAX;
	return (size_t)(row - dir->children);
}

static int compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* The start of an address range, for map_files. */
static uint64_t range_start(const char *name)
{
	struct text rest = text_str(name), first;
	uint64_t start = 0;

	if (!text_until(&rest, '-', &first) || text_hex(first, &start) < 0)
		return UINT64_MAX;
	return start;
}

static int compare_names(const struct entry *dir, const char *a, const char *b)
{
	int r = 0;

	if (dir->each == EACH_RANGE) {
		uint64_t x = range_start(a), y = range_start(b);

		r = (x > y) - (x < y);
	} else if (dir->order == ORDER_LENGTH) {
		r = compare_size(strlen(a), strlen(b));
	}
	return r ? r : strcmp(a, b);
}

static int compare_items(const void *a, const void *b, void *context)
{
	const struct sorting *s = context;
	const struct list_item *x = a, *y = b;
	const char *x_name = s->names->bytes.data + x->name;
	const char *y_name = s->names->bytes.data + y->name;
	const struct entry *x_row = entry_find(s->dir, text_str(x_name), false);
	const struct entry *y_row = entry_find(s->dir, text_str(y_name), false);
	int r;

	r = class_of(x_row, x) - class_of(y_row, y);
	if (r == 0 && x->number >= 0)
		r = (x->number > y->number) - (x->number < y->number);
	if (r == 0 && s->dir->order == ORDER_TABLE)
		r = compare_size(position_of(s->dir, x_row), position_of(s->dir, y_row));
	return r ? r : compare_names(s->dir, x_name, y_name);
}

void list_names_sort(struct list_names *l, const struct entry *dir)
{
	struct sorting s = { l, dir };

	if (l->n > 1)
		qsort_r(l->items, l->n, sizeof(*l->items), compare_items, &s);
}
