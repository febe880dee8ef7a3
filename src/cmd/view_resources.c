/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose resources a view shows. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "buf.h"
#include "load_sampler.h"
#include "resources_take.h"
#include "view_args.h"
#include "view_opened.h"

static int take(void *context, unsigned facts, struct resources *ret)
{
	const struct opened *o = context;

	return resources_take(o->taker, facts, ret);
}

static int open_group_file(void *context, const char *name, int flags)
{
	const struct opened *o = context;

	return resource_taker_open_file(o->taker, name, flags);
}

/* Whose load it is: of the view's own processes, if it has any. */
static int open_load(struct opened *o, struct fault *fault)
{
	int r;

	if (o->source.kind == SOURCE_SYS)
		return 0;
	r = load_sampler_new(&o->source, o->members, &o->load);
	if (r < 0)
		return fault_set(fault, r, NULL, "prepare to look at the container's load");
	resource_taker_set_load(o->taker, o->load);
	return 0;
}

/* Why they can never be the container's; NULL: that depends. */
static const char *why_never(const struct view_args *args)
{
	if (args->tree)
		return "what is recorded has no control groups";
	if (args->follow)
		return "not for a view that follows its clients";
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

void opened_close_choice(struct opened *o)
{
	if (o->choice)
		munmap(o->choice, sizeof(*o->choice));
}

static int open_taker(const struct view_args *args, struct opened *o, struct fault *fault)
{
	const struct resource_args *a = &args->resources;
	struct resource_wish wish = {
		.init = o->target.init_pid,
		.group = a->group ? a->group : args->cgroup,
		.count = a->count,
		.by_high = a->by_high,
		.root_fd = -1,
	};
	int r;

	r = resource_taker_open(&o->host, &wish, &o->taker, fault);
	if (r == 0)
		r = open_load(o, fault);
	if (r < 0)
		return r;
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
	return share_choice(o, o->view.resource_files, fault);
}

int view_begin(struct view *v)
{
	struct opened *o = opened_of(v);

	return o->load ? load_sampler_start(o->load) : 0;
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
