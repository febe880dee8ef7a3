/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* PID/status and task/TID/status (fs/proc/array.c, proc_pid_status()). */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

enum field_kind {
	FIELD_OWN,     /* the task itself */
	FIELD_TASK,    /* another task */
	FIELD_COLUMNS, /* a task, by level */
	FIELD_GROUPS,  /* a process group or session, by level */
};

struct field {
	struct text key;
	enum field_kind kind;
	struct text own_columns; /* FIELD_OWN: the line that has the same number by level */
};

/* clang-format off */
static const struct field fields[] = {
	{ TEXT("Tgid"),	     FIELD_OWN,	    TEXT("NStgid") },
	{ TEXT("Pid"),	     FIELD_OWN,	    TEXT("NSpid") },
	{ TEXT("PPid"),	     FIELD_TASK,    { 0 } },
	{ TEXT("TracerPid"), FIELD_TASK,    { 0 } },
	{ TEXT("NStgid"),    FIELD_COLUMNS, { 0 } },
	{ TEXT("NSpid"),     FIELD_COLUMNS, { 0 } },
	{ TEXT("NSpgid"),    FIELD_GROUPS,  { 0 } },
	{ TEXT("NSsid"),     FIELD_GROUPS,  { 0 } },
};
/* clang-format on */

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* The keys begin with one of these. Most lines do not, and need no closer look. */
static bool may_be_field(struct text line)
{
	return line.n > 0 && (line.p[0] == 'N' || line.p[0] == 'P' || line.p[0] == 'T');
}

static const struct field *find_field(struct text line, struct text *ret_value)
{
	size_t i;

	for (i = 0; may_be_field(line) && i < N_FIELDS; i++) {
		if (text_key(line, fields[i].key, ret_value))
			return &fields[i];
	}
	return NULL;
}

/* The view's number for the task itself. */
static int append_own(const struct rewrite *rw, struct text status, const struct field *f,
		      struct text t, struct buf *out)
{
	pid_t there;
	pid_t here = 0;
	int r;

	r = number_parse(t, &there);
	if (r == 0)
		r = number_own(rw, status, f->own_columns, there, &here);
	return r < 0 ? r : number_append(out, here);
}

static int append_value(const struct rewrite *rw, struct text status, const struct field *f,
			struct text value, struct buf *out)
{
	struct text number;
	int r;

	if (f->kind == FIELD_COLUMNS)
		return number_append_columns(rw, value, number_append_task, out);
	if (f->kind == FIELD_GROUPS)
		return number_append_columns(rw, value, number_append_group, out);
	if (value.n == 0 || value.p[0] != '\t')
		return -EIO;
	number = text_of(value.p + 1, value.n - 1);
	r = buf_append(out, "\t", 1);
	if (r < 0)
		return r;
	if (f->kind == FIELD_OWN)
		return append_own(rw, status, f, number, out);
	return number_append_task(rw, number, out);
}

/**
 * rewrite_status() - the numbers in a task's status
 * In:     "KEY:<TAB>VALUE" lines. The name, the only foreign text, has no newline: it is escaped.
 * Out:    Tgid, Pid, PPid and TracerPid as numbers of the view, 0 for those it does not see;
 *         NStgid, NSpid, NSpgid and NSsid without the levels above the view. Other lines as they
 *         are.
 * Facts:  pids. At level 0 (guests) the first column of the NS lines is translated, none dropped.
 * Errors: -EIO if one of these lines is cut off, comes twice, holds no number or too few columns;
 *         -ESRCH if the task has gone; -ENOMEM.
 */
int rewrite_status(const struct rewrite *rw, struct text in, struct buf *out)
{
	const char *done = in.p; /* up to here all is in out */
	struct text rest = in;
	struct text line, value;
	unsigned seen = 0;
	bool ended;
	int r;

	r = buf_reserve(out, in.n);
	while (r == 0 && text_line(&rest, &line, &ended)) {
		const struct field *f = find_field(line, &value);

		if (!f)
			continue;
		if (!ended || (seen & 1U << (f - fields)))
			return -EIO;
		seen |= 1U << (f - fields);
		r = buf_append(out, done, (size_t)(line.p + line.n - done) - value.n);
		if (r == 0)
			r = append_value(rw, in, f, value, out);
		done = line.p + line.n;
	}
	return r < 0 ? r : buf_append(out, done, in.n - (size_t)(done - in.p));
}
