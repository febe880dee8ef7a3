/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * How many threads of a view run or wait for a device now. No version of control groups counts them, so the states of
 * the view's members are looked at: what `ps` in the view shows, in whatever groups they are, at any depth.
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "text.h"

struct pidmap;
struct source;

struct load_counts {
	unsigned running; /* R */
	unsigned
		blocked; /* D; frozen by a group of version 1 as well (fs/proc/array.c, get_task_state()) */
	unsigned
		threads; /* all, those that have ended but were not waited for included, as in the kernel's count */
};

/* What the text of task/TID/stat says of a thread. */
struct load_thread {
	char state;
	unsigned n_threads; /* of its process; 0 if that is about to go */
};

/*
 * The beginning of the text (up to num_threads) is enough, since no later byte is a parenthesis. Returns 0, or -EIO if it
 * does not have the kernel's form.
 */
int load_parse_thread(struct text stat, struct load_thread *ret);

/*
 * Looks at every thread of the members, by the source, with our own rights; about three system calls for each. Those
 * that have gone meanwhile, or may not be looked at, are not counted. Ends early, with -ECANCELED, once *stopping is
 * true. Returns 0 or -errno: then *ret is untouched.
 */
int load_count(const struct source *s, const struct pidmap *members, const atomic_bool *stopping,
	       struct load_counts *ret);
