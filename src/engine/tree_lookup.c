/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finding a place by its name. */

#include "tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "buf.h"
#include "entry.h"
#include "follow.h"
#include "hidden.h"
#include "names.h"
#include "native.h"
#include "pidmap.h"
#include "place.h"
#include "policy.h"
#include "trampoline.h"

/* The known place is still the one that path leads to: the same inode, held open since. */
static bool still_holds(const struct place *known, const struct realm *realm, const char *path,
			const struct stat *st)
{
	const struct stat *then;

	if (!known || !known->anchor || known->path[0] || known->realm != realm ||
	    strcmp(known->anchor->name, path) != 0)
		return false;
	then = &known->anchor->st;
	return st->st_ino == then->st_ino && st->st_dev == then->st_dev &&
	       st->st_ctim.tv_sec == then->st_ctim.tv_sec &&
	       st->st_ctim.tv_nsec == then->st_ctim.tv_nsec;
}

/* Directories of tasks lie at the root or one name below a task: task/. */
#define TASK_PREFIX_MAX 32

/* What a lookup searches, and where. */
struct task_search {
	const struct view *view;
	const struct client *client;
	const struct place *dir;
	const struct entry *row;
	const struct realm *realm;
	pid_t here;  /* the number asked for */
	pid_t there; /* the source's */
};

struct open_access {
	const struct task_search *search;
	const char *path;
	struct anchor **anchor;
};

static int open_anchor(void *arg)
{
	const struct open_access *o = arg;

	return anchor_open(o->search->dir, o->search->realm, o->path, o->anchor);
}

/* Its attributes are looked at when the process that has perhaps opened it is gone (access.c). */
static int open_task(const struct task_search *s, const struct access_task *t, struct anchor **ret)
{
	struct open_access o = { s, t->path, ret };
	int r;

	r = access_do_task(s->view, s->client, t, open_anchor, &o);
	if (r == 0)
		r = source_stat(s->realm->source, (*ret)->fd, "", &(*ret)->st);
	if (r < 0)
		*ret = anchor_unref(*ret);
	return r;
}

/* What hidepid= says to the task that was found, held open by the anchor. */
static int check_hidden(const struct task_search *s, const struct anchor *anchor)
{
	struct hidden_task t = {
		.realm = s->realm, .dirfd = anchor->fd, .path = "", .number = s->there
	};

	return hidden_check(s->view, s->client, &t, POLICY_SEE);
}

/* The directory of one task of a realm: a place with an anchor of its own. Returns as tree_lookup(). */
static int find_task(const struct task_search *s, const struct place *known, struct place *ret,
		     struct stat *ret_st)
{
	struct anchor *anchor = NULL;
	char path[TASK_PREFIX_MAX + 16];
	struct access_task t = { s->realm, s->there, place_dirfd(s->dir), path };
	char *empty;
	int r;

	snprintf(path, sizeof(path), "%.*s%s%d", TASK_PREFIX_MAX, s->dir->path,
		 s->dir->path[0] ? "/" : "", s->there);
	r = access_stat_task(s->view, s->client, &t, ret_st);
	if (r < 0)
		return r;
	if (still_holds(known, s->realm, path, ret_st)) {
		r = check_hidden(s, known->anchor);
		return r < 0 ? r : 1;
	}
	r = open_task(s, &t, &anchor);
	if (!anchor)
		return r < 0 ? r : -EACCES;
	r = check_hidden(s, anchor);
	/* The number may have passed to another task between the translation and the open. */
	empty = r == 0 && pidmap_to_view(s->realm->pids, s->there) == s->here ? strdup("") : NULL;
	if (!empty) {
		anchor_unref(anchor);
		return -ENOENT;
	}
	*ret = (struct place){ .row = s->row,
			       .realm = s->realm,
			       .anchor = anchor,
			       .path = empty,
			       .in_thread = s->dir->row->each == EACH_THREAD,
			       .depth = s->dir->depth + 1 };
	*ret_st = anchor->st;
	return 0;
}

/* A number at the root: a process or thread of the view, else a guest. */
static int find_process(struct task_search *s, const struct place *known, struct place *ret,
			struct stat *ret_st)
{
	const struct view *v = s->view;
	int r = -ENOENT;

	s->realm = &v->members;
	s->there = pidmap_from_view(v->members.pids, s->here);
	if (s->there > 0)
		r = find_task(s, known, ret, ret_st);
	if (r != -ENOENT || !v->guests.source)
		return r;
	s->realm = &v->guests;
	s->there = pidmap_from_view(v->guests.pids, s->here);
	return s->there > 0 ? find_task(s, known, ret, ret_st) : -ENOENT;
}

/* A number in task/: a thread of this process. */
static int find_thread(struct task_search *s, const struct place *known, struct place *ret,
		       struct stat *ret_st)
{
	s->realm = s->dir->realm;
	s->there = pidmap_from_view(s->realm->pids, s->here);
	return s->there > 0 ? find_task(s, known, ret, ret_st) : -ENOENT;
}

/* What the source calls it. */
static int find_name(const struct task_search *s, struct text here, struct buf *out)
{
	struct names names;
	int r;

	r = names_begin(s->view, s->client, s->dir->row, &names);
	if (r == 0 && names.ops)
		r = names.ops->there(&names.facts, here, out);
	else if (r == 0)
		r = buf_append_text(out, here);
	names_done(&names);
	return r;
}

/* Any other name: the same one, or what stands for it, below the source's directory. */
static int find_entry(const struct task_search *s, struct text name, struct place *ret,
		      struct stat *ret_st)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf there = { 0 };
	int r = 0;

	if (s->row && !entry_is_named(s->row) && names_differ(s->view, s->dir->row)) {
		r = find_name(s, name, &there);
		name = buf_text(&there);
	}
	if (r == 0)
		r = place_child(s->dir, s->row, name, &p);
	if (r == 0)
		r = access_stat(s->view, s->client, &p, ret_st);
	if (r == 0 && native_is_wanted(s->view, s->client, &p)) {
		p.kind = PLACE_NATIVE;
		r = place_stat(&p, ret_st);
	}
	if (r < 0)
		return r;
	*ret = place_steal(&p);
	return 0;
}

/* The portal below the root, and the mount points below the portal. */
static bool is_portal(const struct view *v, const struct place *dir, struct text name)
{
	if (!v->portal)
		return false;
	if (dir->kind == PLACE_ENTRY)
		return dir->depth == 0 && text_equal(name, text_str(v->portal));
	return (v->members.portal && text_equal(name, text_str(v->members.portal))) ||
	       (v->guests.portal && text_equal(name, text_str(v->guests.portal)));
}

static int find_portal(const struct place *dir, struct text name, struct place *ret,
		       struct stat *ret_st)
{
	int r;

	r = place_child(dir, NULL, name, ret);
	if (r < 0)
		return r;
	ret->kind = PLACE_PORTAL;
	return place_stat(ret, ret_st);
}

/* The root of the devices, in the portal. */
static bool is_devices(const struct view *v, const struct place *dir, struct text name)
{
	return v->devices.source && dir->kind == PLACE_PORTAL && dir->depth == 1 &&
	       text_equal(name, text_str(v->devices.portal));
}

static int find_devices(const struct view *v, const struct client *c, const struct place *dir,
			struct place *ret, struct stat *ret_st)
{
	AUTO_PLACE struct place p = { .row = v->devices_root,
				      .realm = &v->devices,
				      .path = strdup(""),
				      .depth = dir->depth + 1 };
	int r;

	r = p.path ? access_stat(v, c, &p, ret_st) : -ENOMEM;
	if (r == 0)
		*ret = place_steal(&p);
	return r;
}

/* A name that begins like a number but has no row is a number that does not exist (01, 0, 2^32). */
static bool is_false_number(const struct entry *dir, const struct entry *row, struct text name)
{
	bool numbered = dir && (dir->each == EACH_PROCESS || dir->each == EACH_THREAD);

	return numbered && !row && name.n > 0 && name.p[0] >= '0' && name.p[0] <= '9';
}

static int find_in_table(const struct view *v, const struct client *c, const struct place *dir,
			 struct text name, const struct place *known, struct place *ret,
			 struct stat *ret_st)
{
	const struct entry *row = dir->row ? entry_find(dir->row, name, dir->in_thread) : NULL;
	struct task_search s = { .view = v, .client = c, .dir = dir, .row = row };
	struct place as_if = { .row = row, .realm = dir->realm, .depth = dir->depth + 1 };
	int32_t number;
	int r;

	r = place_ask(v, c, &as_if, POLICY_SEE);
	if (r < 0)
		return r;
	if (is_false_number(dir->row, row, name))
		return -ENOENT;
	if (row && !entry_is_named(row) && text_pid(name, &number) == 0) {
		s.here = number;
		if (dir->row->each == EACH_PROCESS)
			return find_process(&s, known, ret, ret_st);
		if (dir->row->each == EACH_THREAD)
			return find_thread(&s, known, ret, ret_st);
	}
	return find_entry(&s, name, ret, ret_st);
}

static bool is_dot(struct text name)
{
	return text_equal(name, TEXT(".")) || text_equal(name, TEXT("..")) || name.n == 0;
}

int tree_lookup(const struct view *v, const struct client *c, const struct place *dir,
		struct text name, const struct place *known, struct place *ret, struct stat *ret_st)
{
	int r;

	if (is_dot(name) || memchr(name.p, '/', name.n) || memchr(name.p, '\0', name.n))
		return -ENOENT;
	if (is_devices(v, dir, name))
		return find_devices(v, c, dir, ret, ret_st);
	if (is_portal(v, dir, name))
		return follow_admits(v, c, name) ? find_portal(dir, name, ret, ret_st) : -ENOMEM;
	if (dir->kind != PLACE_ENTRY)
		return -ENOENT;
	r = place_ask(v, c, dir, POLICY_SEARCH);
	if (r < 0)
		return r;
	r = find_in_table(v, c, dir, name, known, ret, ret_st);
	if (r == -ENOENT && v->portal && trampoline_find(v, c, dir, name, ret) == 0)
		return place_stat(ret, ret_st);
	return r;
}
