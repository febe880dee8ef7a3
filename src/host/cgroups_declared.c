/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Control groups: declared ones, in directories of any file system. */

#include "cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cgroups_bind.h"
#include "fd.h"

/* Cuts the last name off; the root has none. */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == path)
		return false;
	*slash = '\0';
	return true;
}

static bool has_file(const char *dir, const char *name)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

/* The highest of the directories above that are groups as well. */
static void find_top(char *dir, bool unified)
{
	const char *mark = unified ? "cgroup.controllers" : "cgroup.procs";
	char above[PATH_MAX];

	for (;;) {
		memcpy(above, dir, strlen(dir) + 1);
		if (!go_up(above) || !has_file(above, mark))
			return;
		memcpy(dir, above, strlen(above) + 1);
	}
}

/* The kernel has its own way of showing what is above a group of these. */
static bool is_kept_by_kernel(int fd)
{
	struct statfs st;

	return fstatfs(fd, &st) < 0 || st.f_type == CGROUP_SUPER_MAGIC ||
	       st.f_type == CGROUP2_SUPER_MAGIC;
}

static int open_declared(const char *top, bool unified, struct cgroups *g)
{
	struct cgroup_hierarchy *h = &g->hierarchy[0];
	int c, r;

	*h = (struct cgroup_hierarchy){ .unified = unified, .declared = true };
	h->fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (h->fd < 0)
		return -errno;
	g->n = 1;
	r = buf_append_str(&h->root, "/");
	if (unified) {
		g->of[CGROUP_UNIFIED] = 0;
		return r;
	}
	for (c = 0; r == 0 && c < CGROUP_UNIFIED; c++) {
		g->of[c] = 0;
		r = buf_printf(&h->controllers, ",%s",
			       cgroup_controller_name((enum cgroup_controller)c, false));
	}
	return r < 0 ? r : buf_append_str(&h->controllers, ",");
}

int cgroups_open_declared(const char *dir, struct cgroups *ret, struct buf *ret_path,
			  struct fault *fault)
{
	struct cgroups g = CGROUPS_NULL;
	char real[PATH_MAX], top[PATH_MAX];
	AUTO_FD int fd = -1;
	bool unified;
	int r;

	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !realpath(dir, real))
		return -errno;
	if (is_kept_by_kernel(fd))
		return -ENOTDIR;
	unified = has_file(real, "cgroup.controllers");
	memcpy(top, real, strlen(real) + 1);
	find_top(top, unified);
	r = open_declared(top, unified, &g);
	if (r == 0)
		r = cgroups_bind_unified(&g, fault);
	if (r == 0)
		r = buf_append_str(ret_path, strcmp(real, top) == 0 ? "/" : real + strlen(top));
	if (r < 0)
		cgroups_close(&g);
	else
		*ret = g;
	return r;
}
