/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What takers of several containers share. */

#include "take_ground.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fault.h"
#include "resources_take.h"

/* One group of those that a process may have open, at most (32 levels deep, each with all its files). */
#define DESCRIPTORS_MAX 512

#define HELD_MIN 16
#define HELD_MAX 256

/* The server raises its limit to the hard one. */
static unsigned held_max(void)
{
	struct rlimit limit;
	rlim_t n = HELD_MIN;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		n = limit.rlim_max / DESCRIPTORS_MAX;
	return n < HELD_MIN ? HELD_MIN : n > HELD_MAX ? HELD_MAX : (unsigned)n;
}

static int open_groups(struct take_ground *g, const struct source *host,
		       const struct resource_wish *wish, struct fault *fault)
{
	int r;

	if (wish->declared) {
		g->is_named = g->wish.any_hierarchy = true;
		r = cgroups_open_declared(wish->group, &g->groups, &g->wish.path, fault);
		if (r == 0)
			return 0;
		if (r != -ENOTDIR && r != -ENOENT)
			return fault_set(fault, r, NULL, "open control group %s", wish->group);
	}
	/* No directory, or one that the kernel keeps. */
	r = cgroups_open(host, wish->root_fd, &g->groups, fault);
	if (r < 0)
		return r;
	if (g->groups.n == 0)
		return fault_set(fault, -ENODEV,
				 "mount the hierarchies of control groups, or use --resources=off",
				 "no control groups are mounted here");
	if (!wish->group)
		return 0;
	g->is_named = true;
	r = cgroup_wish_find(host, wish->group, &g->wish);
	return r < 0 ? fault_set(fault, r, NULL, "find control group %s", wish->group) : 0;
}

int take_ground_open(const struct source *host, const struct resource_wish *wish,
		     struct take_ground **ret, struct fault *fault)
{
	struct take_ground *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return fault_set(fault, -ENOMEM, NULL, "prepare the container's resources");
	g->groups = CGROUPS_NULL;
	g->count = wish->count;
	g->by_high = wish->by_high;
	g->max = held_max();
	pthread_mutex_init(&g->lock, NULL);
	r = open_groups(g, host, wish, fault);
	if (r < 0) {
		take_ground_close(g);
		return r;
	}
	*ret = g;
	return 0;
}

void take_ground_close(struct take_ground *g)
{
	if (!g)
		return;
	cgroup_wish_done(&g->wish);
	cgroups_close(&g->groups);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

struct take_grip *take_hold(struct take_ground *g, struct take_held *held)
{
	struct take_grip *grip;

	pthread_mutex_lock(&g->lock);
	grip = held->grip;
	if (grip) {
		grip->refs++;
		held->used = ++g->tick;
	}
	pthread_mutex_unlock(&g->lock);
	return grip;
}

void take_release(struct take_ground *g, struct take_grip *grip)
{
	bool last;

	if (!grip)
		return;
	pthread_mutex_lock(&g->lock);
	last = --grip->refs == 0;
	pthread_mutex_unlock(&g->lock);
	if (last)
		take_grip_free(grip);
}

/* Locked. Returns what was held. */
static struct take_grip *let_go(struct take_ground *g, struct take_held *held)
{
	struct take_grip *grip = held->grip;
	struct take_held **at = &g->first;

	if (!grip)
		return NULL;
	while (*at != held)
		at = &(*at)->next;
	*at = held->next;
	g->n_held--;
	held->grip = NULL;
	return grip;
}

/* Locked; there is one. */
static struct take_held *least_used(const struct take_ground *g)
{
	struct take_held *least = g->first;
	struct take_held *h;

	for (h = g->first; h; h = h->next) {
		if (h->used < least->used)
			least = h;
	}
	return least;
}

void take_replace(struct take_ground *g, struct take_held *held, struct take_grip *grip)
{
	struct take_grip *old, *too_many = NULL;

	pthread_mutex_lock(&g->lock);
	old = let_go(g, held);
	if (grip && g->n_held >= g->max)
		too_many = let_go(g, least_used(g));
	if (grip) {
		held->grip = grip;
		held->used = ++g->tick;
		held->next = g->first;
		g->first = held;
		g->n_held++;
	}
	pthread_mutex_unlock(&g->lock);
	take_release(g, old);
	take_release(g, too_many);
}
