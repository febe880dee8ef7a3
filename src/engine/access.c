/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Accesses to a source with the client's rights. */

#include "access.h"

#include <errno.h>

#include "entry.h"
#include "place.h"

/* What the kernel lets a task do to itself at this entry. */
static enum entry_own own_of(const struct entry *row)
{
	if (!row)
		return OWN_BY_CONCERN;
	if (row->own == OWN_BY_CONCERN && row->concern == CONCERN_OWNER)
		return OWN_TRACE;
	return row->own;
}

/* An instance that hides asks the ptrace check of every task's directory, the client's own not being one. */
static bool instance_checks(const struct view *v, const struct realm *realm)
{
	return realm->enforced && v->hiding.hidepid != HIDEPID_OFF;
}

static unsigned own_flags(const struct view *v, const struct client *c, const struct place *p)
{
	enum entry_own own = own_of(p->row);
	pid_t number = p->anchor ? place_task(p) : 0;

	if (own == OWN_BY_CONCERN && instance_checks(v, p->realm))
		own = OWN_TRACE;
	if (own == OWN_BY_CONCERN || number <= 0 || !identity_may_change(v->identity) ||
	    !view_is_own(v, c, p->realm, number, own == OWN_SLACK))
		return 0;
	if (own == OWN_SLACK)
		return IDENTITY_OWN_SLACK;
	return IDENTITY_OWN_TRACE | (own == OWN_SEARCH ? IDENTITY_OWN_SEARCH : 0);
}

struct access access_of(const struct view *v, const struct client *c, const struct place *p)
{
	struct access a = { .view = v, .client = c };

	if (!v->identity)
		return a;
	a.flags = own_flags(v, c, p);
	/* In a tree any mode may stand, also one that denies to the group what all others have. */
	if (v->groups_matter || p->realm->source->kind == SOURCE_TREE)
		a.flags |= IDENTITY_GROUPS;
	return a;
}

struct access access_of_task(const struct view *v, const struct client *c,
			     const struct realm *realm, pid_t there)
{
	struct place as_if = { .realm = realm };
	struct access a = access_of(v, c, &as_if);

	if (v->identity && instance_checks(v, realm) && identity_may_change(v->identity) &&
	    view_is_own(v, c, realm, there, false))
		a.flags |= IDENTITY_OWN_TRACE;
	return a;
}

bool access_begin(struct access *a, int *ret_r)
{
	int r;

	if (a->done)
		return false;
	r = identity_enter(a->view->identity, a->client, a->flags);
	if (r < 0) {
		/* A second turn that cannot be had leaves the first one's answer. */
		if (a->tries == 0)
			*ret_r = r;
		return false;
	}
	a->changed = r > 0;
	a->tries++;
	return true;
}

void access_end(struct access *a, int r)
{
	if (a->changed)
		identity_leave(a->view->identity, a->flags);
	a->done = !a->changed || (a->flags & IDENTITY_GROUPS) || (r != -EACCES && r != -EPERM);
	a->flags |= IDENTITY_GROUPS;
}

int access_stat(const struct view *v, const struct client *c, const struct place *p,
		struct stat *ret)
{
	struct access a = access_of(v, c, p);
	int r = 0;

	while (access_begin(&a, &r)) {
		r = place_stat(p, ret);
		access_end(&a, r);
	}
	return r;
}
