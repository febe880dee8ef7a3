/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From options to a view. */

#include "view_open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "fault.h"
#include "fd.h"
#include "nsproc.h"
#include "pidmap.h"
#include "pidmap_guests.h"
#include "pidmap_kernel.h"
#include "pidmap_nspid.h"
#include "source.h"
#include "target.h"
#include "tickets.h"
#include "view.h"
#include "view_args.h"
#include "view_cgroup.h"
#include "view_opened.h"

#define PORTAL_NAME   ".k"
#define PORTAL_HOST   "host"
#define PORTAL_KERNEL "view"

struct opened *opened_of(const struct view *v)
{
	return (struct opened *)v;
}

void view_free(struct view *v)
{
	struct opened *o = opened_of(v);

	if (!v)
		return;
	opened_close_load(o);
	tickets_free(o->view.tickets);
	pidmap_free(o->guests);
	if (o->clients != o->members)
		pidmap_free(o->clients);
	pidmap_free(o->members);
	target_close(&o->target);
	source_close(&o->source);
	source_close(&o->guest_source);
	source_close(&o->devices);
	pidmap_free(o->nobody);
	source_close(&o->host);
	following_free(o->following);
	opened_close_resources(o);
	free(o);
}

/* The source and the map of its numbers. clients is open already. */
static int open_live_source(const struct view_args *args, struct opened *o, struct fault *fault)
{
	struct fault refused = { 0 };
	int r;

	if (args->source != CHOOSE_HOST) {
		r = opened_kernel_source(o, &refused);
		if (r == 0)
			return 0;
		if (args->source == CHOOSE_KERNEL) {
			*fault = refused;
			return r;
		}
		snprintf(o->refusal, sizeof(o->refusal), "%.400s: %s", refused.what, strerror(-r));
		o->facts.kernel_refusal = o->refusal;
	}
	r = hiding_open_host(&o->view.hiding, &o->source, &o->view.members.enforced, fault);
	o->facts.source_way = o->view.members.enforced
				      ? "a procfs instance of the namespace we stand in, translated"
				      : "the /proc we stand in, translated";
	if (r == 0)
		o->members = o->clients;
	return r;
}

static int open_cgroup(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	r = view_cgroup_map(&o->host, args->cgroup, &o->clients, fault);
	if (r == 0)
		r = hiding_open_host(&o->view.hiding, &o->source, &o->view.members.enforced, fault);
	if (r < 0)
		return r;
	o->members = o->clients;
	o->facts.cgroup = args->cgroup;
	o->facts.source_way = "the /proc we stand in, only these processes";
	o->facts.pidmap_way = "as they are, 0 for processes outside";
	return 0;
}

static int open_namespace(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	r = opened_target(args, o, fault);
	if (r == 0)
		r = opened_map(args, o, &o->host, fault);
	if (r == 0)
		r = open_live_source(args, o, fault);
	if (r < 0)
		return r;
	o->facts.level = o->target.level;
	o->facts.pidns_inode = o->target.pidns_inode;
	o->facts.init_pid = o->target.init_pid;
	return 0;
}

static int open_live(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	r = source_open_host(&o->host, fault);
	if (r < 0)
		return r;
	hiding_resolve(&o->view.hiding, &o->host);
	r = args->cgroup ? open_cgroup(args, o, fault) : open_namespace(args, o, fault);
	if (r < 0)
		return r;
	o->view.clients = o->clients;
	o->view.host = &o->host;
	return 0;
}

static int open_tree_map(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	if (!args->target) {
		o->facts.pidmap_way = "as recorded";
		return pidmap_identity_new(&o->source, &o->members);
	}
	o->facts.pidmap_way = "the recorded NSpid lines";
	r = pidmap_nspid_find(&o->source, args->target, &o->facts.pidns_inode, &o->facts.level,
			      &o->facts.init_pid, fault);
	if (r < 0)
		return r;
	return pidmap_nspid_new(&o->source, o->facts.pidns_inode, o->facts.level, o->facts.init_pid,
				&o->members);
}

static int open_recorded(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	hiding_resolve(&o->view.hiding, NULL);
	r = source_open_tree(args->tree, &o->source, fault);
	o->facts.source_way = args->tree;
	/* Not for the bytes: it tells what a client may do. */
	if (r == 0 && source_open_host(&o->host, NULL) == 0)
		o->view.host = &o->host;
	return r < 0 ? r : open_tree_map(args, o, fault);
}

int view_open(const struct view_args *args, struct view **ret, struct fault *fault)
{
	struct opened *o = opened_new();
	int r;

	if (!o)
		return fault_set(fault, -ENOMEM, NULL, "open the view");
	o->view.hiding = args->hiding;
	if (args->follow)
		r = following_open(args, o, fault);
	else if (args->sys && args->sys_way == SYS_ALONE)
		r = opened_sys(args, o, fault);
	else
		r = args->tree ? open_recorded(args, o, fault) : open_live(args, o, fault);
	if (r == 0)
		r = opened_resources(args, o, fault);
	if (r == 0 && args->sys)
		r = opened_sys_resources(args, o, fault);
	if (r < 0) {
		view_free(&o->view);
		return fault_set(fault, r, NULL, "open the view");
	}
	o->view.groups_matter = hiding_wants_groups(&o->view.hiding);
	o->facts.source = source_kind_name(o->source.kind);
	o->view.root = o->source.kind == SOURCE_SYS ? &sys_root_entry : &proc_root_entry;
	o->view.init = o->facts.init_pid;
	o->view.profile = args->profile;
	o->view.guess_links = args->links == LINKS_GUESS;
	o->view.writable = args->writable;
	o->view.own_writable = args->own_writable;
	o->view.machine_fixed = o->host.fd >= 0 && source_host_is_fixed(&o->host);
	o->view.members.source = &o->source;
	o->view.members.pids = o->members;
	if (args->hiding.hidepid != HIDEPID_OFF)
		o->facts.hiding_way = o->view.members.enforced
					      ? "the kernel, in an instance with this option"
					      : "nsprocfs, for each reader";
	*ret = &o->view;
	return 0;
}

const struct view_facts *view_facts(const struct view *v)
{
	return &opened_of(v)->facts;
}

int view_target_pidfd(const struct view *v)
{
	return opened_of(v)->target.init_pidfd;
}

/*
 * Whether a process of the view has this number, be it hidden from some: what a guest is called must not
 * depend on who asks.
 */
static bool number_taken(const void *context, pid_t number)
{
	const struct opened *o = context;
	bool by_host = o->clients && o->view.hiding.hidepid != HIDEPID_OFF;
	const struct source *source = by_host ? &o->host : &o->source;
	char name[16];
	struct stat st;
	pid_t there = pidmap_from_view(by_host ? o->clients : o->members, number);

	/* That one is asking: it is both a guest and of the view, by the same number. */
	if (there == number && (by_host || o->source.kind == SOURCE_HOST))
		return false;
	snprintf(name, sizeof(name), "%d", there);
	return there > 0 && source_stat(source, -1, name, &st) == 0;
}

/* What the portal's directory leads to can be mounted: one of ours that hides, where the view does. */
static const char *host_portal(const struct opened *o)
{
	AUTO_FD int fd = -1;

	return view_open_host_again(&o->view, &fd, NULL) < 0 ? NULL : PORTAL_HOST;
}

/* The guests' own source: ours, or one that hides. */
static int open_guests(struct opened *o, struct fault *fault)
{
	struct realm *guests = &o->view.guests;
	int r;

	guests->source = &o->host;
	guests->pids = o->guests;
	guests->portal = host_portal(o);
	if (o->view.hiding.hidepid == HIDEPID_OFF)
		return 0;
	r = hiding_open_host(&o->view.hiding, &o->guest_source, &guests->enforced, fault);
	if (r == 0)
		guests->source = &o->guest_source;
	return r;
}

int view_add_portal(struct view *v, pid_t steward, struct fault *fault)
{
	struct opened *o = opened_of(v);
	int r = tickets_new(&v->tickets);

	if (r < 0)
		return fault_set(fault, r, NULL, "prepare the links of the view");
	v->steward = steward;
	v->portal = PORTAL_NAME;
	if (o->source.kind == SOURCE_KERNEL)
		v->members.portal = PORTAL_KERNEL;
	if (o->source.kind == SOURCE_HOST)
		v->members.portal = host_portal(o);
	return 0;
}

int view_add_guests(struct view *v, pid_t root_pid, struct fault *fault)
{
	struct opened *o = opened_of(v);
	int r = 0;

	if (o->following) /* all clients are at home in a view of their own */
		return view_add_portal(v, root_pid, fault);
	if (o->host.fd < 0) /* a tree, and no /proc: then why not is said here */
		r = source_open_host(&o->host, fault);
	if (r == 0)
		r = pidmap_guests_new(&o->host, o->clients, number_taken, o, root_pid, &o->guests);
	if (r == 0)
		r = open_guests(o, fault);
	if (r < 0)
		return fault_set(fault, r, NULL, "prepare the numbers of the command's processes");
	v->host = &o->host;
	return view_add_portal(v, root_pid, fault);
}

int view_open_kernel_again(const struct view *v, int *ret_fd, struct fault *fault)
{
	const struct opened *o = opened_of(v);

	if (o->source.kind != SOURCE_KERNEL)
		return -ENODATA;
	return nsproc_open_hiding(o->target.pidns_fd, NSPROC_AUTO, &v->hiding, ret_fd, fault);
}

int view_open_host_again(const struct view *v, int *ret_fd, struct fault *fault)
{
	*ret_fd = -1;
	return hiding_is_on(&v->hiding) ? nsproc_open_own(&v->hiding, ret_fd, fault) : 0;
}

void view_announce(const char *command, const struct view_args *args, const struct view *v,
		   bool always)
{
	const struct view_facts *f = view_facts(v);

	if (!always && !args->verbose && !f->kernel_refusal && !f->resources_refusal)
		return;
	fprintf(stderr, "nsprocfs: %s: source: %s (%s)", command, f->source, f->source_way);
	if (f->kernel_refusal)
		fprintf(stderr, "; kernel refused: %s", f->kernel_refusal);
	if (f->resources_refusal)
		fprintf(stderr, "; resources are the machine's: %s", f->resources_refusal);
	fputc('\n', stderr);
}
