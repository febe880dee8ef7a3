/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose resources a view shows. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "buf.h"
#include "load_crew.h"
#include "load_sampler.h"
#include "resource_clients.h"
#include "resources_take.h"
#include "view_args.h"
#include "view_opened.h"

/* Times and load are those of the processes that the view shows, also where containers share their namespace. */
#define FACTS_OF_VIEW (FACTS_TIME | FACTS_LOAD)

/* The number of the first process in our own pid namespace. */
#define OWN_INIT 1

static int take_of_client(const struct opened *o, const struct client *c, unsigned facts,
			  struct resources *ret)
{
	struct resources view = { 0 };
	int r;

	r = resource_clients_take(o->askers, c->tid, facts & ~(unsigned)FACTS_OF_VIEW, ret);
	if (r == 0 && facts & FACTS_OF_VIEW)
		r = resources_take(o->taker, facts & FACTS_OF_VIEW, &view);
	ret->facts = facts;
	ret->time = view.time;
	ret->load = view.load;
	return r;
}

static int take(void *context, const struct client *c, unsigned facts, struct resources *ret)
{
	const struct opened *o = context;
	int r;

	if (o->askers)
		return take_of_client(o, c, facts, ret);
	r = resources_take(o->taker, facts, ret);
	ret->is_machine = o->is_machine;
	return r;
}

static int open_group_file(void *context, const struct client *c, const char *name, int flags)
{
	const struct opened *o = context;

	if (o->askers)
		return resource_clients_open_file(o->askers, c->tid, name, flags);
	return resource_taker_open_file(o->taker, name, flags);
}

static int take_nothing(void *context, const struct client *c, unsigned facts,
			struct resources *ret)
{
	(void)context;
	(void)c;
	(void)facts;
	(void)ret;
	return -EIO;
}

static int open_nothing(void *context, const struct client *c, const char *name, int flags)
{
	(void)context;
	(void)c;
	(void)name;
	(void)flags;
	return -EIO;
}

void opened_no_resources(struct view *v)
{
	if (!v->take_resources)
		return;
	v->take_resources = take_nothing;
	v->open_group_file = open_nothing;
	v->resources_context = NULL;
}

/* Whose load it is: of the view's own processes, if it has any. */
static int open_load(struct opened *o)
{
	int r;

	if (o->source.kind == SOURCE_SYS || o->is_machine)
		return 0;
	r = load_sampler_new(o->base ? o->view.members.source : &o->source, o->members, &o->load);
	if (r == 0)
		r = load_crew_add(o->crew, o->load, o->target.init_pidfd);
	if (r == 0)
		resource_taker_set_load(o->taker, o->load);
	return r;
}

/* Why they can never be the container's; NULL: that depends. */
static const char *why_never(const struct view_args *args)
{
	if (args->tree && !args->resources.group)
		return "what is recorded has no control groups";
	return NULL;
}

/* Why the files are the machine's without anything having failed; NULL: they are to be the container's. */
static const char *why_off(const struct view_args *args)
{
	const struct resource_args *a = &args->resources;

	if (a->choice == RESOURCES_OFF)
		return "--resources=off";
	if (a->choice == RESOURCES_BY_PROFILE && args->profile == PROFILE_KERNEL && !args->sys)
		return "profile kernel shows the machine's";
	return why_never(args);
}

unsigned view_args_resource_files(const struct view_args *args)
{
	return why_off(args) ? 0 : RESOURCE_FILES_ALL & ~args->resources.without;
}

/* The choice lies where the process that mounts and the one that serves, both still to be forked, have it. */
static int share_choice(struct opened *o, unsigned files, struct fault *fault)
{
	void *shared = mmap(NULL, sizeof(*o->choice), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return fault_set(fault, -errno, NULL, "share memory with the server");
	o->choice = shared;
	*o->choice = files;
	o->view.resource_choice = o->choice;
	return 0;
}

void opened_close_load(struct opened *o)
{
	load_crew_remove(o->crew, o->load);
	load_sampler_free(o->load);
}

void opened_close_resources(struct opened *o)
{
	if (!o->base) {
		load_crew_free(o->crew);
		resource_clients_free(o->askers);
	}
	resource_taker_free(o->taker);
	if (o->choice)
		munmap(o->choice, sizeof(*o->choice));
}

static int open_taker(const struct view_args *args, struct opened *o, struct fault *fault)
{
	const struct resource_args *a = &args->resources;
	struct resource_wish wish = {
		.init = args->follow ? OWN_INIT : o->target.init_pid,
		.group = a->group ? a->group : args->cgroup,
		.declared = args->tree != NULL,
		.count = a->count,
		.by_high = a->by_high,
		.root_fd = -1,
	};
	int r;

	r = resource_taker_open(&o->host, &wish, &o->taker, fault);
	if (r < 0)
		return r;
	/* To each client its own: then none of them sees what it is part of as a whole. */
	o->is_machine = args->follow && !a->of_client && following_is_first(o->following) &&
			resource_taker_is_machine(o->taker);
	if (a->of_client)
		r = resource_clients_new(o->taker, &o->host, &o->askers);
	if (r == 0)
		r = load_crew_new(&o->crew);
	if (r == 0)
		r = open_load(o);
	if (r < 0)
		return fault_set(fault, r, NULL, "prepare to look at the container's load");
	o->view.take_resources = take;
	o->view.open_group_file = open_group_file;
	o->view.resources_context = o;
	o->view.resource_files = view_args_resource_files(args);
	return 0;
}

int opened_resources(const struct view_args *args, struct opened *o, struct fault *fault)
{
	struct fault refused = { 0 };
	int r;

	o->facts.resources_off = why_off(args);
	/* A view that is served may be told otherwise later: then it has the groups open from the start, if it can. */
	if (why_never(args) || (o->facts.resources_off && (!args->may_follow || args->sys)))
		return 0;
	r = open_taker(args, o, &refused);
	if (r < 0 && !o->facts.resources_off &&
	    (args->resources.choice == RESOURCES_ON || args->sys)) {
		*fault = refused;
		return r;
	}
	if (r < 0 && !o->facts.resources_off) {
		snprintf(o->resources_refusal, sizeof(o->resources_refusal), "%.400s: %s",
			 refused.what, strerror(-r));
		o->facts.resources_off = o->facts.resources_refusal = o->resources_refusal;
	}
	if (r < 0 || !args->may_follow)
		return 0;
	r = share_choice(o, o->view.resource_files, fault);
	/* Views of namespaces come and go, and nobody asks what they were. */
	if (r == 0 && args->follow)
		load_crew_set_wanted(o->crew, o->choice);
	return r;
}

int opened_resources_beside(const struct opened *base, struct opened *o)
{
	int r;

	if (!base->view.take_resources)
		return 0;
	o->base = base;
	o->crew = base->crew;
	o->askers = base->askers;
	r = resource_taker_open_beside(base->taker, &base->host, o->target.init_pid, &o->taker);
	if (r == 0)
		r = open_load(o);
	o->view.resources_context = o;
	return r;
}

int view_begin(struct view *v)
{
	struct opened *o = opened_of(v);

	return o->crew ? load_crew_start(o->crew) : 0;
}

int view_describe_resources(const struct view *v, struct buf *out)
{
	const struct opened *o = (const struct opened *)v;
	unsigned files;
	int r;

	if (o->facts.resources_off)
		return buf_printf(out, "the machine's: %s\n", o->facts.resources_off);
	files = view_resource_files(v);
	r = buf_append_str(out, "the container's: ");
	if (r == 0)
		r = resource_files_print(files, out);
	if (r == 0)
		r = buf_append_str(out, files ? "\n" : "none\n");
	return r < 0 ? r : resource_taker_describe(o->taker, out);
}
