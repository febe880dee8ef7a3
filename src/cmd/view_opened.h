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
struct load_crew;
struct load_sampler;
struct resource_clients;
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
	struct following *following; /* --pidns follow: this is the view of our own namespace */
	const struct opened
		*base; /* of a view made for a client's namespace: the one above; NULL */
	struct resource_taker *taker;	 /* NULL: only the machine's resources can be shown */
	struct resource_clients *askers; /* --resources=client; the base's */
	/* view.take_resources, for who takes some facts from elsewhere. */
	int (*take_groups)(void *context, const struct client *c, unsigned facts,
			   struct resources *ret);
	bool is_machine;	   /* the container is the machine (resources.h) */
	struct load_sampler *load; /* with taker only */
	struct load_crew *crew;	   /* who keeps that; the base's */
	_Atomic unsigned *choice;  /* shared memory; NULL */
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
/*
 * The same for a view made for a client's namespace, once its target is open: of its init, by what the base has open.
 * Returns 0 or -errno.
 */
int opened_resources_beside(const struct opened *base, struct opened *o);

/* For clients of whom it is not known which container they are in: none of the files can be read. */
void opened_no_resources(struct view *v);

/* Ends what goes on by itself, before what it looks at is closed. */
void opened_close_load(struct opened *o);

/* Frees what else these have made. */
void opened_close_resources(struct opened *o);

/* view_follow.c: the view of our own namespace, and what it takes to follow. Returns 0, or -errno with a fault. */
int following_open(const struct view_args *args, struct opened *o, struct fault *fault);

/* The namespace of the base is the machine's first, in which all its processes are. */
bool following_is_first(const struct following *f);

/* NULL is accepted. */
void following_free(struct following *f);
