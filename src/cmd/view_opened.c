/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a view that shows a pid namespace. */

#include "view_opened.h"

#include <errno.h>
#include <stdlib.h>

#include "nsproc.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "pidmap_nspid.h"
#include "view_args.h"

struct opened *opened_new(void)
{
	struct opened *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->source = o->host = o->guest_source = o->devices = SOURCE_NULL;
	o->target = TARGET_NULL;
	return o;
}

int opened_target(const struct view_args *args, struct opened *o, struct fault *fault)
{
	if (args->pidns)
		return target_from_file(&o->host, args->pidns, &o->target, fault);
	return target_from_pid(&o->host, args->target, &o->target, fault);
}

int opened_map(const struct view_args *args, struct opened *o, const struct source *host,
	       struct fault *fault)
{
	const struct target *t = &o->target;
	int r = -EOPNOTSUPP;

	if (args->pidmap != PIDMAP_NSPID && t->pidns_fd >= 0) {
		o->facts.pidmap_way = "the kernel (NS_GET_PID_IN_PIDNS)";
		r = pidmap_kernel_new(host, t->pidns_fd, t->level, &o->clients);
	}
	if (args->pidmap != PIDMAP_KERNEL && r == -EOPNOTSUPP) {
		o->facts.pidmap_way = "NSpid lines";
		r = pidmap_nspid_new(host, t->pidns_inode, t->level, t->init_pid, &o->clients);
	}
	if (r < 0)
		fault_set(fault, r, "use --pid-map=auto", "translate numbers of the namespace");
	return r;
}

int opened_kernel_source(struct opened *o, struct fault *fault)
{
	int fd = -1;
	int r;

	if (o->target.pidns_fd < 0)
		return fault_set(fault, -EACCES,
				 "run as root or as the owner, or use --source=host",
				 "open the PID namespace file of the target");
	r = nsproc_open_hiding(o->target.pidns_fd, NSPROC_AUTO, &o->view.hiding, &fd, fault);
	if (r < 0)
		return r;
	o->source = source_from_fd(SOURCE_KERNEL, fd);
	o->view.members.enforced = true;
	o->facts.source_way = "a procfs instance of the namespace";
	return pidmap_identity_new(&o->source, &o->members);
}
