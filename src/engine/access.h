/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Inside the engine: accesses to a source with the client's rights, made where the client stands. Every one is a
 * function handed to access_do() or one of its kin; what is asked of the pid map, and of the client itself, is asked
 * outside, with our own rights.
 */

#include "buf.h"
#include "tree.h"

/* Far above any text that is made whole: locks of a machine with 100,000 of them are 6 MB. */
#define ACCESS_TEXT_MAX_BYTES ((size_t)64 << 20)

/*
 * Calls fn with the client's rights. Where the client's namespaces or root directory matter at p and are not ours, or
 * its capabilities are of another user namespace, by a process that stands there (stand.h). Where the client is denied
 * without its supplementary groups, fn is called once more with them. Returns what fn returns, or an errno of
 * identity_enter().
 */
int access_do(const struct view *v, const struct client *c, const struct place *p,
	      int (*fn)(void *arg), void *arg);

/* Contexts of enum stand_context in which a read at p has to be made apart (STAND_APART); 0: none. */
unsigned access_apart(const struct view *v, const struct client *c, const struct place *p);

/*
 * Appends what fn appends, made where the client stands, by a process of its own. Returns what fn returns; -EXDEV
 * if we cannot stand there: then from where we are is the best there is; errors of stand_read().
 */
int access_read_apart(const struct view *v, const struct client *c, const struct place *p,
		      int (*fn)(void *arg, struct buf *out), void *arg, struct buf *out);

/* The directory of a task before it is a place: its number and its path in the realm's source. */
struct access_task {
	const struct realm *realm;
	pid_t number;
	int dirfd;
	const char *path;
};

/* access_do() with it. */
int access_do_task(const struct view *v, const struct client *c, const struct access_task *t,
		   int (*fn)(void *arg), void *arg);

/* source_stat() of it as the client. */
int access_stat_task(const struct view *v, const struct client *c, const struct access_task *t,
		     struct stat *ret);

/* place_stat() as the client. */
int access_stat(const struct view *v, const struct client *c, const struct place *p,
		struct stat *ret);
