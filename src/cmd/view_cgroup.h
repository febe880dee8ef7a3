/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The processes of the control group that a user names. */

struct fault;
struct pidmap;
struct source;

/*
 * The map of pidmap_cgroup.h for what the user calls the group (task_cgroup.h); host is borrowed. Returns 0,
 * or with a fault -ESRCH if no process in it can be seen: an error in the name would show an empty view;
 * -ENOMEM; the errno of listing the source.
 */
int view_cgroup_map(const struct source *host, const char *group, struct pidmap **ret,
		    struct fault *fault);
