/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who wants to write. */

#include "writer.h"

#include <unistd.h>

#include "entry.h"
#include "place.h"
#include "standing.h"

/* Rows of which it would not be asked need no look at the client. */
static bool is_asked(const struct entry *row)
{
	return row && row->write != WRITE_NEVER && row->write != WRITE_CLIENT;
}

static unsigned standing(const struct view *v, const struct client *c)
{
	unsigned s = standing_of(v->host, c->tid);

	return (s & STANDING_USERNS ? POLICY_USERNS : 0) |
	       (s & STANDING_NAMESPACES ? POLICY_NAMESPACES : 0) |
	       (s & STANDING_CAPABLE ? POLICY_CAPABLE : 0);
}

unsigned writer_own(const struct view *v, const struct client *c, const struct place *p)
{
	pid_t number = p->anchor ? place_task(p) : 0;

	return number > 0 && view_is_own(v, c, p->realm, number, false) ? POLICY_OWN : 0;
}

unsigned writer_of(const struct view *v, const struct client *c, const struct place *p)
{
	const struct client server = { .tid = getpid() };
	pid_t number = p->anchor ? place_task(p) : 0;
	unsigned writer;

	if (!is_asked(p->row))
		return 0;
	writer = standing(v, c);
	if (number <= 0)
		return writer;
	writer |= writer_own(v, c, p);
	if (view_is_own(v, c, p->realm, number, true))
		writer |= POLICY_TASK;
	if (view_is_own(v, &server, p->realm, number, false))
		writer |= POLICY_SERVER;
	return writer;
}
