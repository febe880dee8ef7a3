/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* fdinfo/N (fs/proc/fd.c, seq_show()). */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "lock_line.h"
#include "numbers.h"
#include "pidmap.h"
#include "rewrite.h"

/*
 * How far we are. The kernel prints these keys for every file and then what belongs to its kind.
 * For a pidfd that is Pid and NSpid (fs/pidfs.c, pidfd_show_fdinfo()); for others it may be free
 * text, newlines included (the name of a DMA buffer), so what looks like a key there is none.
 */
enum part {
	PART_COMMON, /* pos, flags, mnt_id, ino (5.14), lock */
	PART_PIDFD,  /* just behind Pid */
	PART_KIND,
};

static const struct text common_keys[] = {
	TEXT("pos"),
	TEXT("flags"),
	TEXT("mnt_id"),
	TEXT("ino"),
};

static bool is_common(struct text line)
{
	struct text value;
	size_t i;

	for (i = 0; i < sizeof(common_keys) / sizeof(common_keys[0]); i++) {
		if (text_key(line, common_keys[i], &value))
			return true;
	}
	return false;
}

/* "<TAB>" and a line of locks; it stays even if its owner is not visible. */
static int append_lock(const struct rewrite *rw, struct text value, struct buf *out)
{
	struct lock_line l;
	int r;

	if (value.n == 0 || value.p[0] != '\t')
		return -EIO;
	r = lock_line_parse(text_of(value.p + 1, value.n - 1), &l);
	if (r == 0)
		r = buf_append(out, "\t", 1);
	if (r == 0)
		r = buf_append_text(out, l.before);
	if (r == 0)
		r = number_append_task(rw, l.pid, out);
	return r < 0 ? r : buf_append_text(out, l.after);
}

static int append_pid(const struct rewrite *rw, struct text value, pid_t *ret_here, struct buf *out)
{
	pid_t there;
	int r;

	if (value.n == 0 || value.p[0] != '\t')
		return -EIO;
	r = number_parse(text_of(value.p + 1, value.n - 1), &there);
	if (r == 0)
		r = buf_append(out, "\t", 1);
	if (r < 0)
		return r;
	*ret_here = pidmap_to_view(rw->pids, there);
	return number_append(out, *ret_here);
}

/* The visible columns; of a process that is not visible, or has ended (-1), Pid's number again. */
static int append_nspid(const struct rewrite *rw, struct text value, pid_t here, struct buf *out)
{
	int r;

	if (here > 0)
		return number_append_columns(rw, value, number_append_task, out);
	r = buf_append(out, "\t", 1);
	return r < 0 ? r : number_append(out, here);
}

enum line_kind {
	LINE_PASS,
	LINE_LOCK,
	LINE_PID,
	LINE_NSPID,
};

/* What the line is, in the part that we have reached; *part goes on with it. */
static enum line_kind classify(struct text line, enum part *part, struct text *ret_value)
{
	enum part before = *part;

	if (before == PART_COMMON && text_key(line, TEXT("lock"), ret_value))
		return LINE_LOCK;
	if (before == PART_COMMON && is_common(line))
		return LINE_PASS;
	*part = PART_KIND;
	if (before == PART_COMMON && text_key(line, TEXT("Pid"), ret_value)) {
		*part = PART_PIDFD;
		return LINE_PID;
	}
	if (before == PART_PIDFD && text_key(line, TEXT("NSpid"), ret_value))
		return LINE_NSPID;
	return LINE_PASS;
}

/**
 * rewrite_fdinfo() - the numbers in a descriptor's fdinfo
 * In:     "KEY:<TAB>VALUE" lines, first those of every file, then those of its kind.
 * Out:    the owner in lock lines as a number of the view; Pid and NSpid of a pidfd likewise, 0 for
 *         a process that the view does not see, -1 for one that has been reaped. SqThread of an
 *         io_uring is the same number in every procfs instance (6.12, 6.18) and passes, as do all
 *         other lines.
 * Facts:  pids. At level 0 (guests) the first column of NSpid is translated, none dropped.
 * Errors: -EIO if one of these lines is cut off or has another form; -ENOMEM.
 */
int rewrite_fdinfo(const struct rewrite *rw, struct text in, struct buf *out)
{
	enum part part = PART_COMMON;
	struct text line, value;
	pid_t here = 0;
	bool ended;
	int r = 0;

	while (r == 0 && text_line(&in, &line, &ended)) {
		enum line_kind kind = classify(line, &part, &value);

		if (kind == LINE_PASS) {
			r = buf_append(out, line.p, line.n + ended);
			continue;
		}
		if (!ended)
			return -EIO;
		r = buf_append(out, line.p, line.n - value.n);
		if (r == 0 && kind == LINE_LOCK)
			r = append_lock(rw, value, out);
		else if (r == 0 && kind == LINE_PID)
			r = append_pid(rw, value, &here, out);
		else if (r == 0)
			r = append_nspid(rw, value, here, out);
		if (r == 0)
			r = buf_append(out, "\n", 1);
	}
	return r;
}
