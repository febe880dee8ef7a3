/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one function that decides what a client may do with an entry; every operation asks it. */

#include <stdbool.h>

#include "view.h"

struct entry;

enum policy_operation {
	POLICY_SEE,   /* lookup, listing, attributes */
	POLICY_READ,  /* open for reading, readlink, list a directory */
	POLICY_WRITE, /* anything that would change something */
};

struct policy_question {
	const struct client *client;
	const struct entry *row; /* NULL: a name without a row */
	bool guest;		 /* the entry belongs to a guest's directory */
	enum policy_operation operation;
};

/*
 * Returns 0 if the operation may go on (the kernel then decides with its own checks), -ENOENT if the
 * entry is hidden, -EROFS for every write: views are read-only.
 * Pure: the same facts give the same answer.
 */
int policy_check(const struct view *v, const struct policy_question *q);

/* Why policy_check() hides or refuses; NULL if it lets everything but writes through. */
const char *policy_reason(const struct view *v, const struct entry *row);
