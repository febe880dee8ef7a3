/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tasks that hidepid= hides. */

#include "hidden.h"

#include <errno.h>
#include <stdio.h>

#include "access.h"
#include "buf.h"
#include "entry.h"
#include "place.h"

/*
 * The link that the table names may be read by whom ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS)
 * lets: the very question of hidepid=.
 */
static bool kernel_lets(const struct view *v, const struct hidden_task *t)
{
	AUTO_BUF struct buf path = { 0 };
	AUTO_BUF struct buf text = { 0 };
	int r;

	r = buf_printf(&path, "%s%s%s", t->path, t->path[0] ? "/" : "", v->root->each_row->probe);
	return r == 0 && source_readlink(t->realm->source, t->dirfd, path.data, &text) == 0;
}

/* Of a recorded task: its owner in all ids, for what we know, or the superuser. */
static bool owns_recorded(const struct client *c, const struct hidden_task *t)
{
	struct stat st;

	if (source_stat(t->realm->source, t->dirfd, t->path, &st) < 0)
		return false;
	return c->uid == 0 || (c->uid == st.st_uid && c->gid == st.st_gid);
}

/* Asked as the client. */
static struct policy_task learn(const struct view *v, const struct client *c,
				const struct hidden_task *t)
{
	struct access a = access_of_task(v, c, t->realm, t->number);
	struct policy_task facts = { 0 };
	int r = 0;

	while (access_begin(&a, &r)) {
		facts.exempt = hiding_exempts(&v->hiding, c->gid);
		if (t->realm->source->kind == SOURCE_TREE)
			facts.may_trace = owns_recorded(c, t);
		else
			facts.may_trace = kernel_lets(v, t);
		/* Groups have been there where they count; a "no" of the kernel's is final. */
		access_end(&a, 0);
	}
	return facts;
}

int hidden_check(const struct view *v, const struct client *c, const struct hidden_task *t,
		 enum policy_operation operation)
{
	struct policy_task facts = { 0 };
	int r;

	if (t->realm->enforced)
		return 0;
	/* Whoever it is. */
	r = policy_check_task(&v->hiding, &facts, operation);
	if (r == 0)
		return 0;
	facts = learn(v, c, t);
	r = policy_check_task(&v->hiding, &facts, operation);
	if (r == 0)
		return 0;
	/* A task may always trace those of its own thread group, which we are not of. */
	facts.may_trace = view_is_own(v, c, t->realm, t->number, false);
	return policy_check_task(&v->hiding, &facts, operation);
}

int hidden_check_place(const struct view *v, const struct client *c, const struct place *p,
		       enum policy_operation operation)
{
	struct hidden_task t = {
		.realm = p->realm, .dirfd = place_dirfd(p), .path = "", .number = place_task(p)
	};

	if (v->hiding.hidepid == HIDEPID_OFF || p->kind != PLACE_ENTRY || !p->anchor)
		return 0;
	/* Directories of threads have their attributes checked, but may be searched. */
	if (operation == POLICY_SEE)
		return p->path[0] ? 0 : hidden_check(v, c, &t, operation);
	if (p->in_thread || (p->path[0] && !(p->row && p->row->each == EACH_THREAD)))
		return 0;
	return hidden_check(v, c, &t, operation);
}

bool hidden_in_listing(const struct view *v, const struct client *c, const struct realm *realm,
		       pid_t there)
{
	char path[16];
	struct hidden_task t = { .realm = realm, .dirfd = -1, .path = path, .number = there };
	struct access a;
	struct stat st;
	int r = 0;

	if (v->hiding.hidepid < HIDEPID_INVISIBLE)
		return false;
	snprintf(path, sizeof(path), "%d", there);
	if (!realm->enforced)
		return hidden_check(v, c, &t, POLICY_SEE) < 0;
	a = access_of_task(v, c, realm, there);
	while (access_begin(&a, &r)) {
		r = source_stat(realm->source, -1, path, &st);
		access_end(&a, r);
	}
	return r < 0;
}
