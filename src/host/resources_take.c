/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Taking the facts about a container's resources. */

#include "resources_take.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fault.h"
#include "fd.h"
#include "load_sampler.h"
#include "source.h"
#include "take.h"

#define WHERE_BYTES_MAX (1 << 20)

/* How long init may be in other groups before it is noticed, if those it was in still exist. */
#define RECHECK_NS UINT64_C(1000000000)

/* All that it takes to say what was idle. */
#define FACTS_IDLE (FACTS_CPU | FACTS_CPU_TIME | FACTS_TIME)

/* Groups that are removed as fast as we find them. */
#define FIND_TRIES 16

struct resource_taker {
	struct cgroups groups;
	int where_fd; /* init's PID/cgroup; -1: there is no init */
	bool is_named;
	struct cgroup_wish wish;
	enum resource_cpu_count count;
	bool by_high;
	uint64_t start_ns;
	pthread_mutex_t lock; /* of grip, and of the references to any */
	struct take_grip *grip;
	_Atomic uint64_t checked_ns; /* when where_fd was last read */
	struct load_sampler *load;
};

static void release(struct resource_taker *t, struct take_grip *g)
{
	bool last;

	if (!g)
		return;
	pthread_mutex_lock(&t->lock);
	last = --g->refs == 0;
	pthread_mutex_unlock(&t->lock);
	if (last)
		take_grip_free(g);
}

static struct take_grip *hold(struct resource_taker *t)
{
	struct take_grip *g;

	pthread_mutex_lock(&t->lock);
	g = t->grip;
	g->refs++;
	pthread_mutex_unlock(&t->lock);
	return g;
}

/* Whoever still reads by the old one holds it. */
static void replace(struct resource_taker *t, struct take_grip *g)
{
	struct take_grip *old;

	pthread_mutex_lock(&t->lock);
	old = t->grip;
	t->grip = g;
	pthread_mutex_unlock(&t->lock);
	release(t, old);
}

void resource_taker_free(struct resource_taker *t)
{
	if (!t)
		return;
	release(t, t->grip);
	cgroup_wish_done(&t->wish);
	fd_close(t->where_fd);
	cgroups_close(&t->groups);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static uint64_t now_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int read_where(const struct resource_taker *t, struct buf *out)
{
	return t->where_fd < 0 ? 0 : fd_pread_all(t->where_fd, WHERE_BYTES_MAX, out);
}

/*
 * Opens the groups that init is in now. If they cannot be, because it has left them meanwhile and they have been removed,
 * those it is in then.
 */
static int find_again(struct resource_taker *t)
{
	AUTO_BUF struct buf where = { 0 };
	AUTO_BUF struct buf before = { 0 };
	struct take_grip *g = NULL;
	int tries, r;

	r = read_where(t, &where);
	for (tries = 0; r == 0 && tries < FIND_TRIES; tries++) {
		r = take_grip_open(&t->groups, buf_text(&where), t->is_named ? &t->wish : NULL, &g,
				   NULL);
		if (r == 0) {
			replace(t, g);
			return 0;
		}
		buf_clear(&before);
		if (buf_append_text(&before, buf_text(&where)) < 0)
			return -ENOMEM;
		buf_clear(&where);
		if (read_where(t, &where) < 0 || text_equal(buf_text(&where), buf_text(&before)))
			return r;
		r = 0;
	}
	return r < 0 ? r : -ENOENT;
}

/*
 * Once in a while: init may have been moved. If it has died, what it leaves behind still counts. One thread asks, the
 * others go on with what there is.
 */
static int recheck(struct resource_taker *t)
{
	AUTO_BUF struct buf where = { 0 };
	uint64_t checked_ns = atomic_load(&t->checked_ns), now = now_ns();
	struct take_grip *g;
	bool moved;
	int r = 0;

	if (t->where_fd < 0 || now - checked_ns < RECHECK_NS ||
	    !atomic_compare_exchange_strong(&t->checked_ns, &checked_ns, now))
		return 0;
	if (read_where(t, &where) < 0)
		return 0;
	g = hold(t);
	moved = !text_equal(buf_text(&where), buf_text(&g->where));
	release(t, g);
	if (moved)
		r = find_again(t);
	if (r < 0)
		atomic_store(&t->checked_ns, checked_ns); /* the next one tries again */
	return r;
}

static enum resource_state version_of(const struct cgroups *groups, enum cgroup_controller c)
{
	if (groups->of[c] < 0)
		return RESOURCE_ABSENT;
	return take_is_unified(groups, c) ? RESOURCE_V2 : RESOURCE_V1;
}

static int take(const struct resource_taker *t, struct take_grip *g, unsigned facts,
		struct resources *ret)
{
	int r = 0;

	*ret = (struct resources){ .facts = facts };
	ret->cpu.count = t->count;
	ret->memory.by_high = t->by_high;
	ret->cpu.state = version_of(&t->groups, CGROUP_CPU);
	ret->cpu.set_state = ret->nodes.state = version_of(&t->groups, CGROUP_CPUSET);
	if (facts & FACTS_MEMORY)
		r = take_memory(&g->memory, &ret->memory);
	if (r == 0 && facts & FACTS_MEMORY)
		r = take_huges(&g->huges, &ret->memory);
	if (r == 0 && facts & FACTS_CPU)
		r = take_cpu(&g->cpu, &ret->cpu);
	if (r == 0 && facts & FACTS_NODES)
		r = take_nodes(&g->nodes, &ret->nodes);
	if (r == 0 && facts & FACTS_CPU_TIME)
		r = take_cpu_time(&g->cpu_time, &ret->cpu_time);
	if (r == 0 && facts & FACTS_TIME)
		r = take_time(t->start_ns, &ret->time);
	if (r == 0 && (facts & FACTS_IDLE) == FACTS_IDLE)
		take_idle(&g->lead_ns, ret);
	if (r == 0 && facts & FACTS_DISKS)
		r = take_disks(take_grip_chain(g, &t->groups, CGROUP_IO),
			       take_is_unified(&t->groups, CGROUP_IO), &ret->disks);
	if (r == 0 && facts & FACTS_LOAD && t->load)
		load_sampler_take(t->load, &ret->load);
	if (r < 0)
		resources_done(ret);
	return r;
}

/* ENODEV is what the kernel says when a group's directory has been removed. */
int resources_take(struct resource_taker *t, unsigned facts, struct resources *ret)
{
	struct take_grip *g;
	int tries, r;

	r = recheck(t);
	for (tries = 0; r == 0 && tries < FIND_TRIES; tries++) {
		g = hold(t);
		r = take(t, g, facts, ret);
		release(t, g);
		if (r != -ENODEV)
			break;
		r = find_again(t);
		if (r == 0 && tries == FIND_TRIES - 1)
			r = -ENODEV;
	}
	return r == 0 || r == -ENOMEM ? r : -EIO;
}

void resource_taker_set_load(struct resource_taker *t, struct load_sampler *load)
{
	t->load = load;
}

int resource_taker_open_file(struct resource_taker *t, const char *name, int flags)
{
	struct take_grip *g;
	int tries, r = recheck(t);

	for (tries = 0; r == 0 && tries < FIND_TRIES; tries++) {
		g = hold(t);
		r = take_group_file(g, &t->groups, name, flags);
		release(t, g);
		if (r != -ENODEV)
			return r;
		r = find_again(t);
	}
	return -EIO;
}

static int open_where(struct resource_taker *t, const struct source *host, pid_t init,
		      struct buf *ret, struct fault *fault)
{
	char path[48];
	int r;

	if (init <= 0 && t->is_named)
		return 0;
	if (init <= 0)
		return fault_set(fault, -ESRCH, "name a control group: --resources=PATH",
				 "find the init of the target");
	snprintf(path, sizeof(path), "%d/cgroup", init);
	t->where_fd = source_openat(host, -1, path, O_RDONLY);
	if (t->where_fd < 0)
		return fault_set(fault, t->where_fd == -ENOENT ? -ESRCH : t->where_fd, NULL,
				 "open %s", path);
	r = read_where(t, ret);
	if (r == 0)
		r = take_start(host, init, &t->start_ns);
	return r < 0 ? fault_set(fault, r, NULL, "find the control groups of process %d", init) : 0;
}

static int open_groups(struct resource_taker *t, const struct source *host,
		       const struct resource_wish *wish, struct fault *fault)
{
	int r;

	r = cgroups_open(host, wish->root_fd, &t->groups, fault);
	if (r < 0)
		return r;
	if (t->groups.n == 0)
		return fault_set(fault, -ENODEV,
				 "mount the hierarchies of control groups, or use --resources=off",
				 "no control groups are mounted here");
	if (!wish->group)
		return 0;
	t->is_named = true;
	r = cgroup_wish_find(host, wish->group, &t->wish);
	return r < 0 ? fault_set(fault, r, NULL, "find control group %s", wish->group) : 0;
}

int resource_taker_open(const struct source *host, const struct resource_wish *wish,
			struct resource_taker **ret, struct fault *fault)
{
	AUTO_BUF struct buf where = { 0 };
	struct resource_taker *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return fault_set(fault, -ENOMEM, NULL, "prepare the container's resources");
	t->groups = CGROUPS_NULL;
	t->where_fd = -1;
	t->count = wish->count;
	t->by_high = wish->by_high;
	pthread_mutex_init(&t->lock, NULL);
	r = open_groups(t, host, wish, fault);
	if (r == 0)
		r = open_where(t, host, wish->init, &where, fault);
	if (r == 0)
		r = take_grip_open(&t->groups, buf_text(&where), t->is_named ? &t->wish : NULL,
				   &t->grip, fault);
	if (r < 0) {
		resource_taker_free(t);
		return r;
	}
	t->checked_ns = now_ns();
	*ret = t;
	return 0;
}

/* "memory: /docker/1 (version 2, 3 groups up to the root)" */
static int describe(const struct resource_taker *t, const struct take_grip *g,
		    enum cgroup_controller c, struct buf *out)
{
	int of = t->groups.of[c];
	bool unified = of >= 0 && t->groups.hierarchy[of].unified;
	const char *name = cgroup_controller_name(c, false);
	const struct cgroup_chain *chain;

	if (of >= 0 && !g->found[of])
		return buf_printf(out, "%s: no group was named, so the machine's\n", name);
	if (of < 0)
		return buf_printf(out, "%s: nothing limits or counts\n", name);
	chain = &g->chain[of];
	if (chain->n == 0)
		return buf_printf(out, "%s: the root (version %d), so the machine's\n", name,
				  unified ? 2 : 1);
	return buf_printf(out, "%s: %s (version %d, %u %s%s)\n", name, g->path[of].data,
			  unified ? 2 : 1, chain->n, chain->n == 1 ? "group" : "groups",
			  chain->whole ? "" : ", those above are not visible here");
}

int resource_taker_describe(struct resource_taker *t, struct buf *out)
{
	struct take_grip *g = hold(t);
	int c, r = 0;

	for (c = 0; r == 0 && c < CGROUP_UNIFIED; c++)
		r = describe(t, g, (enum cgroup_controller)c, out);
	release(t, g);
	return r;
}
