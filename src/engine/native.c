/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files that a process writes to natively. */

#include "native.h"

#include "entry.h"
#include "follow.h"
#include "place.h"
#include "sniff.h"

/* Most names are of no such file, and are not to cost more than this. */
static bool can_be(const struct view *v, const struct place *p)
{
	if (!(v->writable || v->own_writable) || !v->portal || !v->host || v->guess_links)
		return false;
	return p->row && p->row->write != WRITE_NEVER && p->realm->portal && p->anchor;
}

bool native_is_wanted(const struct view *v, const struct client *c, const struct place *p)
{
	return can_be(v, p) && place_ask(v, c, p, POLICY_PASS) == 0 &&
	       sniff_opens_to_write(v->host, c->tid) && follow_is_ready(v);
}
