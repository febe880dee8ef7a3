/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The table of `pids`: columns, and rows as text or JSON. */

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "text.h"

struct buf;
struct fault;
struct levels;

/* A process. */
struct pids_row {
	pid_t here;  /* number in the view */
	pid_t there; /* on the host */
	const struct levels *levels;
	struct text cgroup; /* the text of its cgroup file; empty if it could not be read */
};

struct pids_style {
	unsigned level; /* how many levels the view is below the host */
	bool no_host;	/* the view's numbers are all there are: a tree as it was recorded */
	const char *
		chosen; /* --output: names between commas, "+" first adds them; NULL: the default */
	bool json;
	bool no_headings;
};

struct pids_table;

/*
 * An empty table. Returns 0; -EINVAL for a name that is no column of this view, with the fault naming
 * those there are; -ENOMEM.
 */
int pids_table_new(const struct pids_style *style, struct pids_table **ret, struct fault *fault);

/* Appends a row. Returns 0 or -ENOMEM. */
int pids_table_add(struct pids_table *t, const struct pids_row *row);

/* Prints all rows to standard output. Returns 0 or -ENOMEM. */
int pids_table_print(struct pids_table *t);

/* NULL is accepted. */
void pids_table_free(struct pids_table *t);
