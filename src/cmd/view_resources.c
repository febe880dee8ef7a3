/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose resources a view shows. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* Why the files are the machine's without anything having failed; NULL: they are to be the container's. */
static const char *why_off(const struct view_args *args)
{
	const struct resource_args *a = &args->resources;

	if (a->choice == RESOURCES_OFF)
		return "--resources=off";
	if (a->choice == RESOURCES_BY_PROFILE && args->profile == PROFILE_KERNEL && !args->sys)
		return "profile kernel shows the machine's";
	if (args->tree)
		return "what is recorded has no control groups";
	if (args->follow)
		return "not for a view that follows its clients";
	return NULL;
}

int opened_resources(const struct view_args *args, struct opened *o, struct fault *fault)
{
	const struct resource_args *a = &args->resources;
	struct resource_wish wish = {
		.init = o->target.init_pid,
		.group = a->group ? a->group : args->cgroup,
		.count = a->count,
		.root_fd = -1,
	};
	struct fault refused = { 0 };
	int r;

	o->facts.resources_off = why_off(args);
	if (o->facts.resources_off)
		return 0;
	r = resource_taker_open(&o->host, &wish, &o->taker, &refused);
	if (r < 0 && (a->choice == RESOURCES_ON || args->sys)) {
		*fault = refused;
		return r;
	}
	if (r < 0) {
		snprintf(o->resources_refusal, sizeof(o->resources_refusal), "%.400s: %s",
			 refused.what, strerror(-r));
		o->facts.resources_off = o->facts.resources_refusal = o->resources_refusal;
		return 0;
	}
	o->view.take_resources = take;
	o->view.open_group_file = open_group_file;
	o->view.resources_context = o;
	o->view.resource_files = RESOURCE_FILES_ALL & ~a->without;
	return open_load(o, fault);
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

	if (!o->taker)
		return buf_printf(out, "the machine's: %s\n", o->facts.resources_off);
	files = view_resource_files(v);
	r = buf_append_str(out, "the container's: ");
	if (r == 0)
		r = resource_files_print(files, out);
	if (r == 0)
		r = buf_append_str(out, files ? "\n" : "none\n");
	return r < 0 ? r : resource_taker_describe(o->taker, out);
}
