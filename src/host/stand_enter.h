/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside of standing: the contexts of one client, opened before a process enters them. */

#include "stand.h"

#define STAND_N_NAMESPACES 7

struct stand_door {
	unsigned contexts;
	int ns_fd[STAND_N_NAMESPACES]; /* in the order of stand_namespaces; -1: not entered */
	int root_fd;		       /* O_PATH; -1: not entered */
};

struct stand_namespace {
	enum stand_context context;
	const char *name; /* below ns/ */
	int type;	  /* CLONE_NEW* */
};

/* In the order in which they are entered: the user namespace, which changes what may be entered, last. */
extern const struct stand_namespace stand_namespaces[STAND_N_NAMESPACES];

/* Opens the client's contexts, with our own rights. Returns 0, -ESRCH if the client is gone, or the errno of the first that cannot be opened. */
int stand_door_open(const struct source *host, pid_t tid, unsigned contexts,
		    struct stand_door *ret);

/* Closes what is open. */
void stand_door_close(struct stand_door *d);

/*
 * Enters all contexts but a pid namespace, into which only children come. To be called by a process of its own,
 * with the client's ids and all of our capabilities. Returns 0 or the errno of setns(2) or chroot(2).
 */
int stand_door_enter(const struct stand_door *d);

/* setns(2) to the pid namespace, if it is among the contexts: for the children to come. Returns 0 or -errno. */
int stand_door_enter_pid(const struct stand_door *d);
