/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who is in a pid namespace, or below it.
 *
 * The column at the view's level is a task's number there, if the task is in the view's namespace or
 * below it. NSpid does not say in which namespace of that level it is. A ns/pid link does, for a task
 * that is exactly as deep. For the others, and where the link may not be read, parents tell:
 *
 *   A task's parent is in the same pid namespace or in one above it.
 *
 * fork(2) makes it so; setns(2) and unshare(2) place only children, and only further down
 * (kernel/nsproxy.c, pidns_install()); an orphan goes to a reaper in its dead parent's namespace
 * (kernel/exit.c, find_new_reaper()); CLONE_PARENT gives a parent for which it held already. So a task
 * and its parent are in the same namespace of a level whenever the parent is that deep. Where it is
 * not, the task was put in from outside (nsenter): only its own link tells, and if it went deeper than
 * the view's namespace, the init of the namespace with the same inode stands for it.
 */

#include "nspid_member.h"

#include "ancestors.h"
#include "source.h"

#define WALKS_MAX 8

enum verdict {
	STRANGER,
	MEMBER,
	UNTOLD, /* neither link nor parents tell */
	MOVED,	/* the process changed parents while we looked */
};

/* What a record tells without looking at others. A thread of the init is known by its group. */
static enum verdict judge_alone(const struct nspid_view *v, const struct nspid_record *r)
{
	bool process = r->there == r->tgid;

	if (r->depth < v->level)
		return STRANGER;
	if (r->depth > v->level)
		return UNTOLD;
	if (r->inode && v->inode)
		return r->inode == v->inode ? MEMBER : STRANGER;
	if (v->init_pid && r->tgid == v->init_pid && (r->own == 1 || !process))
		return MEMBER;
	return v->init_pid && r->own == 1 ? STRANGER : UNTOLD;
}

/*
 * The parent as it was while it was the parent: a number is not given out anew while a child still
 * names it.
 */
static enum verdict read_parent(const struct nspid_view *v, const struct nspid_record *r,
				struct nspid_record *ret)
{
	struct nspid_record again;
	int error;

	error = nspid_record_read(v->s, r->ppid, v->level, ret);
	if (nspid_record_read(v->s, r->there, v->level, &again) < 0)
		return STRANGER;
	if (again.ppid != r->ppid)
		return MOVED;
	return error < 0 ? STRANGER : MEMBER;
}

static enum verdict find_parent(const struct nspid_view *v, const struct nspid_snapshot *snapshot,
				const struct nspid_record *r, struct nspid_record *ret)
{
	const struct nspid_record *parent;

	if (r->ppid == 0)
		return STRANGER;
	if (!snapshot)
		return read_parent(v, r, ret);
	parent = nspid_snapshot_find(snapshot, r->ppid);
	if (!parent)
		return MOVED;
	*ret = *parent;
	return MEMBER;
}

/* For a task put into a deeper namespace from outside: that namespace's init. */
static bool find_own_init(const struct nspid_view *v, const struct nspid_snapshot *snapshot,
			  const struct nspid_record *r, struct nspid_record *ret)
{
	struct nspid_snapshot own = { 0 };
	const struct nspid_record *init = NULL;

	if (r->depth == v->level || !r->inode || r->own == 1)
		return false;
	if (!snapshot && nspid_snapshot_take(v->s, v->level, &own) < 0)
		return false;
	init = nspid_snapshot_init(snapshot ? snapshot : &own, r->inode, r->depth);
	if (init)
		*ret = *init;
	nspid_snapshot_free(&own);
	return init != NULL;
}

/* Follows the parents as far as needed; from the snapshot if there is one. */
static enum verdict judge(const struct nspid_view *v, const struct nspid_snapshot *snapshot,
			  struct nspid_record r)
{
	enum verdict found = judge_alone(v, &r);
	struct ancestors walk = { 0 };
	struct nspid_record next;

	while (found == UNTOLD && !ancestors_repeat(&walk, r.there)) {
		enum verdict parent = find_parent(v, snapshot, &r, &next);

		if (parent == MOVED)
			return MOVED;
		if ((parent == STRANGER || next.depth < v->level) &&
		    !find_own_init(v, snapshot, &r, &next))
			return UNTOLD;
		r = next;
		found = judge_alone(v, &r);
	}
	return found;
}

/* What a snapshot cannot tell, since it was not taken at one moment, is looked at again. */
bool nspid_is_member(const struct nspid_view *v, const struct nspid_snapshot *snapshot,
		     struct nspid_record r)
{
	enum verdict found = judge(v, snapshot, r);
	int walks;

	for (walks = 0; found == MOVED && walks < WALKS_MAX; walks++) {
		if (nspid_record_read(v->s, r.tgid, v->level, &r) < 0)
			return false;
		found = judge(v, NULL, r);
	}
	return found == MEMBER;
}
