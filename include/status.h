/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The numbers in the text of PID/status. */

#include <stddef.h>
#include <sys/types.h>

#include "text.h"

struct source;

/* Pid namespaces nest 32 deep below the first (include/linux/pid_namespace.h, MAX_PID_NS_LEVEL). */
#define STATUS_COLUMNS_MAX 33

struct status {
	pid_t tgid;
	pid_t pid;  /* of the thread */
	pid_t ppid; /* the parent's thread group; 0 if it is not visible */
	/* Columns of NSpid, one per level from the source's namespace down to the task's own. */
	size_t n_columns;
	pid_t nspid[STATUS_COLUMNS_MAX];
	pid_t nstgid[STATUS_COLUMNS_MAX];
	pid_t nspgid[STATUS_COLUMNS_MAX]; /* 0 where the group's number means nothing */
	pid_t nssid[STATUS_COLUMNS_MAX];
};

/*
 * Reads the lines Tgid, Pid, PPid and NStgid, NSpid, NSpgid, NSsid. A missing NStgid, NSpgid or NSsid
 * leaves zeroes. Returns 0; -ENODATA without Pid or NSpid (before Linux 4.1, or no pid namespaces); -EINVAL
 * if one of these lines is malformed, or the columns differ in number or are too many.
 */
int status_parse(struct text text, struct status *ret);

/* Reads and parses NAME/status; name is a process ("42") or thread, addressed as in source_openat(). */
int status_read(const struct source *s, int dirfd, const char *name, struct status *ret);

/*
 * The number at this level of a process group or session that has the given number at the source's
 * level, as this task's columns tell; 0 if the task is in neither, or is not that deep.
 */
pid_t status_group(const struct status *st, unsigned level, pid_t there);
