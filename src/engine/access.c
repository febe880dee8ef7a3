/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Accesses to a source with the client's rights. */

#include "access.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "buf.h"
#include "entry.h"
#include "fd.h"
#include "place.h"
#include "source.h"
#include "stand.h"

struct access {
	const struct view *view;
	const struct client *client;
	unsigned flags; /* enum identity_flags */
	struct identity_known known;
};

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

static struct access access_of(const struct view *v, const struct client *c, const struct place *p)
{
	struct access a = { .view = v, .client = c };

	if (!v->identity)
		return a;
	a.flags = own_flags(v, c, p) | IDENTITY_POWERLESS;
	/* In a tree any mode may stand, also one that denies to the group what all others have. */
	if (v->groups_matter || p->realm->source->kind == SOURCE_TREE)
		a.flags |= IDENTITY_GROUPS;
	return a;
}

static struct access access_of_task(const struct view *v, const struct client *c,
				    const struct realm *realm, pid_t there)
{
	struct place as_if = { .realm = realm };
	struct access a = access_of(v, c, &as_if);

	if (v->identity && instance_checks(v, realm) && identity_may_change(v->identity) &&
	    view_is_own(v, c, realm, there, false))
		a.flags |= IDENTITY_OWN_TRACE;
	return a;
}

static bool stands_elsewhere(struct access *a)
{
	return a->view->stand && identity_stands_elsewhere(a->view->identity, a->client, &a->known);
}

/*
 * The contexts that matter at p and are not ours. Whoever goes elsewhere goes to the client's user namespace as
 * well: there it has its capabilities.
 */
static unsigned contexts_of(struct access *a, const struct place *p, unsigned mask)
{
	const struct stand *stand = a->view->stand;
	unsigned wanted = p->row ? p->row->reader : 0;
	unsigned contexts = 0;

	if (!stand || p->realm->source->kind == SOURCE_TREE)
		return 0;
	/* Who may trace whom is a matter of both their user namespaces (kernel/ptrace.c). */
	if (own_of(p->row) != OWN_BY_CONCERN)
		wanted |= STAND_USER;
	wanted &= mask;
	if (wanted & ~(unsigned)STAND_USER)
		contexts = stand_differs(stand, a->client, wanted & ~(unsigned)STAND_USER);
	if ((contexts || wanted & STAND_USER) && stands_elsewhere(a))
		contexts |= STAND_USER;
	return contexts;
}

/* From where we are, with the client's rights. *ret_entered is what identity_enter() said. */
static int do_here(struct access *a, int (*fn)(void *arg), void *arg, int *ret_entered)
{
	const struct identity *identity = a->view->identity;
	int r;

	*ret_entered = identity_enter(identity, a->client, a->flags, &a->known);
	if (*ret_entered < 0)
		return *ret_entered;
	r = fn(arg);
	if (*ret_entered > 0)
		identity_leave(identity, a->flags);
	return r;
}

/* From where the client stands; from here, without what it may only there, if that cannot be. */
static int do_there(struct access *a, unsigned contexts, int (*fn)(void *arg), void *arg)
{
	struct stand_errand e = { .client = a->client, .contexts = contexts, .flags = a->flags };
	int r = -EPERM, entered;

	if (contexts)
		r = stand_run(a->view->stand, &e, fn, arg);
	if (r >= 0 || e.stood || e.gone)
		return r;
	a->flags |= IDENTITY_POWERLESS;
	return do_here(a, fn, arg, &entered);
}

/* One turn, with or without groups. Returns as access_do(); *ret_final: groups would change nothing. */
static int take_turn(struct access *a, unsigned contexts, int (*fn)(void *arg), void *arg,
		     bool *ret_final)
{
	int r, entered;

	*ret_final = false;
	if (contexts)
		return do_there(a, contexts, fn, arg);
	r = do_here(a, fn, arg, &entered);
	if (entered == -EXDEV)
		return do_there(a, stands_elsewhere(a) ? STAND_USER : 0, fn, arg);
	*ret_final = entered <= 0;
	return r;
}

static int do_with(struct access *a, const struct realm *realm, unsigned contexts,
		   int (*fn)(void *arg), void *arg)
{
	bool final;
	int r;

	if (a->view->stand && realm->source->kind != SOURCE_TREE)
		a->flags &= ~(unsigned)IDENTITY_POWERLESS;
	r = take_turn(a, contexts, fn, arg, &final);
	if (final || a->flags & IDENTITY_GROUPS || (r != -EACCES && r != -EPERM))
		return r;
	a->flags |= IDENTITY_GROUPS;
	return take_turn(a, contexts, fn, arg, &final);
}

/*
 * An entry of the server's own process at which the kernel asks who may trace whom. It never asks a thread of
 * that process (kernel/ptrace.c, same_thread_group()), whoever's rights it has, and there is no client of ours
 * in it: so none of our threads may make such an access. (Who may not become others serves its own user only.)
 */
static bool is_of_server(const struct view *v, const struct place *p)
{
	pid_t number = p->anchor ? place_task(p) : 0;

	return v->identity && identity_may_change(v->identity) &&
	       own_of(p->row) != OWN_BY_CONCERN && number > 0 &&
	       view_is_server(v, p->realm, number);
}

struct beside {
	const struct view *view;
	const struct place *place;
	int (*fn)(void *arg);
	void *arg;
};

/*
 * Who shares memory with the task may read what is about its memory (kernel/fork.c, may_access_mm()), and
 * directories are listed by a thread of ours: so the kernel is asked first whether it lets the client read a
 * link. The other files show less to who may not trace.
 */
static int do_asking(void *arg)
{
	const struct beside *b = arg;
	const struct place *p = b->place;
	AUTO_BUF struct buf text = { 0 };
	int r = 0;

	if (p->row->concern == CONCERN_OWNER || p->row->own == OWN_SEARCH)
		r = source_readlink(p->realm->source, p->anchor->fd, b->view->root->each_row->probe,
				    &text);
	return r < 0 ? r : b->fn(b->arg);
}

/* By a process that shares our memory and descriptors, but is another process. */
static int do_beside(struct access *a, struct beside *b)
{
	struct stand_errand e = {
		.client = a->client,
		.contexts = contexts_of(a, b->place, ~(unsigned)STAND_APART),
		.flags = (a->flags & ~(unsigned)IDENTITY_POWERLESS) | IDENTITY_GROUPS,
	};
	int r = -EACCES;

	if (a->view->stand)
		r = stand_run(a->view->stand, &e, do_asking, b);
	return r < 0 && !e.stood ? -EACCES : r;
}

int access_do(const struct view *v, const struct client *c, const struct place *p,
	      int (*fn)(void *arg), void *arg)
{
	struct access a = access_of(v, c, p);
	struct beside b = { v, p, fn, arg };

	if (is_of_server(v, p))
		return do_beside(&a, &b);
	return do_with(&a, p->realm, contexts_of(&a, p, ~(unsigned)STAND_APART), fn, arg);
}

int access_do_task(const struct view *v, const struct client *c, const struct access_task *t,
		   int (*fn)(void *arg), void *arg)
{
	struct access a = access_of_task(v, c, t->realm, t->number);
	unsigned contexts = 0;

	if (v->stand && instance_checks(v, t->realm))
		contexts = stands_elsewhere(&a) ? STAND_USER : 0;
	return do_with(&a, t->realm, contexts, fn, arg);
}

unsigned access_apart(const struct view *v, const struct client *c, const struct place *p)
{
	if (!v->stand || !p->row || !(p->row->reader & STAND_APART) ||
	    p->realm->source->kind == SOURCE_TREE)
		return 0;
	return stand_differs(v->stand, c, p->row->reader & STAND_APART);
}

int access_read_apart(const struct view *v, const struct client *c, const struct place *p,
		      int (*fn)(void *arg, struct buf *out), void *arg, struct buf *out)
{
	struct access a = access_of(v, c, p);
	struct stand_errand e = { .client = c,
				  .contexts = contexts_of(&a, p, ~0U),
				  .flags = a.flags };
	int r;

	r = stand_read(v->stand, &e, fn, arg, ACCESS_TEXT_MAX_BYTES, out);
	return r < 0 && !e.stood && !e.gone ? -EXDEV : r;
}

struct tree_stat_access {
	const struct place *place;
	struct stat *ret;
};

static int stat_tree(void *arg)
{
	const struct tree_stat_access *t = arg;

	return place_stat(t->place, t->ret);
}

/*
 * Attributes of a path. Owners are told in the user namespace of whoever asks, and a process that stands elsewhere
 * counts among the processes of the machine: so there the client's rights are tried by opening, and we look at what
 * was opened when it is gone.
 */
struct stat_access {
	const struct source *source;
	int dirfd;
	const char *path;
	struct stat *ret;
	pid_t self; /* the process that replies */
	int fd;	    /* what was opened elsewhere; -1 */
};

static int stat_path(void *arg)
{
	struct stat_access *s = arg;

	if (getpid() == s->self)
		return source_stat(s->source, s->dirfd, s->path, s->ret);
	s->fd = source_openat(s->source, s->dirfd, s->path, O_PATH);
	return s->fd < 0 ? s->fd : 0;
}

static int look_at(struct stat_access *s, int r)
{
	if (r == 0 && s->fd >= 0)
		r = source_stat(s->source, s->fd, "", s->ret);
	fd_close(s->fd);
	return r;
}

int access_stat_task(const struct view *v, const struct client *c, const struct access_task *t,
		     struct stat *ret)
{
	struct stat_access s = { .source = t->realm->source,
				 .dirfd = t->dirfd,
				 .path = t->path,
				 .ret = ret,
				 .self = getpid(),
				 .fd = -1 };

	return look_at(&s, access_do_task(v, c, t, stat_path, &s));
}

int access_stat(const struct view *v, const struct client *c, const struct place *p,
		struct stat *ret)
{
	struct stat_access s = { .ret = ret, .self = getpid(), .fd = -1 };
	struct tree_stat_access t = { p, ret };

	if (p->kind != PLACE_ENTRY)
		return place_stat(p, ret);
	if (p->realm->source->kind == SOURCE_TREE)
		return access_do(v, c, p, stat_tree, &t);
	s.source = p->realm->source;
	s.dirfd = place_dirfd(p);
	s.path = p->path;
	return look_at(&s, access_do(v, c, p, stat_path, &s));
}
