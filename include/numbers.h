/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Numbers of tasks in the source's texts, and what the view shows for them. What is not a number as
 * the kernel prints it is refused: a rewriter that let it through could let the host's number
 * through.
 */

#include <sys/types.h>

#include "buf.h"
#include "rewrite.h"
#include "text.h"

/*
 * Reads a number as the kernel's "%d" of a pid_t: no blanks, no plus, no leading zero, no "-0".
 * Returns 0 or -EIO.
 */
int number_parse(struct text t, pid_t *ret);

/* Appends a number in decimal. Returns 0 or -ENOMEM. */
int number_append(struct buf *out, pid_t n);

/*
 * Appends the view's number of the task whose number in the source's text is t; 0 if the view does
 * not see it. 0 and negative numbers stay (they mean none). Returns 0, -EIO if t is no number,
 * -ENOMEM.
 */
int number_append_task(const struct rewrite *rw, struct text t, struct buf *out);

/* The same for a process group or session, whose number may outlive its leader. */
int number_append_group(const struct rewrite *rw, struct text t, struct buf *out);

/*
 * The number in one column of a line "KEY:<TAB>N<TAB>N..." of status; column 0 is the source's own
 * namespace, each further column one level deeper (fs/proc/array.c, task_state()).
 * Returns 0; -EIO if there is no such line, it is cut off, has too few columns, or one is no
 * number.
 */
int number_in_column(struct text status, struct text key, unsigned column, pid_t *ret);

/*
 * Appends the columns ("<TAB>N<TAB>N...") that the view sees of those the source shows: without the
 * first rw->pids->level ones; at level 0 (guests) all of them, the first translated by
 * append_first. Returns 0; -EIO if there are too few columns or one is no number; -ENOMEM.
 */
int number_append_columns(const struct rewrite *rw, struct text columns,
			  int (*append_first)(const struct rewrite *, struct text, struct buf *),
			  struct buf *out);

/*
 * The view's number of the very task the text is about, whose number in the source's text is there.
 * key names the line of status that has the same number by level (NSpid, NStgid): as long as both
 * agree it is this task that is meant, and no other one that has got its number meanwhile.
 * Returns 0; -ESRCH if they do not agree or the view does not see the task: it is gone, as the
 * kernel says in that case; -EIO as number_in_column().
 */
int number_own(const struct rewrite *rw, struct text status, struct text key, pid_t there,
	       pid_t *ret);
