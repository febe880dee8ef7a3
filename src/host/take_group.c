/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is taken from the directory of a group: its use of devices, and whole files. */

#include "take.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cgroup_io.h"

int take_disks(const struct cgroup_chain *c, bool unified, struct resource_disks *ret)
{
	if (c->n == 0)
		return 0;
	return cgroup_io_take(c->fd[0], unified ? RESOURCE_V2 : RESOURCE_V1, ret);
}

bool take_is_machine(const struct take_grip *g)
{
	int i;

	for (i = 0; i < CGROUP_CONTROLLERS; i++) {
		if (g->chain[i].n > 0)
			return false;
	}
	return true;
}

int take_group_file(const struct take_grip *g, const struct cgroups *groups, const char *name,
		    int flags)
{
	const struct cgroup_chain *c = take_grip_chain(g, groups, CGROUP_UNIFIED);
	int fd;

	if (c->n == 0)
		return take_is_machine(g) ? -ENODATA : -EOPNOTSUPP;
	fd = openat(c->fd[0], name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	/* A directory that was removed has no files either. */
	return faccessat(c->fd[0], "cgroup.procs", F_OK, 0) < 0 ? -ENODEV : -EOPNOTSUPP;
}
