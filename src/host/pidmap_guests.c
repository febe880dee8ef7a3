/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pid map of guests: the command that `run` started and its descendants. */

#include "pidmap_guests.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ancestors.h"
#include "pidmap.h"
#include "source.h"
#include "status.h"

struct guest_map {
	struct pidmap base;
	const struct source *host;
	const struct pidmap *members;
	bool (*taken)(const void *view, pid_t number);
	const void *view;
	pid_t root_pid;
};

static const struct guest_map *of(const struct pidmap *m)
{
	return (const struct guest_map *)(const void *)m;
}

static int read_task(const struct guest_map *m, pid_t there, struct status *ret)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", there);
	return status_read(m->host, -1, name, ret);
}

/* The task belongs to root_pid or one of its descendants. A thread's PPid is its process's. */
static bool is_guest(const struct guest_map *m, pid_t there)
{
	struct ancestors walk = { 0 };
	struct status st;

	while (there > 0 && !ancestors_repeat(&walk, there)) {
		if (read_task(m, there, &st) < 0)
			return false;
		if (st.tgid == m->root_pid)
			return true;
		there = st.ppid;
	}
	return false;
}

/* Its number in the view, unless a process of the view holds it. */
static pid_t shown(const struct guest_map *m, pid_t there)
{
	return m->taken(m->view, there) ? there + GUEST_PID_OFFSET : there;
}

static pid_t guest_to_view(const struct pidmap *map, pid_t there)
{
	const struct guest_map *m = of(map);

	if (is_guest(m, there))
		return shown(m, there);
	return m->members ? pidmap_to_view(m->members, there) : 0;
}

/* A guest is in the group or session of this number, whose leader has died. */
static bool has_guests(const struct guest_map *m, pid_t there)
{
	struct pidmap_list all = { 0 };
	bool found = false;
	struct status st;
	size_t i;

	if (source_list_numbers(m->host, -1, "", &all) < 0)
		all.n = 0;
	for (i = 0; i < all.n && !found; i++) {
		pid_t pid = all.pairs[i].there;

		found = read_task(m, pid, &st) == 0 && status_group(&st, 0, there) &&
			is_guest(m, pid);
	}
	pidmap_list_free(&all);
	return found;
}

static pid_t guest_group_to_view(const struct pidmap *map, pid_t there)
{
	const struct guest_map *m = of(map);
	struct status st;

	if (read_task(m, there, &st) == 0)
		return guest_to_view(map, there);
	if (has_guests(m, there))
		return shown(m, there);
	return m->members ? pidmap_group_to_view(m->members, there) : 0;
}

static pid_t guest_from_view(const struct pidmap *map, pid_t here)
{
	const struct guest_map *m = of(map);
	pid_t there = here > GUEST_PID_OFFSET ? here - GUEST_PID_OFFSET : here;

	return is_guest(m, there) && shown(m, there) == here ? there : 0;
}

static int guest_list(const struct pidmap *map, struct pidmap_list *out)
{
	(void)map;
	(void)out;
	return 0;
}

static void guest_destroy(struct pidmap *map)
{
	free(map);
}

int pidmap_guests_new(const struct source *host, const struct pidmap *members,
		      bool (*taken)(const void *view, pid_t number), const void *view,
		      pid_t root_pid, struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = guest_to_view,
		.group_to_view = guest_group_to_view,
		.from_view = guest_from_view,
		.list = guest_list,
		.destroy = guest_destroy,
	};
	struct guest_map *m = malloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	*m = (struct guest_map){
		.base = { .ops = &ops },
		.host = host,
		.members = members,
		.taken = taken,
		.view = view,
		.root_pid = root_pid,
	};
	*ret = &m->base;
	return 0;
}
