/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of `explain`. All of them print to standard output. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "text.h"
#include "tree.h"

struct buf;
struct pidmap;
struct source;

struct explain {
	const struct view *view;
	const struct client *client;
};

/* A path, walked as far as it goes. */
struct explain_walk {
	struct place
		parent; /* of the last component, or of the one that failed; empty for the root */
	struct place place; /* empty if r < 0 */
	struct stat st;
	struct text failed; /* the component that failed */
	int r;		    /* of the lookup; 0 if all is found */
	pid_t process; /* number in the view of the process the path leads through; 0 if none */
	pid_t thread;  /* the same of task/TID */
};

#define EXPLAIN_LABEL_WIDTH 12

/* Prints "label  " at the start of a line; continuation lines have the label "". */
void explain_label(const char *label);

/* explain_diff.c: prints it escaped, but tabs, which separate the columns of many files, as blanks. */
void explain_print(struct text part);

/* explain_path.c: explains one path as the user gave it. Returns 0 or -ENOMEM. */
int explain_path(const struct explain *e, const char *path);

/* explain_hidden.c: the lines about hidepid=, gid= and subset= of a view that has them. */
void explain_hiding(const struct view *v);

/*
 * explain_hidden.c: if hidepid= is what the walk failed at, prints that and returns true. Not certain: the
 * kernel may be the one that hides, and gives no reasons.
 */
bool explain_hidden(const struct explain *e, const struct explain_walk *w);

/* explain_walk.c: tree_walk(), but with what is known where it ends early; *ret is to be given to explain_walk_done(). */
void explain_walk(const struct explain *e, struct text path, struct explain_walk *ret);
void explain_walk_done(struct explain_walk *w);

/* explain_lines.c: the container's resources decide bytes of the file at p. */
bool explain_is_narrowed(const struct explain *e, const struct place *p);

/* explain_lines.c: a file of the container's control group is opened in the place of the one at p. */
bool explain_is_grouped(const struct explain *e, const struct place *p);

/*
 * explain_lines.c: the text of the file that the walk found, of one read: the source's, unless that is NULL, and with its
 * numbers translated, but still of the machine's resources. Returns 0 or the errno that a read would give.
 */
int explain_read(const struct explain *e, const struct explain_walk *w, struct buf *source,
		 struct buf *ret);

/* A line of a file that is the container's; rule and files, which it is made of, may be empty. Returns 0 or -ENOMEM. */
typedef int (*explain_each_fn)(void *context, struct text line, struct text rule,
			       struct text files);

/*
 * explain_lines.c: of a file that is narrowed or grouped, calls fn for each line of what the view shows for the text that
 * explain_read() gave. Returns 0, the errno that a read would give, or that of fn.
 */
int explain_each_line(const struct explain *e, const struct explain_walk *w, struct text before,
		      explain_each_fn fn, void *context);

/* explain_lines.c: prints them. Returns as above. */
int explain_lines(const struct explain *e, const struct explain_walk *w, struct text before);

/* explain_json.c: prints what is known of these paths, an array. Returns 0 or -ENOMEM. */
int explain_json(const struct explain *e, char **paths, int n);

/* explain_errno.c: prints why the kernel or the view says r (negative) for what the walk found. */
void explain_error(const struct explain *e, const struct explain_walk *w, int r);

/* explain_names.c: prints the names of the directory at p: shown or hidden, and why. Returns 0 or the
 * errno of listing it. */
int explain_names(const struct explain *e, const struct place *p);

/*
 * explain_unknown.c: prints the path of every name in the source that the table has no row for, with
 * prefix before it; of processes and threads, one is looked into. *ret_n is how many there are; what
 * could not be looked into is said on standard error. Returns 0 or -ENOMEM. The view must have been
 * opened with PROFILE_KERNEL to know all.
 */
int explain_unknown(const struct explain *e, const char *prefix, size_t *ret_n);

/* What a rewriter did to the lines of a text. */
struct explain_sum {
	size_t n_changed;
	size_t n_left_out;
};

/*
 * explain_diff.c: prints the first lines in which after differs from before, "- " and "+ " in front,
 * escaped and clipped to width bytes around the first difference, and how many there are. Lines are the
 * same or changed, in their order; some of before may be missing in after.
 */
struct explain_sum explain_diff(struct text before, struct text after, size_t width);
