/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How views are printed that are mounted here: a table, or JSON. */

#include <stdbool.h>

#include "control.h"

struct fault;
struct status_table;

/* Returns 0 or -ENOMEM. */
int status_table_new(bool json, struct status_table **ret);

/* NULL is accepted. */
void status_table_free(struct status_table *t);

/*
 * Adds the view mounted on dir; with a fault, that it could not be asked: that is said in JSON only. Returns 0 or -ENOMEM.
 */
int status_table_add(struct status_table *t, const char *dir, const struct control_status *s,
		     const struct fault *fault);

/* Prints all. Returns 0 or -errno. */
int status_table_print(struct status_table *t);
