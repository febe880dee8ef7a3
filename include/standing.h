/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Where a client stands, as far as ids and capabilities do not tell: which namespaces it is in, against
 * ours, and what it may do in its own.
 */

#include <sys/types.h>

struct source;

enum standing {
	STANDING_USERNS = 1,	 /* it is in our user namespace */
	STANDING_NAMESPACES = 2, /* and in our net, ipc, uts and pid namespaces */
	STANDING_CAPABLE =
		4, /* CAP_SYS_ADMIN and CAP_SYS_TIME are effective for it, in its user namespace */
};

/*
 * The thread with this number in our namespace, by what host shows. Returns enum standing; what cannot be
 * told (tid 0, a client we may not look at) is not set.
 */
unsigned standing_of(const struct source *host, pid_t tid);
