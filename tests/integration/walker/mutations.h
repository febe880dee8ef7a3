/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Ways to change what the view gave; each is one kind of mistake a view could make. */

#include "walker.h"

/* What a mutation may change; what the operation does not have is NULL. */
struct target {
	struct listing *list;
	struct stat *st;
	struct buf *text;
	struct buf *first; /* what was read first; empty before */
	int *r;		   /* the result: 0 or -errno */
};

/* Listings: the last name is lost, one is invented, two change places, a type is unknown, the last
 * name comes again in place of another, the end is an error, positions are those of the next item. */
void list_missing(const struct target *t);
void list_extra(const struct target *t);
void list_order(const struct target *t);
void list_type(const struct target *t);
void list_twice(const struct target *t);
void list_error(const struct target *t);
void list_offset(const struct target *t);

/* Attributes. */
void stat_type_link(const struct target *t);
void stat_mode(const struct target *t);
void stat_nlink(const struct target *t);
void stat_uid(const struct target *t);
void stat_gid(const struct target *t);
void stat_size(const struct target *t);

/* Results. */
void error_eacces(const struct target *t);
void error_none(const struct target *t);
void error_enoent(const struct target *t);

/* Texts. */
void text_append(const struct target *t);
void text_line_more(const struct target *t);
void text_half(const struct target *t);
void text_empty(const struct target *t);
void text_last_lost(const struct target *t);
void text_byte(const struct target *t);
void text_line_lost(const struct target *t);

/* Fields 4 and 6 of PID/stat as if from another namespace. */
void text_host_pid(const struct target *t);
void text_host_session(const struct target *t);

/* The first digit grows by one. */
void text_ahead(const struct target *t);

/* For ever what was read first. */
void text_frozen(const struct target *t);
