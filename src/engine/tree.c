/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Places in a view's tree. */

#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "buf.h"
#include "entry.h"
#include "fd.h"
#include "follow.h"
#include "native.h"
#include "pidmap.h"
#include "place.h"
#include "policy.h"
#include "trampoline.h"

int tree_root(const struct view *v, struct place *ret)
{
	char *path = strdup("");

	if (!path)
		return -ENOMEM;
	*ret = (struct place){ .row = v->root, .realm = &v->members, .path = path };
	return 0;
}

/* Its text, or one below it, has numbers that are an instance's. */
static bool has_numbers(const struct entry *row)
{
	const struct entry *child;

	if (row->translate)
		return true;
	for (child = row->children; child && child->kind != ENTRY_END; child++) {
		if (has_numbers(child))
			return true;
	}
	/* A subtree of any names is made of one row, which leads to itself. */
	return row->each_row && row->each != EACH_ANY && has_numbers(row->each_row);
}

bool tree_is_common(const struct view *v, struct text name)
{
	const struct entry *row = entry_find(v->root, name, false);

	return !row || (entry_is_named(row) && !has_numbers(row));
}

bool tree_stays(const struct view *v, const struct place *p)
{
	/* In a tree, as for who has no right to the directory, a mode may say otherwise. */
	return v->take_resources && p->kind == PLACE_ENTRY && p->realm == &v->members &&
	       p->depth == 1 && p->row && p->row->narrow && entry_is_named(p->row) &&
	       p->realm->source->kind != SOURCE_TREE;
}

int tree_stat(const struct view *v, const struct client *c, const struct place *p, struct stat *ret)
{
	int r = place_ask(v, c, p, POLICY_SEE);

	return r < 0 ? r : access_stat(v, c, p, ret);
}

/* self and thread-self: the client's own numbers (fs/proc/self.c, fs/proc/thread_self.c). */
static int self_text(const struct view *v, const struct client *c, const struct entry *row,
		     struct buf *out)
{
	pid_t tgid, tid;
	int r;

	r = view_client_pids(v, c, &tgid, &tid);
	if (r < 0)
		return r;
	if (row->kind == ENTRY_SELF)
		return buf_printf(out, "%d", tgid);
	return buf_printf(out, "%d/task/%d", tgid, tid);
}

struct link_access {
	const struct place *place;
	struct buf *out;
};

static int read_link(void *arg)
{
	const struct link_access *l = arg;
	const struct place *p = l->place;

	return source_readlink(p->realm->source, place_dirfd(p), p->path, l->out);
}

int tree_readlink(const struct view *v, const struct client *c, const struct place *p,
		  struct buf *out)
{
	struct link_access l = { p, out };
	size_t start = out->len;
	int r;

	if (p->kind == PLACE_PORTAL || (p->kind == PLACE_NATIVE && !native_is_wanted(v, c, p)))
		return -EINVAL;
	if (p->kind != PLACE_ENTRY) {
		r = follow_allow(v, c, p->realm);
		return r < 0 ? r : trampoline_text(v, p, out);
	}
	r = place_ask(v, c, p, POLICY_READ);
	if (r < 0)
		return r;
	if (p->row && (p->row->kind == ENTRY_SELF || p->row->kind == ENTRY_THREAD_SELF))
		return self_text(v, c, p->row, out);
	r = access_do(v, c, p, read_link, &l);
	if (r == 0)
		return follow_or_text(v, c, p, out, start);
	/* A name that is looked up anew fails before it comes to this. */
	return r == -ESRCH && p->row && p->row->gone ? -p->row->gone : r;
}

struct mode_access {
	const struct place *place;
	int mask;
};

static int check_access(void *arg)
{
	const struct mode_access *m = arg;
	const struct place *p = m->place;
	AUTO_FD int fd = -1;

	fd = source_openat(p->realm->source, place_dirfd(p), p->path, O_PATH);
	if (fd < 0)
		return fd;
	return faccessat(fd, "", m->mask, AT_EACCESS | AT_EMPTY_PATH) < 0 ? -errno : 0;
}

int tree_access(const struct view *v, const struct client *c, const struct place *p, int mask)
{
	struct mode_access m = { p, mask };
	int r;

	if (!(mask & W_OK))
		r = place_ask(v, c, p, POLICY_SEARCH);
	else if (place_ask(v, c, p, POLICY_PASS) ==
		 0) /* its open(2) would be the kernel's matter */
		r = 0;
	else
		r = place_ask(v, c, p, POLICY_WRITE);
	if (r < 0 || p->kind != PLACE_ENTRY)
		return r;
	return access_do(v, c, p, check_access, &m);
}

int tree_walk(const struct view *v, const struct client *c, struct text path, struct place *ret,
	      struct stat *ret_st)
{
	AUTO_PLACE struct place at = PLACE_NULL;
	struct text name;
	int r;

	r = tree_root(v, &at);
	if (r == 0)
		r = place_stat(&at, ret_st);
	while (r == 0 && text_until(&path, '/', &name)) {
		AUTO_PLACE struct place next = PLACE_NULL;

		if (name.n == 0 || text_equal(name, TEXT(".")))
			continue;
		if (!S_ISDIR(ret_st->st_mode))
			return S_ISLNK(ret_st->st_mode) ? -ELOOP : -ENOTDIR;
		r = tree_lookup(v, c, &at, name, NULL, &next, ret_st);
		if (r == 0) {
			place_done(&at);
			at = place_steal(&next);
		}
	}
	if (r == 0)
		*ret = place_steal(&at);
	return r;
}
