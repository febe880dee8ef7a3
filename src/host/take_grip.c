/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which groups facts are taken from, and opening them. */

#include "take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

#define ADVICE_GROUP "what groups there are, PID/cgroup tells; or use --resources=off"
#define ADVICE_NAMED                                                         \
	"name it as in PID/cgroup, as CONTROLLER:PATH or by its directory; " \
	"or use --resources=off"
#define ADVICE_MOUNT "mount the hierarchies of control groups, or use --resources=off"

void take_grip_free(struct take_grip *g)
{
	int i;

	if (!g)
		return;
	take_memory_close(&g->memory);
	take_huges_close(&g->huges);
	take_cpu_close(&g->cpu);
	take_cpu_time_close(&g->cpu_time);
	take_list_close(&g->nodes);
	for (i = 0; i < CGROUP_CONTROLLERS; i++) {
		cgroup_chain_close(&g->chain[i]);
		buf_free(&g->path[i]);
	}
	buf_free(&g->where);
	free(g);
}

static bool is_of(const struct cgroup_hierarchy *h, struct text controllers)
{
	return h->unified ? controllers.n == 0
			  : task_cgroup_share(controllers, buf_text(&h->controllers));
}

/* What systemd has made below its own group to be in it itself. */
static struct text without_scope(struct text path)
{
	static const struct text scope = TEXT("/init.scope");

	if (path.n >= scope.n && memcmp(path.p + path.n - scope.n, scope.p, scope.n) == 0)
		path.n -= scope.n;
	return path.n > 0 ? path : TEXT("/");
}

static bool find_path(const struct cgroup_hierarchy *h, struct text where, struct text *ret)
{
	struct task_cgroup c;

	while (task_cgroup_next(&where, &c)) {
		if (!is_of(h, c.controllers))
			continue;
		*ret = without_scope(c.path);
		return true;
	}
	return false;
}

static int open_path(struct take_grip *g, unsigned i, const struct cgroup_hierarchy *h,
		     struct text path)
{
	int r;

	r = cgroup_chain_open(h, path, &g->chain[i]);
	if (r == 0)
		r = buf_append_text(&g->path[i], path);
	g->found[i] = r == 0;
	return r;
}

/* One of these controllers, by its name in either version, is bound to this hierarchy. */
static bool binds(const struct cgroups *groups, unsigned i, struct text controllers)
{
	const char *v1, *v2;
	int c;

	for (c = 0; c < CGROUP_UNIFIED; c++) {
		v1 = cgroup_controller_name((enum cgroup_controller)c, false);
		v2 = cgroup_controller_name((enum cgroup_controller)c, true);
		if (groups->of[c] == (int)i && (task_cgroup_has(controllers, text_str(v1)) ||
						task_cgroup_has(controllers, text_str(v2))))
			return true;
	}
	return false;
}

/* The group that was named, if it was in this hierarchy. Returns 1 if so, 0 or -errno. */
static int open_named(struct take_grip *g, const struct cgroups *groups, unsigned i,
		      const struct cgroup_wish *wish)
{
	const struct cgroup_hierarchy *h = &groups->hierarchy[i];
	struct text controllers = buf_text(&wish->controllers);
	int r;

	if (!wish->any_hierarchy && !is_of(h, controllers) && !binds(groups, i, controllers))
		return 0;
	r = open_path(g, i, h, buf_text(&wish->path));
	if (wish->any_hierarchy && (r == -ENOENT || r == -EXDEV))
		return 0;
	return r < 0 ? r : 1;
}

/* What the errno does not say. */
static const char *too_deep(int r)
{
	return r == -E2BIG ? ", too many levels deep" : "";
}

static int fail_path(int r, struct text path, struct fault *fault)
{
	return fault_set(fault, r, ADVICE_GROUP, "open control group %.*s%s", (int)path.n, path.p,
			 too_deep(r));
}

/* As it was given, but for which of several controllers. */
static int fail_named(int r, const struct cgroup_wish *wish, struct fault *fault)
{
	struct text of = buf_text(&wish->controllers), path = buf_text(&wish->path);

	return fault_set(fault, r, ADVICE_NAMED, "open control group %.*s%s%.*s%s", (int)of.n, of.p,
			 of.n > 0 ? ":" : "", (int)path.n, path.p, too_deep(r));
}

static int open_chains(const struct cgroups *groups, const struct cgroup_wish *wish,
		       struct take_grip *g, struct fault *fault)
{
	const struct cgroup_hierarchy *h;
	struct text path;
	unsigned i, n_named = 0;
	int r;

	for (i = 0; i < groups->n; i++) {
		h = &groups->hierarchy[i];
		r = wish ? open_named(g, groups, i, wish) : 0;
		if (r < 0)
			return fail_named(r, wish, fault);
		n_named += r > 0;
		if (r > 0 || !find_path(h, buf_text(&g->where), &path))
			continue;
		r = open_path(g, i, h, path);
		if (r < 0)
			return fail_path(r, path, fault);
	}
	if (wish && n_named == 0)
		return fail_named(-ENOENT, wish, fault);
	return 0;
}

/* A hierarchy that init is in limits it, whether we see it mounted or not. */
static int check_mounted(const struct cgroups *groups, struct text where, struct fault *fault)
{
	const char *name;
	struct task_cgroup c;
	int i;

	while (task_cgroup_next(&where, &c)) {
		for (i = 0; i < CGROUP_UNIFIED; i++) {
			name = cgroup_controller_name((enum cgroup_controller)i, false);
			if (groups->of[i] < 0 && task_cgroup_has(c.controllers, text_str(name)))
				return fault_set(fault, -ENOENT, ADVICE_MOUNT,
						 "the control groups of %s are not mounted here",
						 name);
		}
		if (c.controllers.n == 0 && groups->of[CGROUP_UNIFIED] < 0 &&
		    !text_equal(c.path, TEXT("/")))
			return fault_set(fault, -ENOENT, ADVICE_MOUNT,
					 "the unified control groups are not mounted here");
	}
	return 0;
}

bool take_is_unified(const struct cgroups *groups, enum cgroup_controller c)
{
	return groups->of[c] >= 0 && groups->hierarchy[groups->of[c]].unified;
}

const struct cgroup_chain *take_grip_chain(const struct take_grip *g, const struct cgroups *groups,
					   enum cgroup_controller c)
{
	static const struct cgroup_chain none = { 0 };

	return groups->of[c] < 0 ? &none : &g->chain[groups->of[c]];
}

static int open_files(const struct cgroups *groups, struct take_grip *g)
{
	int r;

	r = take_memory_open(take_grip_chain(g, groups, CGROUP_MEMORY),
			     take_is_unified(groups, CGROUP_MEMORY), &g->memory);
	if (r == 0)
		r = take_huges_open(take_grip_chain(g, groups, CGROUP_HUGETLB),
				    take_is_unified(groups, CGROUP_HUGETLB), &g->huges);
	if (r == 0)
		r = take_cpu_open(take_grip_chain(g, groups, CGROUP_CPU),
				  take_is_unified(groups, CGROUP_CPU),
				  take_grip_chain(g, groups, CGROUP_CPUSET),
				  take_is_unified(groups, CGROUP_CPUSET), &g->cpu);
	if (r == 0)
		r = take_cpu_time_open(take_grip_chain(g, groups, CGROUP_CPUACCT),
				       take_is_unified(groups, CGROUP_CPUACCT), &g->cpu_time);
	if (r == 0)
		r = take_nodes_open(take_grip_chain(g, groups, CGROUP_CPUSET),
				    take_is_unified(groups, CGROUP_CPUSET), &g->nodes);
	return r;
}

int take_grip_open(const struct cgroups *groups, struct text where, const struct cgroup_wish *wish,
		   struct take_grip **ret, struct fault *fault)
{
	struct take_grip *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return fault_set(fault, -ENOMEM, NULL, "open the control groups");
	g->refs = 1;
	r = buf_append_text(&g->where, where);
	if (r == 0)
		r = check_mounted(groups, where, fault);
	if (r == 0)
		r = open_chains(groups, wish, g, fault);
	if (r == 0)
		r = open_files(groups, g);
	if (r < 0) {
		take_grip_free(g);
		return fault_set(fault, r, ADVICE_GROUP, "open the files of the control groups");
	}
	*ret = g;
	return 0;
}
