/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of an open directory, by getdents64(2) itself: readdir(3) hides errors procfs gives. */

#include <stdbool.h>
#include <sys/types.h>

struct dirents_entry {
	const char *name;
	unsigned char type; /* DT_* */
	ino_t inode;
};

/*
 * Calls visit for each name from the start of the directory fd (its position moves), without "." and
 * "..", until visit returns false. Returns 0 or the errno of lseek(2) or getdents64(2): -ENOENT if the
 * directory's task has died.
 */
int dirents_each(int fd, bool (*visit)(void *context, const struct dirents_entry *entry),
		 void *context);
