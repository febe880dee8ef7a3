/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Going from a process to its parents without going in circles, which only damaged records have. */

#include <stdbool.h>
#include <sys/types.h>

struct ancestors {
	pid_t mark; /* one we have been at */
	unsigned steps, next_mark;
};

/*
 * Whether the walk, now at this process, has come round. Brent's way: the mark moves up at steps 1, 2, 4,
 * 8 ..., so that it lies in the ring at last, and a ring no longer than that is noticed.
 */
static inline bool ancestors_repeat(struct ancestors *a, pid_t at)
{
	if (a->steps > 0 && at == a->mark)
		return true;
	if (a->steps++ >= a->next_mark) {
		a->mark = at;
		a->next_mark = a->steps * 2;
	}
	return false;
}
