/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A view of /sys/devices/system. */

#include <errno.h>

#include "buf.h"
#include "cgroup_text.h"
#include "entry.h"
#include "pidmap_nobody.h"
#include "resources_take.h"
#include "view_args.h"
#include "view_opened.h"

#define ONLINE		 "cpu/online"
#define ONLINE_MAX_BYTES 65536

#define PORTAL_DEVICES "sys"

/* Where no cpuset says which CPUs are the container's, all that are online: no file of a single CPU names them. */
static int take_online(const struct source *source, struct resource_cpu *ret)
{
	AUTO_BUF struct buf text = { 0 };
	unsigned n;
	int r;

	r = source_read(source, -1, ONLINE, ONLINE_MAX_BYTES, &text);
	if (r == 0 && cgroup_cpu_list(buf_text(&text), &ret->set, &n) < 0)
		r = -EIO;
	ret->has_set = r == 0 && n > 0;
	ret->set_state = RESOURCE_ABSENT;
	return r;
}

static int take(void *context, const struct client *c, unsigned facts, struct resources *ret)
{
	struct opened *o = context;
	int r = o->take_groups(context, c, facts, ret);

	if (r == 0 && facts & FACTS_CPU && !ret->cpu.has_set)
		r = take_online(o->source.kind == SOURCE_SYS ? &o->source : &o->devices, &ret->cpu);
	return r;
}

/* Whose processors they are; and who the clients are, by our own procfs. */
static int find(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	r = source_open_host(&o->host, fault);
	if (r < 0)
		return r;
	o->view.host = &o->host;
	o->facts.cgroup = args->cgroup;
	if (args->cgroup)
		return 0;
	r = opened_target(args, o, fault);
	o->facts.level = o->target.level;
	o->facts.pidns_inode = o->target.pidns_inode;
	o->facts.init_pid = o->target.init_pid;
	return r;
}

int opened_sys(const struct view_args *args, struct opened *o, struct fault *fault)
{
	int r;

	r = find(args, o, fault);
	if (r == 0)
		r = source_open_sys(&o->source, fault);
	if (r == 0)
		r = pidmap_nobody_new(&o->members);
	o->facts.source_way = "the /sys/devices/system we stand in";
	o->facts.pidmap_way = "no process in it";
	return r;
}

static int open_devices(struct opened *o, struct fault *fault)
{
	int r;

	r = source_open_sys(&o->devices, fault);
	if (r == 0)
		r = pidmap_nobody_new(&o->nobody);
	o->view.devices = (struct realm){
		.source = &o->devices, .pids = o->nobody, .portal = PORTAL_DEVICES, .strict = true
	};
	o->view.devices_root = &sys_root_entry;
	return r;
}

int opened_sys_resources(const struct view_args *args, struct opened *o, struct fault *fault)
{
	if (!o->taker)
		return 0;
	o->take_groups = o->view.take_resources;
	o->view.take_resources = take;
	o->view.members.strict = args->sys_way == SYS_ALONE;
	return args->sys_way == SYS_BESIDE ? open_devices(o, fault) : 0;
}
