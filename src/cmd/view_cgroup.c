/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The processes of a control group. */

#include "view_cgroup.h"

#include <errno.h>

#include "fault.h"
#include "pidmap.h"
#include "pidmap_cgroup.h"
#include "task_cgroup.h"

static int check_members(const struct pidmap *m, const char *group, struct fault *fault)
{
	struct pidmap_list all = { 0 };
	int r;

	r = pidmap_list(m, &all);
	if (r < 0)
		fault_set(fault, r, NULL, "list the processes");
	else if (all.n == 0)
		r = fault_set(fault, -ESRCH, "what groups there are, PID/cgroup tells",
			      "control group %s has no process that we can see", group);
	pidmap_list_free(&all);
	return r;
}

int view_cgroup_map(const struct source *host, const char *group, struct pidmap **ret,
		    struct fault *fault)
{
	struct cgroup_wish wish = { 0 };
	struct pidmap *map = NULL;
	int r;

	r = cgroup_wish_find(host, group, &wish);
	if (r == 0)
		r = pidmap_cgroup_new(host, &wish, &map);
	cgroup_wish_done(&wish);
	if (r < 0)
		return fault_set(fault, r, NULL, "--cgroup");
	r = check_members(map, group, fault);
	if (r < 0)
		pidmap_free(map);
	else
		*ret = map;
	return r;
}
