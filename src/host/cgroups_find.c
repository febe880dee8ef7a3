/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Control groups: the mounted hierarchies. */

#include "cgroups.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cgroups_bind.h"
#include "fault.h"
#include "fd.h"
#include "mountinfo.h"
#include "source.h"
#include "task_cgroup.h"

/* <sys/mount.h> has these from glibc 2.36 on. */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE	  1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif

#define MOUNTINFO_BYTES_MAX   ((size_t)64 << 20)
#define CONTROLLERS_BYTES_MAX 4096

#define ADVICE "control groups are mounted below /sys/fs/cgroup as a rule; or use --resources=off"

static const struct {
	const char *v1, *v2;
} names[CGROUP_CONTROLLERS] = {
	[CGROUP_MEMORY] = { "memory", "memory" },
	[CGROUP_CPU] = { "cpu", "cpu" },
	[CGROUP_CPUSET] = { "cpuset", "cpuset" },
	[CGROUP_CPUACCT] = { "cpuacct", "" },
	[CGROUP_IO] = { "blkio", "io" },
	[CGROUP_HUGETLB] = { "hugetlb", "hugetlb" },
	[CGROUP_UNIFIED] = { "", "" },
};

const char *cgroup_controller_name(enum cgroup_controller c, bool unified)
{
	return unified ? names[c].v2 : names[c].v1;
}

static void close_hierarchy(struct cgroup_hierarchy *h)
{
	h->fd = fd_close(h->fd);
	buf_free(&h->root);
	buf_free(&h->controllers);
}

void cgroups_close(struct cgroups *g)
{
	unsigned i;

	for (i = 0; i < g->n; i++)
		close_hierarchy(&g->hierarchy[i]);
	*g = CGROUPS_NULL;
}

/* What is opened is that very mount, and none that lies on it. */
static bool is_mount(int fd, unsigned id)
{
	struct statx stx;

	if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &stx) < 0)
		return false;
	return !(stx.stx_mask & STATX_MNT_ID) || stx.stx_mnt_id == id;
}

/* A copy that is not mounted anywhere; or, where we may not make one, the mount itself. */
static int detached(int fd)
{
	int copy = (int)syscall(SYS_open_tree, fd, "",
				AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (copy < 0)
		return fd;
	fd_close(fd);
	return copy;
}

static int open_point(int root_fd, const struct mountinfo *m)
{
	AUTO_BUF struct buf point = { 0 };
	const char *path;
	int fd, r;

	r = mountinfo_unescape(m->point, &point);
	if (r < 0 || point.len == 0)
		return r < 0 ? r : -ENOENT;
	path = point.data;
	while (root_fd >= 0 && *path == '/')
		path++;
	fd = openat(root_fd >= 0 ? root_fd : AT_FDCWD, path,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (root_fd >= 0)
		return fd;
	if (!is_mount(fd, m->id)) {
		fd_close(fd);
		return -ENOENT;
	}
	return detached(fd);
}

/* Of the file system's options those that are controllers we know. */
static int set_controllers(struct text options, struct buf *out)
{
	int r = 0, c;

	for (c = 0; r == 0 && c < CGROUP_UNIFIED; c++) {
		if (task_cgroup_has(options, text_str(names[c].v1)))
			r = buf_printf(out, "%s%s", out->len > 0 ? "," : "", names[c].v1);
	}
	return r;
}

static int set_hierarchy(struct cgroup_hierarchy *h, const struct mountinfo *m, int fd)
{
	int r;

	close_hierarchy(h);
	h->fd = fd;
	h->unified = text_equal(m->type, TEXT("cgroup2"));
	r = mountinfo_unescape(m->root, &h->root);
	if (r == 0 && !h->unified)
		r = set_controllers(m->super, &h->controllers);
	return r;
}

/* The mount is of the hierarchy with this controller; "": of the unified one. */
static bool fits(const struct mountinfo *m, struct text controller)
{
	if (controller.n == 0)
		return text_equal(m->type, TEXT("cgroup2"));
	return text_equal(m->type, TEXT("cgroup")) && task_cgroup_has(m->super, controller);
}

/*
 * Of all mounts of the hierarchy the one that shows most. Returns 1, 0 if there is none, or -errno if none of them can
 * be opened.
 */
static int find(struct text mounts, int root_fd, struct text controller,
		struct cgroup_hierarchy *ret)
{
	struct mountinfo m;
	int fd, r = 0, refused = 0;

	while (r == 0 && mountinfo_next(&mounts, &m)) {
		if (!fits(&m, controller) || (ret->fd >= 0 && m.root.n >= ret->root.len))
			continue;
		fd = open_point(root_fd, &m);
		if (fd >= 0)
			r = set_hierarchy(ret, &m, fd);
		else
			refused = fd;
	}
	if (r < 0)
		return r;
	return ret->fd >= 0 ? 1 : refused;
}

/* Adds the hierarchy; its index, -1 if there is none, or -errno - 1. */
static int add(struct cgroups *g, struct text mounts, int root_fd, const char *controller)
{
	struct cgroup_hierarchy *h = &g->hierarchy[g->n];
	int r;

	*h = (struct cgroup_hierarchy){ .fd = -1 };
	r = find(mounts, root_fd, text_str(controller), h);
	if (r <= 0) {
		close_hierarchy(h);
		return r - 1;
	}
	return (int)g->n++;
}

/* The hierarchy among those that are open already. */
static int known(const struct cgroups *g, const char *controller)
{
	unsigned i;

	for (i = 0; i < g->n; i++) {
		if (task_cgroup_has(buf_text(&g->hierarchy[i].controllers), text_str(controller)))
			return (int)i;
	}
	return -1;
}

static int find_all(struct cgroups *g, struct text mounts, int root_fd, struct fault *fault)
{
	int c;

	for (c = 0; c < CGROUP_CONTROLLERS; c++) {
		g->of[c] = names[c].v1[0] ? known(g, names[c].v1) : -1;
		if (g->of[c] < 0)
			g->of[c] = add(g, mounts, root_fd, names[c].v1);
		if (g->of[c] < -1)
			return fault_set(fault, g->of[c] + 1, ADVICE,
					 "open the hierarchy of control groups for %s",
					 names[c].v1[0] ? names[c].v1 : "version 2");
	}
	return 0;
}

int cgroups_bind_unified(struct cgroups *g, struct fault *fault)
{
	AUTO_BUF struct buf text = { 0 };
	AUTO_FD int fd = -1;
	int unified = g->of[CGROUP_UNIFIED];
	struct text rest, word;
	int r = 0, c;

	if (unified < 0)
		return 0;
	fd = cgroup_open_file(g->hierarchy[unified].fd, "cgroup.controllers", &r);
	if (fd >= 0)
		r = fd_read_all(fd, CONTROLLERS_BYTES_MAX, &text);
	else if (r == 0)
		r = -ENOENT;
	if (r < 0)
		return fault_set(fault, r, ADVICE, "read cgroup.controllers");
	rest = buf_text(&text);
	while (rest.n > 0 && rest.p[rest.n - 1] == '\n')
		rest.n--;
	while (text_field(&rest, &word)) {
		for (c = 0; c < CGROUP_UNIFIED; c++) {
			if (g->of[c] < 0 && text_equal(word, text_str(names[c].v2)))
				g->of[c] = unified;
		}
	}
	if (g->of[CGROUP_CPUACCT] < 0)
		g->of[CGROUP_CPUACCT] = unified;
	return 0;
}

int cgroups_open(const struct source *host, int root_fd, struct cgroups *ret, struct fault *fault)
{
	AUTO_BUF struct buf mounts = { 0 };
	struct cgroups g = CGROUPS_NULL;
	char path[48];
	int r;

	snprintf(path, sizeof(path), "%d/mountinfo", getpid());
	r = source_read(host, -1, path, MOUNTINFO_BYTES_MAX, &mounts);
	if (r < 0)
		return fault_set(fault, r, NULL, "read %s", path);
	r = find_all(&g, buf_text(&mounts), root_fd, fault);
	if (r == 0)
		r = cgroups_bind_unified(&g, fault);
	if (r < 0)
		cgroups_close(&g);
	else
		*ret = g;
	return r;
}
