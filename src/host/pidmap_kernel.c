/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pid maps by the kernel's own translation, and the map of sources that need none. */

#include "pidmap_kernel.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "nsfs.h"
#include "pidmap.h"
#include "source.h"
#include "status.h"

/* Both maps; pidns_fd is -1 in the identity. */
struct kernel_map {
	struct pidmap base;
	const struct source *s;
	int pidns_fd;
};

static const struct kernel_map *of(const struct pidmap *m)
{
	return (const struct kernel_map *)(const void *)m;
}

static void destroy(struct pidmap *m)
{
	free(m);
}

static int new_map(struct kernel_map init, struct pidmap **ret)
{
	struct kernel_map *m = malloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	*m = init;
	*ret = &m->base;
	return 0;
}

/* The number on the other side; 0 if the task is not there (ESRCH). */
static pid_t translate(const struct kernel_map *m, unsigned long request, pid_t number)
{
	int r = ioctl(m->pidns_fd, request, number);

	return r > 0 ? r : 0;
}

static pid_t kernel_to_view(const struct pidmap *m, pid_t there)
{
	return translate(of(m), NSFS_GET_PID_IN_PIDNS, there);
}

static pid_t kernel_from_view(const struct pidmap *m, pid_t here)
{
	return translate(of(m), NSFS_GET_PID_FROM_PIDNS, here);
}

/* A thread answers as well: procfs resolves TID/ without listing it. */
static bool task_exists(const struct source *s, pid_t there)
{
	char name[16];
	struct stat st;

	snprintf(name, sizeof(name), "%d", there);
	return source_stat(s, -1, name, &st) == 0;
}

/* Its number here, by the columns of a member that is still in it. */
static pid_t group_of_members(const struct kernel_map *m, pid_t there)
{
	struct pidmap_list all = { 0 };
	pid_t here = 0;
	size_t i;

	if (source_list_numbers(m->s, -1, "", &all) < 0)
		all.n = 0;
	for (i = 0; i < all.n && here == 0; i++) {
		struct status st;
		char name[16];

		if (kernel_to_view(&m->base, all.pairs[i].there) == 0)
			continue;
		snprintf(name, sizeof(name), "%d", all.pairs[i].there);
		if (status_read(m->s, -1, name, &st) == 0)
			here = status_group(&st, m->base.level, there);
	}
	pidmap_list_free(&all);
	return here;
}

static pid_t kernel_group_to_view(const struct pidmap *m, pid_t there)
{
	pid_t here = kernel_to_view(m, there);

	if (here > 0 || task_exists(of(m)->s, there))
		return here;
	return group_of_members(of(m), there);
}

static int kernel_list(const struct pidmap *m, struct pidmap_list *out)
{
	size_t first = out->n, n = out->n, i;
	int r;

	r = source_list_numbers(of(m)->s, -1, "", out);
	if (r < 0)
		return r;
	for (i = first; i < out->n; i++) {
		pid_t here = kernel_to_view(m, out->pairs[i].there);

		if (here > 0)
			out->pairs[n++] = (struct pidmap_pair){ here, out->pairs[i].there };
	}
	out->n = n;
	pidmap_list_sort(out);
	return 0;
}

int pidmap_kernel_new(const struct source *host, int pidns_fd, unsigned level, struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = kernel_to_view,
		.group_to_view = kernel_group_to_view,
		.from_view = kernel_from_view,
		.list = kernel_list,
		.destroy = destroy,
	};
	struct kernel_map m = {
		.base = { .ops = &ops, .level = level },
		.s = host,
		.pidns_fd = pidns_fd,
	};

	/* Number 0 is no task's: ESRCH from a kernel that knows the request, ENOTTY from others. */
	if (ioctl(pidns_fd, NSFS_GET_PID_IN_PIDNS, 0) < 0 && errno != ESRCH)
		return -EOPNOTSUPP;
	return new_map(m, ret);
}

static pid_t same(const struct pidmap *m, pid_t number)
{
	(void)m;
	return number;
}

static int identity_list(const struct pidmap *m, struct pidmap_list *out)
{
	int r = source_list_numbers(of(m)->s, -1, "", out);

	pidmap_list_sort(out);
	return r;
}

int pidmap_identity_new(const struct source *s, struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = same,
		.group_to_view = same,
		.from_view = same,
		.list = identity_list,
		.destroy = destroy,
	};
	struct kernel_map m = {
		.base = { .ops = &ops, .identity = true },
		.s = s,
		.pidns_fd = -1,
	};

	return new_map(m, ret);
}
