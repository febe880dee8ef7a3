/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Inside of cgroups.h. */

struct cgroups;
struct fault;

/*
 * What is in no hierarchy of its own may be in the unified one, if there is one: by its cgroup.controllers. Returns 0, or
 * -errno with a fault.
 */
int cgroups_bind_unified(struct cgroups *g, struct fault *fault);
