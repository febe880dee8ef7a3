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
	if (v->profile == PROFILE_KERNEL)
		return NULL;
	if (!row)
		return "profile container: a name without a row in the table";
	return row->concern == CONCERN_HOST ? "profile container: a matter of the host's" : NULL;
}

int policy_check(const struct view *v, const struct policy_question *q)
{
	if (policy_reason(v, q->row, q->top))
		return -ENOENT;
	return q->operation == POLICY_WRITE ? -EROFS : 0;
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
