/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tasks that hidepid= hides, where no kernel instance does it for us. */

#include "policy.h"
#include "tree.h"

/* A task's directory, addressed as in source_openat(). */
struct hidden_task {
	const struct realm *realm;
	int dirfd;
	const char *path;
	pid_t number; /* in the source, of the task or of a thread of its process */
};

/*
 * policy_check_task() with the facts: whether the client may trace a live task is asked of the kernel, by
 * an access that it checks just so; of a recorded one only owner and group are known. What cannot be
 * asked counts as no. Returns 0, -ENOENT or -EPERM.
 */
int hidden_check(const struct view *v, const struct client *c, const struct hidden_task *t,
		 enum policy_operation operation);

/* hidden_check() of the task whose directory, or task/ below it, p is; 0 for any other place. */
int hidden_check_place(const struct view *v, const struct client *c, const struct place *p,
		       enum policy_operation operation);

/*
 * Whether a listing of the root leaves out the process with this number in the realm's source, given that
 * the names do not come from a listing by an instance that hides.
 */
bool hidden_in_listing(const struct view *v, const struct client *c, const struct realm *realm,
		       pid_t there);
