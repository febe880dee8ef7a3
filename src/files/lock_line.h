/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One line of fs/locks.c, lock_get_status(): a line of locks, and of fdinfo behind "lock:<TAB>". */

#include <stdbool.h>

#include "text.h"

struct lock_line {
	bool waiter;	    /* "->": waits for the lock above */
	struct text before; /* up to the owner's number */
	struct text pid;
	struct text after; /* the rest of the line */
};

/*
 * Takes "ID: [->] TYPE CLASS MODE PID DEVICE START END" apart (line is without its newline; it
 * stays borrowed). Returns 0 or -EIO if it has another form.
 */
int lock_line_parse(struct text line, struct lock_line *ret);
