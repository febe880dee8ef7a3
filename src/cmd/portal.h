/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The portal of a view that `mount` has made: a procfs mounted on DIR/.k/view or DIR/.k/host, through which
 * links are followed. It is there only while links are followed: umount(2) refuses a mount with another on
 * it, and `umount DIR` is how a view is ended. The worker asks for it, the keeper mounts and detaches it.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct view;

struct portal {
	struct view *view;
	const char *dir; /* where the view is mounted */
	int keeper;	 /* the keeper's end of a socket pair; -1: there is no portal */
	int worker;	 /* the worker's end */
	unsigned mount;	 /* the keeper's: the id of what is mounted; 0: nothing */
	/* the worker's */
	pthread_mutex_t count_lock; /* guards waiting */
	unsigned waiting;
	pthread_mutex_t
		lock; /* guards the rest, and the socket while a thread waits for an answer */
	pthread_cond_t used;
	bool watched; /* a thread looks to its end */
	unsigned sequence;
	int64_t asked; /* when the keeper last said that it is there; 0: it is not */
	int64_t told;  /* when a client was last sent there */
};

#define PORTAL_NULL                                                \
	((struct portal){ .keeper = -1,                            \
			  .worker = -1,                            \
			  .count_lock = PTHREAD_MUTEX_INITIALIZER, \
			  .lock = PTHREAD_MUTEX_INITIALIZER,       \
			  .used = PTHREAD_COND_INITIALIZER })

/*
 * Gives the view a portal, if we may mount and have what to mount; before the worker is started. Otherwise
 * the view has none, which is no failure. p and dir are borrowed by the view.
 */
void portal_prepare(struct portal *p, struct view *v, const char *dir);

/* In the keeper, when the worker has been started. */
void portal_started(struct portal *p);

/* Answers a request of the worker's, for which p->keeper is readable. */
void portal_answer(struct portal *p);

/* Closes what is open; what is mounted goes with the view. */
void portal_close(struct portal *p);
