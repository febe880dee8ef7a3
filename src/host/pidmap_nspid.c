/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pid maps from NSpid lines: the column at the view's level, for those who are in the view. */

#include "pidmap_nspid.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "ancestors.h"
#include "fault.h"
#include "nspid_member.h"
#include "nspid_record.h"
#include "pidmap.h"
#include "source.h"

/* More than a machine with the usual pid_max of 32768 has numbers. */
#define HINTS 32768

/*
 * Going from a number here to a task means to read the status of every process. So it is noted where a
 * number was found last: only a hint, looked at before it is believed, since numbers are given out anew.
 */
struct nspid_map {
	struct pidmap base;
	struct nspid_view view;
	_Atomic uint64_t *hints; /* HINTS of them, by here modulo HINTS: here and there; 0: none */
};

static const struct nspid_map *of(const struct pidmap *m)
{
	return (const struct nspid_map *)(const void *)m;
}

static void note(const struct nspid_map *m, pid_t here, pid_t there)
{
	uint64_t both = (uint64_t)(uint32_t)here << 32 | (uint32_t)there;

	atomic_store_explicit(&m->hints[(size_t)here % HINTS], both, memory_order_relaxed);
}

/* Where the number was found last; 0 if that is not known. */
static pid_t recall(const struct nspid_map *m, pid_t here)
{
	uint64_t both = atomic_load_explicit(&m->hints[(size_t)here % HINTS], memory_order_relaxed);

	return both >> 32 == (uint32_t)here ? (pid_t)(uint32_t)both : 0;
}

static pid_t nspid_to_view(const struct pidmap *map, pid_t there)
{
	const struct nspid_map *m = of(map);
	struct nspid_record r;

	if (nspid_record_read(m->view.s, there, map->level, &r) < 0 || r.depth < map->level)
		return 0;
	if (!nspid_is_member(&m->view, NULL, r))
		return 0;
	note(m, r.here, there);
	return r.here;
}

static pid_t group_number(const struct nspid_record *r, pid_t there)
{
	if (r->group_there == there && r->group_here)
		return r->group_here;
	return r->session_there == there ? r->session_here : 0;
}

static pid_t nspid_group_to_view(const struct pidmap *map, pid_t there)
{
	const struct nspid_map *m = of(map);
	struct nspid_snapshot all = { 0 };
	struct nspid_record r;
	pid_t here = 0;
	size_t i;

	if (nspid_record_read(m->view.s, there, map->level, &r) != -ESRCH)
		return nspid_to_view(map, there);
	if (nspid_snapshot_take(m->view.s, map->level, &all) < 0)
		return 0;
	for (i = 0; i < all.n && here == 0; i++) {
		here = group_number(&all.records[i], there);
		if (here && !nspid_is_member(&m->view, &all, all.records[i]))
			here = 0;
	}
	nspid_snapshot_free(&all);
	return here;
}

/* Among the threads of members. */
static pid_t find_thread(const struct nspid_map *m, const struct nspid_snapshot *all, pid_t here)
{
	pid_t there = 0;
	size_t i;

	for (i = 0; i < all->n && !there; i++) {
		const struct nspid_record *r = &all->records[i];

		if (r->here && nspid_is_member(&m->view, all, *r))
			there = nspid_find_thread(m->view.s, r->there, m->base.level, here);
	}
	return there;
}

/* Looks at every process, and notes on the way where the others are. */
static pid_t find_number(const struct nspid_map *m, const struct nspid_snapshot *all, pid_t here)
{
	pid_t there = 0;
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct nspid_record *r = &all->records[i];

		if (!r->here || !nspid_is_member(&m->view, all, *r))
			continue;
		note(m, r->here, r->there);
		if (r->here == here)
			there = r->there;
	}
	if (!there)
		there = find_thread(m, all, here);
	if (there)
		note(m, here, there);
	return there;
}

static pid_t nspid_from_view(const struct pidmap *map, pid_t here)
{
	const struct nspid_map *m = of(map);
	struct nspid_snapshot all = { 0 };
	pid_t there = recall(m, here);

	if (there && nspid_to_view(map, there) == here)
		return there;
	if (nspid_snapshot_take(m->view.s, map->level, &all) < 0)
		return 0;
	there = find_number(m, &all, here);
	nspid_snapshot_free(&all);
	return there;
}

static int nspid_list(const struct pidmap *map, struct pidmap_list *out)
{
	const struct nspid_map *m = of(map);
	struct nspid_snapshot all = { 0 };
	size_t i;
	int r;

	r = nspid_snapshot_take(m->view.s, map->level, &all);
	for (i = 0; i < all.n && r == 0; i++) {
		const struct nspid_record *record = &all.records[i];

		if (!record->here || !nspid_is_member(&m->view, &all, *record))
			continue;
		note(m, record->here, record->there);
		r = pidmap_list_append(out, record->here, record->there);
	}
	nspid_snapshot_free(&all);
	pidmap_list_sort(out);
	return r;
}

static void nspid_destroy(struct pidmap *map)
{
	free(of(map)->hints);
	free(map);
}

int pidmap_nspid_new(const struct source *s, ino_t pidns_inode, unsigned level, pid_t init_pid,
		     struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = nspid_to_view,
		.group_to_view = nspid_group_to_view,
		.from_view = nspid_from_view,
		.list = nspid_list,
		.destroy = nspid_destroy,
	};
	struct nspid_map *m = malloc(sizeof(*m));
	_Atomic uint64_t *hints = calloc(HINTS, sizeof(*hints));

	if (!m || !hints) {
		free(m);
		free(hints);
		return -ENOMEM;
	}
	*m = (struct nspid_map){
		.base = { .ops = &ops, .level = level },
		.view = { .s = s, .inode = pidns_inode, .level = level, .init_pid = init_pid },
		.hints = hints,
	};
	if (init_pid)
		note(m, 1, init_pid);
	*ret = &m->base;
	return 0;
}

/* The init of the namespace of a process, up the parents that are as deep; learns the inode on the way. */
static pid_t climb_to_init(const struct nspid_snapshot *all, struct nspid_record r, ino_t *inode)
{
	struct ancestors walk = { 0 };
	unsigned depth = r.depth;

	while (r.depth == depth && !ancestors_repeat(&walk, r.there)) {
		const struct nspid_record *parent;

		if (!*inode)
			*inode = r.inode;
		if (r.own == 1)
			return r.tgid;
		parent = nspid_snapshot_find(all, r.ppid);
		if (!parent)
			return 0;
		r = *parent;
	}
	return 0;
}

int pidmap_nspid_find(const struct source *s, pid_t pid, ino_t *ret_inode, unsigned *ret_level,
		      pid_t *ret_init, struct fault *fault)
{
	const struct nspid_record *by_inode = NULL;
	struct nspid_snapshot all = { 0 };
	struct nspid_record record;
	ino_t inode;
	int r;

	r = nspid_record_read(s, pid, 0, &record);
	if (r < 0)
		return fault_set(fault, r, NULL, "status of pid %d", pid);
	if (record.depth == 0)
		return fault_set(fault, -EXDEV, "give a process that is in a namespace of its own",
				 "pid %d is in the pid namespace of the tree itself", pid);
	r = nspid_snapshot_take(s, record.depth, &all);
	if (r < 0)
		return fault_set(fault, r, NULL, "list processes");
	inode = record.inode;
	*ret_init = climb_to_init(&all, record, &inode);
	if (*ret_init == 0 && inode)
		by_inode = nspid_snapshot_init(&all, inode, record.depth);
	if (by_inode)
		*ret_init = by_inode->there;
	*ret_inode = inode;
	*ret_level = record.depth;
	nspid_snapshot_free(&all);
	return 0;
}
