/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ids and groups in the text of PID/status, as the reader's user namespace maps them. */

#include <stddef.h>
#include <sys/types.h>

#include "text.h"

/* 65536 groups (NGROUPS_MAX) of eleven bytes each, and the rest. */
#define CREDENTIALS_BYTES_MAX ((size_t)1 << 20)

struct credentials {
	uid_t euid;
	uid_t fsuid;
	gid_t fsgid;
	gid_t *groups; /* owned */
	size_t n_groups;
};

/*
 * Takes the second and the last column of Uid, the last of Gid, and Groups (fs/proc/array.c, task_state()). Returns 0; -EINVAL
 * if one of the lines is missing or malformed; -ENOMEM.
 */
int credentials_parse(struct text status, struct credentials *ret);

/* Frees the groups; an empty one is accepted. */
void credentials_done(struct credentials *c);
