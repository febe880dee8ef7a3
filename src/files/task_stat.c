/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PID/stat and task/TID/stat (fs/proc/array.c, do_task_stat()). */

#include <errno.h>
#include <stddef.h>

#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"
#include "stat_line.h"

/* The line, taken apart: "PID (COMM) STATE PPID PGRP SESSION TTY TPGID ...". */
struct stat_line {
	struct text pid;
	struct text middle; /* " (COMM) STATE " */
	struct text ppid;
	struct text pgrp;
	struct text session;
	struct text tty;
	struct text tpgid;
	struct text rest; /* with the newline */
};

int stat_line_comm_end(struct text line, size_t *ret)
{
	size_t i;

	for (i = line.n; i >= 2; i--) {
		if (line.p[i - 2] == ')' && line.p[i - 1] == ' ') {
			*ret = i;
			return 0;
		}
	}
	return -EIO;
}

/* The newline at the end says that the line is whole. */
static int parse(struct text in, struct stat_line *ret)
{
	struct text head = in;
	struct text tail, state;
	size_t comm_end;
	int r;

	r = stat_line_comm_end(in, &comm_end);
	if (r < 0 || in.p[in.n - 1] != '\n')
		return -EIO;
	tail = text_of(in.p + comm_end, in.n - comm_end);
	if (!text_until(&head, ' ', &ret->pid) || !text_starts(head, TEXT("(")) ||
	    !text_until(&tail, ' ', &state) || state.n != 1)
		return -EIO;
	ret->middle = text_of(head.p - 1, (size_t)(tail.p - head.p) + 1);
	if (!text_until(&tail, ' ', &ret->ppid) || !text_until(&tail, ' ', &ret->pgrp) ||
	    !text_until(&tail, ' ', &ret->session) || !text_until(&tail, ' ', &ret->tty) ||
	    !text_until(&tail, ' ', &ret->tpgid))
		return -EIO;
	ret->rest = tail;
	return tail.n > 0 ? 0 : -EIO;
}

/*
 * A process group or session of the task: its status tells the number at each level, right also for
 * a group whose leader is gone. 0 is none, and -1 is shown while the task is being reaped; both
 * stay.
 */
static int append_own_group(const struct rewrite *rw, struct text t, struct text key,
			    struct buf *out)
{
	pid_t there;
	pid_t here = 0;
	int r;

	if (rw->pids->level == 0)
		return number_append_group(rw, t, out);
	r = number_parse(t, &there);
	if (r == 0 && there <= 0)
		return number_append(out, there);
	if (r == 0)
		r = number_in_column(rw->beside, key, rw->pids->level, &here);
	return r < 0 ? r : number_append(out, here);
}

static int append_own(const struct rewrite *rw, struct text t, struct buf *out)
{
	pid_t there;
	pid_t here = 0;
	int r;

	r = number_parse(t, &there);
	if (r == 0)
		r = number_own(rw, rw->beside, TEXT("NSpid"), there, &here);
	return r < 0 ? r : number_append(out, here);
}

/**
 * rewrite_stat() - the numbers in a task's stat
 * In:     one line of fields separated by single spaces; the second is the raw name in parentheses.
 * Out:    fields 1 pid, 4 ppid and 8 tpgid as numbers of the view, 5 pgrp and 6 session from the
 *         column of the view's level in status; all other bytes as they are.
 * Facts:  pids; beside: status of the same task (not looked at for level 0, the guests).
 * Errors: -EIO if the line is cut off or one of these fields is no number; -ESRCH if the task has
 *         gone; -ENOMEM.
 */
int rewrite_stat(const struct rewrite *rw, struct text in, struct buf *out)
{
	struct stat_line l;
	int r;

	r = parse(in, &l);
	if (r == 0)
		r = append_own(rw, l.pid, out);
	if (r == 0)
		r = buf_append_text(out, l.middle);
	if (r == 0)
		r = number_append_task(rw, l.ppid, out);
	if (r == 0)
		r = buf_append(out, " ", 1);
	if (r == 0)
		r = append_own_group(rw, l.pgrp, TEXT("NSpgid"), out);
	if (r == 0)
		r = buf_append(out, " ", 1);
	if (r == 0)
		r = append_own_group(rw, l.session, TEXT("NSsid"), out);
	if (r == 0)
		r = buf_append(out, l.tty.p - 1, l.tty.n + 2);
	if (r == 0)
		r = number_append_group(rw, l.tpgid, out);
	if (r == 0)
		r = buf_append(out, l.rest.p - 1, l.rest.n + 1);
	return r;
}
