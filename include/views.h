/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The views that one mount shows: a single one to everybody, or to each client that of its own pid namespace
 * ("following"). Views of namespaces are made when the first client comes, kept, and given up when the
 * namespace dies; whoever still works with one holds it. Safe for threads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tree.h"

struct views;

/* A view that is being served; counted references. */
struct served {
	const struct view *view;
	struct place root; /* the view's own root */
};

/*
 * Which pid namespace: its file on nsfs. The kernel gives an inode number out anew only after the namespace
 * is freed, so a view whose maker holds the namespace open is never taken for another's.
 */
struct views_key {
	dev_t dev;
	ino_t inode;
};

/* How to follow; called by several threads at once. */
struct views_ops {
	/*
	 * The pid namespace of a client whose tid is not 0. Returns 0; 1 if it is the one of the base view;
	 * -errno if it cannot be told.
	 */
	int (*identify)(void *context, const struct client *c, struct views_key *ret);
	/*
	 * Makes the view of the client's namespace. *ret_death_fd, the view's, becomes readable when that has
	 * died. One call at a time. Returns 0 or -errno.
	 */
	int (*open)(void *context, const struct client *c, struct view **ret, int *ret_death_fd);
	void (*close)(struct view *v);
};

/* All borrowed. */
struct views_following {
	const struct views_ops *ops;
	void *context;
	const struct view *base;    /* for clients of the mounter's own namespace */
	const struct view *outside; /* for those whose namespace is not below it, or not known */
	size_t max; /* views of namespaces that are kept; the one least used makes room */
};

/* One view (borrowed) for everybody. Returns 0 or -ENOMEM. */
int views_new(const struct view *v, struct views **ret);

/* Each client's own. Returns 0, -ENOMEM, or the errno of epoll_create1(2) or eventfd(2). */
int views_new_following(const struct views_following *f, struct views **ret);

/* Gives up all views; nobody may hold one any more. NULL is accepted. */
void views_free(struct views *v);

/* The view of the mounter's own namespace, or the single one: what all have in common is seen in it. */
const struct view *views_base(const struct views *v);

/* The view that this client sees, held until served_release(). Never NULL. */
struct served *views_of(struct views *v, const struct client *c);

/* One reference more, or less; NULL is accepted. served_hold() returns s. */
struct served *served_hold(struct served *s);
void served_release(struct served *s);

/* Its namespace has died, or it had to make room: what hangs on it is best forgotten. */
bool served_is_gone(const struct served *s);

/* Readable when views_reap() has something to do; -1: never. */
int views_watch_fd(const struct views *v);

/* Gives up the views of namespaces that have died. */
void views_reap(struct views *v);

/* How many views of namespaces are kept, for tests. */
size_t views_size(struct views *v);
