/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of a directory while they are collected: their order and their offsets. */

#include <stdint.h>
#include <sys/types.h>

#include "buf.h"

struct entry;

struct list_item {
	size_t name; /* where it begins in bytes, NUL-terminated */
	unsigned char type;
	ino_t inode;
	int32_t number; /* of a numbered name; -1 for others */
};

struct list_names {
	struct list_item *items;
	size_t n;
	size_t cap;
	struct buf bytes;
};

/* Appends a name. number is -1 unless the name is one. Returns 0 or -ENOMEM. */
int list_names_add(struct list_names *l, const char *name, unsigned char type, ino_t inode,
		   int32_t number);

/* Puts the names of a recorded directory in the order the kernel lists them in: the row says which. */
void list_names_sort(struct list_names *l, const struct entry *dir);

/*
 * The offset behind item i: for processes and descriptors 256 + their number, so that it stays right
 * when others come and go; else the position.
 */
off_t list_names_offset(const struct list_names *l, const struct entry *dir, size_t i);

/* Forgets the names; clear keeps the memory. */
void list_names_clear(struct list_names *l);
void list_names_free(struct list_names *l);
