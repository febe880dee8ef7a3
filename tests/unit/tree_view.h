/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A small recorded host, and the view of the container on it.
 *
 *	number, its columns	parent	what
 *	1			-	the host's init
 *	50 1			1	the container's init
 *	60 2			50	with a thread 61 3
 *	70			1	a process of the host
 */

#include "entry.h"
#include "pidmap.h"
#include "pidmap_nspid.h"
#include "scratch.h"
#include "source.h"
#include "view.h"

#define TREE_VIEW_INODE 77

struct tree_view {
	struct scratch dir;
	struct source source;
	struct pidmap *pids;
	struct view view;
};

/* 60/status as the kernel of the container would print it: worked out by hand. */
#define TREE_VIEW_STATUS                                                                 \
	"Name:\ttask\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t2\nNgid:\t0\nPid:\t2\n" \
	"PPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nNStgid:\t2\nNSpid:\t2\nNSpgid:\t2\n" \
	"NSsid:\t2\nThreads:\t1\n"

static inline void tree_view_record(const struct scratch *s)
{
	static const struct scratch_task tasks[] = {
		{ "1", 1, 1, 0, "1", NULL, NULL, 1 },
		{ "50", 50, 50, 1, "50\t1", NULL, NULL, TREE_VIEW_INODE },
		{ "50/task/50", 50, 50, 1, "50\t1", NULL, NULL, 0 },
		{ "60", 60, 60, 50, "60\t2", NULL, NULL, TREE_VIEW_INODE },
		{ "60/task/60", 60, 60, 50, "60\t2", NULL, NULL, 0 },
		{ "60/task/61", 60, 61, 50, "61\t3", "60\t2", "60\t2", 0 },
		{ "70", 70, 70, 1, "70", NULL, NULL, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		scratch_task(s, &tasks[i]);
	scratch_file(s, "uptime", "1.00 2.00\n");
	scratch_file(s, "stat", "cpu 1\n");
	scratch_file(s, "locks", "");
	scratch_file(s, "no-row-for-this", "new\n");
	scratch_link(s, "self", "what was recorded");
	scratch_link(s, "thread-self", "what was recorded");
	scratch_link(s, "60/fd/0", "pipe:[5]");
	scratch_link(s, "60/fd/1", "/etc/hostname");
}

/* Only in test cases that have the fixture of scratch.h. */
static inline void tree_view_open(struct tree_view *t)
{
	scratch_open(&t->dir);
	tree_view_record(&t->dir);
	ck_assert_int_eq(source_open_tree(t->dir.dir, &t->source, NULL), 0);
	ck_assert_int_eq(pidmap_nspid_new(&t->source, TREE_VIEW_INODE, 1, 50, &t->pids), 0);
	t->view = (struct view){
		.root = &proc_root_entry,
		.members = { .source = &t->source, .pids = t->pids },
		.profile = PROFILE_KERNEL,
	};
}

static inline void tree_view_close(struct tree_view *t)
{
	pidmap_free(t->pids);
	source_close(&t->source);
	scratch_close(&t->dir);
}
