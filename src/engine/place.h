/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside the engine: how places and anchors are made. */

#include <stdatomic.h>

#include "policy.h"
#include "tree.h"

struct anchor {
	atomic_uint references;
	int fd;		  /* O_PATH */
	char *path;	  /* below the source's root: "42", "42/task/43" */
	const char *name; /* its end: below the anchor it was opened from: "42", "task/43" */
	struct stat st; /* at the time of opening; inode and ctime tell instances of a name apart */
};

/*
 * Opens the directory at path below dir's anchor as a new anchor, whose st is left to the caller. Returns 0 with one reference, the
 * source's errno, or -ENOMEM.
 */
int anchor_open(const struct place *dir, const struct realm *realm, const char *path,
		struct anchor **ret);

/* Takes one more reference; NULL is accepted. Returns a. */
struct anchor *anchor_ref(struct anchor *a);

/* Gives a reference back; NULL is accepted. Returns NULL. */
struct anchor *anchor_unref(struct anchor *a);

/* A second place that means the same. Returns 0 or -ENOMEM. */
int place_copy(const struct place *p, struct place *ret);

/* The child of dir under name, in the same realm and below the same anchor. Returns 0 or -ENOMEM. */
int place_child(const struct place *dir, const struct entry *row, struct text name,
		struct place *ret);

/* The number, in its source, of the process (or of the thread at the root) that p hangs on; 0: none. */
pid_t place_task(const struct place *p);

/* The attributes of a place, without asking policy. */
int place_stat(const struct place *p, struct stat *ret);

/* policy_check() and hidepid= for the entry at p; places of our own are open to everybody who got there. */
int place_ask(const struct view *v, const struct client *c, const struct place *p,
	      enum policy_operation operation);
