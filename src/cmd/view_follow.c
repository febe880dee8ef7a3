/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --pidns follow: to each client the view of its own pid namespace. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "pidmap.h"
#include "pidmap_kernel.h"
#include "pidmap_nobody.h"
#include "view_args.h"
#include "view_opened.h"
#include "views.h"

/* A view has four descriptors and, for a time, those of its control groups (take_ground.h); a user may make namespaces by the thousand. */
#define VIEWS_MAX 512

/* PROC_PID_INIT_INO (include/linux/proc_ns.h) */
#define FIRST_PIDNS 0xEFFFFFFCU

struct following {
	struct opened *base; /* the view of our own namespace */
	struct view_args args;
	struct views_key own; /* that namespace */
	struct pidmap *nobody;
	struct view outside;
	struct views_following following;
};

/* A client of a namespace that is not below ours has no number here, so this is about others. */
static int identify(void *context, const struct client *c, struct views_key *ret)
{
	const struct following *f = context;
	struct stat st;
	int r;

	r = target_identify(&f->base->host, c->tid, &st);
	if (r < 0)
		return r;
	if (st.st_dev != f->own.dev) /* no nsfs: not what the kernel's link leads to */
		return -EACCES;
	*ret = (struct views_key){ .dev = st.st_dev, .inode = st.st_ino };
	return st.st_ino == f->own.inode;
}

/* The namespace, held open, and its init, whose end is the namespace's. */
static int find_target(const struct following *f, pid_t tid, struct target *ret)
{
	const struct source *host = &f->base->host;
	pid_t init;
	int r;

	r = target_from_pid(host, tid, ret, NULL);
	if (r == 0 && ret->pidns_fd < 0) {
		/* By its init, where that may be seen. */
		init = ret->init_pid;
		target_close(ret);
		*ret = TARGET_NULL;
		r = target_from_pid(host, init, ret, NULL);
	}
	if (r < 0)
		return r;
	return ret->pidns_fd < 0 ? -EACCES : ret->init_pidfd < 0 ? -ESRCH : 0;
}

static int open_realm(const struct following *f, struct opened *o)
{
	const struct realm *base = &f->base->view.members;
	struct realm *members = &o->view.members;
	int r;

	r = opened_map(&f->args, o, &f->base->host, NULL);
	if (r < 0)
		return r;
	if (f->args.source != CHOOSE_HOST)
		r = opened_kernel_source(o, NULL);
	if (r < 0 && f->args.source == CHOOSE_KERNEL)
		return r;
	members->pids = o->members;
	if (o->members) {
		members->source = &o->source;
		members->portal_pids = o->clients;
		return 0;
	}
	o->members = o->clients;
	*members = *base;
	members->pids = o->members;
	return 0;
}

/* Its init has died. */
static bool target_is_dead(const struct target *t)
{
	struct pollfd death = { .fd = t->init_pidfd, .events = POLLIN };

	return poll(&death, 1, 0) > 0;
}

static void close_view(struct view *v)
{
	v->tickets = NULL; /* the base's */
	view_free(v);
}

static int open_view(void *context, const struct client *c, struct view **ret, int *ret_death_fd)
{
	const struct following *f = context;
	struct opened *o = opened_new();
	int r;

	if (!o)
		return -ENOMEM;
	o->view = f->base->view;
	r = find_target(f, c->tid, &o->target);
	if (r == 0)
		r = open_realm(f, o);
	if (r == 0)
		r = opened_resources_beside(f->base, o);
	/* What was found by its number was found of it. */
	if (r == 0 && target_is_dead(&o->target))
		r = -ESRCH;
	if (r < 0) {
		close_view(&o->view);
		return r;
	}
	o->view.clients = o->clients;
	o->view.init = o->target.init_pid;
	*ret = &o->view;
	*ret_death_fd = o->target.init_pidfd;
	return 0;
}

int view_serving(struct view *v, struct views **ret)
{
	static const struct views_ops ops = {
		.identify = identify,
		.open = open_view,
		.close = close_view,
	};
	struct following *f = opened_of(v)->following;

	if (!f)
		return views_new(v, ret);
	/* All that is no process's, and no processes. */
	f->outside = *v;
	f->outside.members.pids = f->nobody;
	f->outside.clients = NULL;
	f->outside.host = NULL;
	opened_no_resources(&f->outside);
	f->following = (struct views_following){
		.ops = &ops,
		.context = f,
		.base = v,
		.outside = &f->outside,
		.max = VIEWS_MAX,
	};
	return views_new_following(&f->following, ret);
}

static int open_base(struct following *f, struct opened *o, struct fault *fault)
{
	struct stat st;
	int r;

	r = source_open_host(&o->host, fault);
	if (r == 0) {
		hiding_resolve(&o->view.hiding, &o->host);
		r = hiding_open_host(&o->view.hiding, &o->source, &o->view.members.enforced, fault);
	}
	if (r == 0)
		r = pidmap_identity_new(&o->source, &o->members);
	if (r == 0)
		r = pidmap_nobody_new(&f->nobody);
	if (r < 0)
		return r;
	r = target_identify(&o->host, getpid(), &st);
	if (r < 0)
		return fault_set(fault, r, NULL, "find our own pid namespace");
	f->own = (struct views_key){ .dev = st.st_dev, .inode = st.st_ino };
	o->clients = o->members;
	o->view.clients = o->clients;
	o->view.host = &o->host;
	o->facts.source_way = "each client's own namespace, ours or below";
	o->facts.pidmap_way = "as each namespace allows";
	o->facts.pidns_inode = st.st_ino;
	return 0;
}

int following_open(const struct view_args *args, struct opened *o, struct fault *fault)
{
	struct following *f = calloc(1, sizeof(*f));

	if (!f)
		return fault_set(fault, -ENOMEM, NULL, "open the view");
	f->base = o;
	f->args = *args;
	o->following = f;
	return open_base(f, o, fault);
}

bool following_is_first(const struct following *f)
{
	return f->own.inode == FIRST_PIDNS;
}

void following_free(struct following *f)
{
	if (f)
		pidmap_free(f->nobody);
	free(f);
}
