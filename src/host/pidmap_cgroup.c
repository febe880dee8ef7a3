/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pid maps of the processes of a control group. */

#include "pidmap_cgroup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "pidmap.h"
#include "source.h"
#include "status.h"
#include "task_cgroup.h"

#define CGROUP_BYTES_MAX (1 << 20)

struct cgroup_map {
	struct pidmap base;
	const struct source *s;
	struct cgroup_wish wish;
};

static const struct cgroup_map *of(const struct pidmap *m)
{
	return (const struct cgroup_map *)(const void *)m;
}

static bool holds_process(const struct cgroup_map *m, pid_t pid)
{
	AUTO_BUF struct buf text = { 0 };
	char path[32];

	snprintf(path, sizeof(path), "%d/cgroup", pid);
	return source_read(m->s, -1, path, CGROUP_BYTES_MAX, &text) == 0 &&
	       cgroup_wish_holds(&m->wish, buf_text(&text));
}

static int read_task(const struct cgroup_map *m, pid_t number, struct status *ret)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", number);
	return status_read(m->s, -1, name, ret);
}

/* In both directions, since the numbers are the same. */
static pid_t translate(const struct pidmap *map, pid_t number)
{
	struct status st;

	if (read_task(of(map), number, &st) < 0 || !holds_process(of(map), st.tgid))
		return 0;
	return number;
}

/* A group or session without its leader, which has a process of ours in it. */
static bool holds_group(const struct cgroup_map *m, pid_t number)
{
	struct pidmap_list all = { 0 };
	bool found = false;
	struct status st;
	size_t i;

	if (source_list_numbers(m->s, -1, "", &all) < 0)
		all.n = 0;
	for (i = 0; i < all.n && !found; i++) {
		pid_t pid = all.pairs[i].there;

		found = read_task(m, pid, &st) == 0 && status_group(&st, 0, number) &&
			holds_process(m, pid);
	}
	pidmap_list_free(&all);
	return found;
}

static pid_t group_to_view(const struct pidmap *map, pid_t number)
{
	struct status st;

	if (read_task(of(map), number, &st) == 0)
		return translate(map, number);
	return holds_group(of(map), number) ? number : 0;
}

static int list(const struct pidmap *map, struct pidmap_list *out)
{
	size_t first = out->n, n = out->n, i;
	int r;

	r = source_list_numbers(of(map)->s, -1, "", out);
	if (r < 0)
		return r;
	for (i = first; i < out->n; i++) {
		if (holds_process(of(map), out->pairs[i].there))
			out->pairs[n++] = out->pairs[i];
	}
	out->n = n;
	pidmap_list_sort(out);
	return 0;
}

static void destroy(struct pidmap *map)
{
	struct cgroup_map *m = (struct cgroup_map *)(void *)map;

	cgroup_wish_done(&m->wish);
	free(m);
}

int pidmap_cgroup_new(const struct source *s, struct cgroup_wish *wish, struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = translate,
		.group_to_view = group_to_view,
		.from_view = translate,
		.list = list,
		.destroy = destroy,
	};
	struct cgroup_map *m = malloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	*m = (struct cgroup_map){ .base = { .ops = &ops }, .s = s, .wish = *wish };
	*wish = (struct cgroup_wish){ 0 };
	*ret = &m->base;
	return 0;
}
