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

struct learning {
	const struct view *view;
	const struct client *client;
	const struct hidden_task *task;
	struct policy_task facts;
};

/* As the client. Groups have been there where they count; a "no" of the kernel's is final. */
static int ask(void *arg)
{
	struct learning *l = arg;

	l->facts.exempt = hiding_exempts(&l->view->hiding, l->client->gid);
	if (l->task->realm->source->kind == SOURCE_TREE)
		l->facts.may_trace = owns_recorded(l->client, l->task);
	else
		l->facts.may_trace = kernel_lets(l->view, l->task);
	return 0;
}

static struct policy_task learn(const struct view *v, const struct client *c,
				const struct hidden_task *t)
{
	struct learning l = { .view = v, .client = c, .task = t };
	struct access_task at = { t->realm, t->number, t->dirfd, t->path };

	if (access_do_task(v, c, &at, ask, &l) < 0)
		l.facts = (struct policy_task){ 0 };
	return l.facts;
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
	struct access_task at = { realm, there, -1, path };
	struct stat st;

	if (v->hiding.hidepid < HIDEPID_INVISIBLE)
		return false;
	snprintf(path, sizeof(path), "%d", there);
	if (!realm->enforced)
		return hidden_check(v, c, &t, POLICY_SEE) < 0;
	return access_stat_task(v, c, &at, &st) < 0;
}
