/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pid maps by a table. */

#include "fake_pidmap.h"

#include <stddef.h>

struct fake {
	struct pidmap base;
	const struct pidmap_pair *tasks;
	const struct pidmap_pair *groups;
};

/* Each ends with a zero. */
static const struct pidmap_pair guest_tasks[] = {
	{ 900007, 40007 },
	{ 900008, 40008 },
	{ 0, 0 },
};

static const struct pidmap_pair guest_groups[] = {
	{ 900051, 40051 },
	{ 0, 0 },
};

static const struct pidmap_pair a_tasks[] = {
	{ 1, 40001 }, { 2, 40002 }, { 3, 40003 }, { 4, 40004 },
	{ 5, 40005 }, { 6, 40006 }, { 0, 0 },
};

static const struct pidmap_pair b_tasks[] = {
	{ 1, 40002 }, { 2, 40003 }, { 3, 40004 }, { 4, 40005 }, { 0, 0 },
};

static const struct pidmap_pair c_tasks[] = {
	{ 1, 40003 },
	{ 2, 40004 },
	{ 3, 40005 },
	{ 0, 0 },
};

static const struct pidmap_pair a_groups[] = { { 50, 40050 }, { 0, 0 } };
static const struct pidmap_pair b_groups[] = { { 30, 40050 }, { 0, 0 } };
static const struct pidmap_pair c_groups[] = { { 20, 40050 }, { 0, 0 } };

static const struct fake *of(const struct pidmap *m)
{
	return (const struct fake *)(const void *)m;
}

static pid_t find_here(const struct pidmap_pair *pairs, pid_t there)
{
	for (; pairs->there; pairs++) {
		if (pairs->there == there)
			return pairs->here;
	}
	return 0;
}

static pid_t to_view(const struct pidmap *m, pid_t there)
{
	return find_here(of(m)->tasks, there);
}

static pid_t group_to_view(const struct pidmap *m, pid_t there)
{
	pid_t here = to_view(m, there);

	return here ? here : find_here(of(m)->groups, there);
}

static pid_t from_view(const struct pidmap *m, pid_t here)
{
	const struct pidmap_pair *pair;

	for (pair = of(m)->tasks; pair->there; pair++) {
		if (pair->here == here)
			return pair->there;
	}
	return 0;
}

static int list(const struct pidmap *m, struct pidmap_list *out)
{
	const struct pidmap_pair *pair;
	int r = 0;

	for (pair = of(m)->tasks; r == 0 && pair->there; pair++)
		r = pidmap_list_append(out, pair->here, pair->there);
	return r;
}

static void destroy(struct pidmap *m)
{
	(void)m;
}

static const struct pidmap_ops ops = {
	.to_view = to_view,
	.group_to_view = group_to_view,
	.from_view = from_view,
	.list = list,
	.destroy = destroy,
};

static const struct fake fakes[] = {
	[FAKE_GUESTS] = { { &ops, 0, false }, guest_tasks, guest_groups },
	[FAKE_A] = { { &ops, 1, false }, a_tasks, a_groups },
	[FAKE_B] = { { &ops, 2, false }, b_tasks, b_groups },
	[FAKE_C] = { { &ops, 3, false }, c_tasks, c_groups },
};

const struct pidmap *fake_pidmap(enum fake_view view)
{
	return &fakes[view].base;
}
