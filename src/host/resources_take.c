/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Taking the facts about a container's resources. */

#include "resources_take.h"

#include <errno.h>
#include <stdatomic.h>

#include "clock.h"
#include "fd.h"
#include "load_sampler.h"
#include "taker.h"

#define WHERE_BYTES_MAX (1 << 20)

/* How long init may be in other groups before it is noticed, if those it was in still exist. */
#define RECHECK_NS UINT64_C(1000000000)

/* All that it takes to say what was idle. */
#define FACTS_IDLE (FACTS_CPU | FACTS_CPU_TIME | FACTS_TIME)

/* Groups that are removed as fast as we find them. */
#define FIND_TRIES 16

int taker_read_where(const struct resource_taker *t, struct buf *out)
{
	if (t->where_fd < 0)
		return buf_append_text(out, buf_text(&t->where));
	return fd_pread_all(t->where_fd, WHERE_BYTES_MAX, out);
}

int taker_open_grip(struct resource_taker *t, struct text where, struct fault *fault)
{
	const struct take_ground *ground = t->ground;
	struct take_grip *g = NULL;
	int r;

	r = take_grip_open(&ground->groups, where, ground->is_named ? &ground->wish : NULL, &g,
			   fault);
	if (r == 0)
		take_replace(t->ground, &t->held, g);
	return r;
}

/*
 * Opens the groups that init is in now. If they cannot be, because it has left them meanwhile and they have been removed,
 * those it is in then.
 */
static int find_again(struct resource_taker *t)
{
	AUTO_BUF struct buf where = { 0 };
	AUTO_BUF struct buf before = { 0 };
	int tries, r;

	r = taker_read_where(t, &where);
	for (tries = 0; r == 0 && tries < FIND_TRIES; tries++) {
		r = taker_open_grip(t, buf_text(&where), NULL);
		if (r == 0)
			return 0;
		buf_clear(&before);
		if (buf_append_text(&before, buf_text(&where)) < 0)
			return -ENOMEM;
		buf_clear(&where);
		if (taker_read_where(t, &where) < 0 ||
		    text_equal(buf_text(&where), buf_text(&before)))
			return r;
		r = 0;
	}
	return r < 0 ? r : -ENOENT;
}

/* To be released. What had to make room is opened anew. */
static int hold(struct resource_taker *t, struct take_grip **ret)
{
	int tries, r = 0;

	for (tries = 0; r == 0 && tries < FIND_TRIES; tries++) {
		*ret = take_hold(t->ground, &t->held);
		if (*ret)
			return 0;
		r = find_again(t);
	}
	return r < 0 ? r : -EMFILE;
}

/*
 * Once in a while: init may have been moved. If it has died, what it leaves behind still counts. One thread asks, the
 * others go on with what there is.
 */
static int recheck(struct resource_taker *t)
{
	AUTO_BUF struct buf where = { 0 };
	uint64_t checked_ns = atomic_load(&t->checked_ns), now = clock_ns(CLOCK_MONOTONIC_COARSE);
	struct take_grip *g;
	bool moved;
	int r = 0;

	if (t->where_fd < 0 || now - checked_ns < RECHECK_NS ||
	    !atomic_compare_exchange_strong(&t->checked_ns, &checked_ns, now))
		return 0;
	if (taker_read_where(t, &where) < 0)
		return 0;
	g = take_hold(t->ground, &t->held);
	moved = g && !text_equal(buf_text(&where), buf_text(&g->where));
	take_release(t->ground, g);
	if (moved) {
		atomic_store(&t->lead_ns, 0);
		r = find_again(t);
	}
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

static int take(struct resource_taker *t, const struct take_grip *g, unsigned facts,
		struct resources *ret)
{
	const struct cgroups *groups = &t->ground->groups;
	int r = 0;

	*ret = (struct resources){ .facts = facts };
	ret->cpu.count = t->ground->count;
	ret->memory.by_high = t->ground->by_high;
	ret->cpu.state = version_of(groups, CGROUP_CPU);
	ret->cpu.set_state = ret->nodes.state = version_of(groups, CGROUP_CPUSET);
	if (facts & (FACTS_MEMORY | FACTS_SWAP))
		r = take_memory(&g->memory, facts, &ret->memory);
	if (r == 0 && facts & FACTS_MEMORY)
		r = take_huges(&g->huges, &ret->memory);
	if (r == 0 && facts & FACTS_CPU)
		r = take_cpu(&g->cpu, facts, &ret->cpu);
	if (r == 0 && facts & FACTS_NODES)
		r = take_list(&g->nodes, &ret->nodes.set, &ret->nodes.has_set);
	if (r == 0 && facts & FACTS_CPU_TIME)
		r = take_cpu_time(&g->cpu_time, &ret->cpu_time);
	if (r == 0 && facts & FACTS_TIME)
		r = take_time(t->start_ns, &ret->time);
	if (r == 0 && (facts & FACTS_IDLE) == FACTS_IDLE)
		take_idle(&t->lead_ns, ret);
	if (r == 0 && facts & FACTS_DISKS)
		r = take_disks(take_grip_chain(g, groups, CGROUP_IO),
			       take_is_unified(groups, CGROUP_IO), &ret->disks);
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
		r = hold(t, &g);
		if (r < 0)
			break;
		r = take(t, g, facts, ret);
		take_release(t->ground, g);
		if (r != -ENODEV)
			break;
		atomic_store(&t->lead_ns, 0);
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
		r = hold(t, &g);
		if (r < 0)
			break;
		r = take_group_file(g, &t->ground->groups, name, flags);
		take_release(t->ground, g);
		if (r != -ENODEV)
			return r;
		r = find_again(t);
	}
	return -EIO;
}

bool resource_taker_is_machine(struct resource_taker *t)
{
	struct take_grip *g = NULL;
	bool is;

	if (t->where_fd < 0 || hold(t, &g) < 0)
		return false;
	is = !t->ground->is_named && take_is_machine(g);
	take_release(t->ground, g);
	return is;
}

/* "memory: /docker/1 (version 2, 3 groups up to the root)" */
static int describe(const struct resource_taker *t, const struct take_grip *g,
		    enum cgroup_controller c, struct buf *out)
{
	int of = t->ground->groups.of[c];
	bool unified = of >= 0 && t->ground->groups.hierarchy[of].unified;
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
	struct take_grip *g = NULL;
	int c, r = hold(t, &g);

	if (r < 0)
		return r == -ENOMEM ? r : buf_printf(out, "they cannot be opened\n");
	for (c = 0; r == 0 && c < CGROUP_UNIFIED; c++)
		r = describe(t, g, (enum cgroup_controller)c, out);
	take_release(t->ground, g);
	return r;
}
