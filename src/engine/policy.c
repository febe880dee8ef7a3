/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client may do with an entry. */

#include "policy.h"

#include <errno.h>
#include <stddef.h>

#include "entry.h"
#include "hiding.h"

/* subset=pid leaves these at the root (fs/proc/generic.c, proc_lookup(), proc_readdir()). */
static bool is_of_processes(const struct entry *row)
{
	return row &&
	       (row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF || !entry_is_named(row));
}

const char *policy_reason(const struct view *v, const struct entry *row, bool top)
{
	if (top && v->hiding.only_processes && !is_of_processes(row))
		return "mount option subset=pid: no process";
	if (v->members.strict) {
		if (!row)
			return "--sys: a name without a row in the table";
		return row->concern == CONCERN_HOST ? "--sys: a matter of the machine's" : NULL;
	}
	if (v->profile == PROFILE_KERNEL)
		return NULL;
	if (!row)
		return "profile container: a name without a row in the table";
	return row->concern == CONCERN_HOST ? "profile container: a matter of the host's" : NULL;
}

/* As in profile "container", whatever the view's. */
static bool is_strange(const struct policy_question *q)
{
	return q->strict && (!q->row || q->row->concern == CONCERN_HOST);
}

/* What container engines mount read-only. */
static bool is_fixed(const struct view *v, const struct entry *row)
{
	return row->concern == CONCERN_TUNE &&
	       (v->profile == PROFILE_CONTAINER || v->machine_fixed);
}

/*
 * The kernel looks at more than ids and capabilities, and there the server must not stand in for a client
 * that is something else.
 */
static int check_write(const struct view *v, const struct policy_question *q)
{
	if (!v->writable || !q->row || q->strict || is_fixed(v, q->row))
		return -EROFS;
	switch (q->row->write) {
	case WRITE_CLIENT:
		return 0;
	case WRITE_OVER_TASK:
		return q->writer & (POLICY_USERNS | POLICY_TASK) ? 0 : -EPERM;
	case WRITE_MEMORY:
		return q->writer & POLICY_USERNS && !(q->writer & POLICY_SERVER) ? 0 : -EROFS;
	case WRITE_USERNS:
		if (q->writer & POLICY_USERNS)
			return 0;
		return q->writer & POLICY_TASK && q->writer & POLICY_CAPABLE ? 0 : -EPERM;
	case WRITE_SELF:
		return q->writer & (POLICY_OWN | POLICY_SERVER) ? -EROFS : 0;
	case WRITE_MACHINE:
		return q->writer & POLICY_NAMESPACES ? 0 : -EROFS;
	case WRITE_NEVER:
	default:
		/* Without write bits who may open it all the same finds that it cannot be written. */
		return q->row->mode && !(q->row->mode & 0222) ? 0 : -EROFS;
	}
}

/*
 * Only to files of the client's own process, which lives as long as it is on its way there: so the number that
 * leads it there cannot have become another's.
 */
static int check_pass(const struct view *v, const struct policy_question *q)
{
	if (!(v->writable || v->own_writable) || !q->row || !(q->writer & POLICY_OWN))
		return -EROFS;
	if (q->row->concern != CONCERN_TASK && q->row->concern != CONCERN_OWNER)
		return -EROFS;
	switch (q->row->write) {
	case WRITE_OVER_TASK:
	case WRITE_USERNS:
	case WRITE_SELF:
		return 0;
	case WRITE_CLIENT:
		return v->writable ? -EROFS : 0;
	case WRITE_MACHINE:
	case WRITE_MEMORY:
	case WRITE_NEVER:
	default:
		return -EROFS;
	}
}

int policy_check(const struct view *v, const struct policy_question *q)
{
	if (policy_reason(v, q->row, q->top) || is_strange(q))
		return -ENOENT;
	if (q->operation == POLICY_PASS)
		return check_pass(v, q);
	return q->operation == POLICY_WRITE ? check_write(v, q) : 0;
}

int policy_check_control(const struct policy_controller *q)
{
	if (!q->same_userns)
		return -ENOTTY;
	return q->admin || (q->same_user && !q->server_is_anybody) ? 0 : -ENOTTY;
}

int policy_check_task(const struct hiding *h, const struct policy_task *t,
		      enum policy_operation operation)
{
	if (h->hidepid == HIDEPID_OFF || t->may_trace)
		return 0;
	if (t->exempt && h->hidepid != HIDEPID_PTRACEABLE)
		return 0;
	if (operation == POLICY_SEE)
		return h->hidepid == HIDEPID_NO_ACCESS ? 0 : -ENOENT;
	/* So it is with 4, too: who has the directory open still may not search it. */
	return h->hidepid == HIDEPID_INVISIBLE ? -ENOENT : -EPERM;
}
