/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a view that view_open() has made has open, for the parts of that module. */

#include "fault.h"
#include "source.h"
#include "target.h"
#include "view.h"
#include "view_open.h"

struct following;
struct pidmap;
struct load_sampler;
struct resource_taker;
struct view_args;

/* A view with everything it borrows. The view is the first member: struct view * leads back here. */
struct opened {
	struct view view;
	struct view_facts facts;
	struct source source; /* the members' */
	struct source host;
	struct source guest_source; /* of the guests, if it is another than host */
	struct source devices;	    /* beside them; with nobody's numbers */
	struct target target;
	struct pidmap *members; /* the source's numbers -> the view's */
	struct pidmap *clients; /* our numbers -> the view's */
	struct pidmap *guests;
	struct pidmap *nobody;
	struct following *following;  /* --pidns follow: this is the view of our own namespace */
	struct resource_taker *taker; /* NULL: only the machine's resources can be shown */
	struct load_sampler *load;    /* with taker only */
	_Atomic unsigned *choice;     /* shared memory; NULL */
	char refusal[FAULT_TEXT_BYTES];
	char resources_refusal[FAULT_TEXT_BYTES];
};

struct opened *opened_of(const struct view *v);

/* One that has nothing open yet, for view_free(). NULL: no memory. */
struct opened *opened_new(void);

/* o->target: the namespace that the options name. Returns 0, or the errors of target.h with a fault. */
int opened_target(const struct view_args *args, struct opened *o, struct fault *fault);

/*
 * o->clients: a map from our numbers to the target's, by the way that was chosen or the first that works.
 * host is borrowed. Returns 0, or -errno with a fault.
 */
int opened_map(const struct view_args *args, struct opened *o, const struct source *host,
	       struct fault *fault);

/* o->source and o->members: a procfs instance of the target's namespace. Returns 0, or -errno with a fault. */
int opened_kernel_source(struct opened *o, struct fault *fault);

/*
 * view_resources.c: has the view show the container's resources, if it is to. Returns 0, or -errno with a fault if the
 * options insist on it; by default it is the machine's that are shown where the others cannot be.
 */
int opened_resources(const struct view_args *args, struct opened *o, struct fault *fault);

/*
 * view_sys.c: the source of the container's CPUs and nodes, no processes, and the container's resources. Returns 0, or
 * -errno with a fault.
 */
int opened_sys(const struct view_args *args, struct opened *o, struct fault *fault);

/*
 * Once a view with --sys has its resources, if it is to show them: of the machine's names only those of the table. With
 * SYS_BESIDE opens the source. Returns 0, or -errno with a fault.
 */
int opened_sys_resources(const struct view_args *args, struct opened *o, struct fault *fault);
/* What opened_resources() shares with the processes that are forked. */
void opened_close_choice(struct opened *o);

/* view_follow.c: the view of our own namespace, and what it takes to follow. Returns 0, or -errno with a fault. */
int following_open(const struct view_args *args, struct opened *o, struct fault *fault);

/* NULL is accepted. */
void following_free(struct following *f);
