/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a client may do with an entry. */

#include "policy.h"

#include <errno.h>
#include <stddef.h>

#include "entry.h"

static bool hidden(const struct view *v, const struct entry *row)
{
	if (v->profile == PROFILE_KERNEL)
		return false;
	return !row || row->concern == CONCERN_HOST;
}

int policy_check(const struct view *v, const struct policy_question *q)
{
	if (hidden(v, q->row))
		return -ENOENT;
	return q->operation == POLICY_WRITE ? -EROFS : 0;
}

const char *policy_reason(const struct view *v, const struct entry *row)
{
	if (!hidden(v, row))
		return NULL;
	return row ? "profile container: a matter of the host's"
		   : "profile container: a name without a row in the table";
}
