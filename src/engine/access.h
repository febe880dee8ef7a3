/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Inside the engine: accesses to a source with the client's rights. Every one is made between
 * access_begin() and access_end(); what is asked of the pid map, and of the client itself, is asked outside,
 * with our own.
 *
 *	struct access a = access_of(v, c, p);
 *
 *	while (access_begin(&a, &r)) {
 *		r = source_stat(...);
 *		access_end(&a, r);
 *	}
 */

#include "tree.h"

struct access {
	const struct view *view;
	const struct client *client;
	unsigned flags; /* enum identity_flags */
	unsigned tries;
	bool changed; /* the thread is the client now */
	bool done;
};

/* An access of the client to p; anchor NULL in p means that no task is concerned. */
struct access access_of(const struct view *v, const struct client *c, const struct place *p);

/* An access to the directory of the task with this number in the realm's source, before it is a place. */
struct access access_of_task(const struct view *v, const struct client *c,
			     const struct realm *realm, pid_t there);

/*
 * Makes the thread the client. Returns false when the access has been made, or cannot be: then *ret_r is
 * -EACCES or another errno of identity_enter().
 */
bool access_begin(struct access *a, int *ret_r);

/*
 * Makes the thread itself again. r is what came of it: where the client was denied without its supplementary
 * groups, access_begin() gives one more turn with them.
 */
void access_end(struct access *a, int r);

/* place_stat() as the client. */
int access_stat(const struct view *v, const struct client *c, const struct place *p,
		struct stat *ret);
