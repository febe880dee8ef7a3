/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which control groups a process is in: the text of PID/cgroup (cgroups(7)). */

#include <stdbool.h>

#include "buf.h"
#include "text.h"

struct source;

/* A line "ID:CONTROLLERS:PATH". */
struct task_cgroup {
	struct text controllers; /* "" for the unified hierarchy; "cpu,cpuacct", "name=systemd" */
	struct text path;
};

/* Takes the next line off *rest; lines of another form are skipped. Returns false at the end. */
bool task_cgroup_next(struct text *rest, struct task_cgroup *ret);

/* Whether word is one of the words that commas separate. */
bool task_cgroup_has(struct text list, struct text word);

/* Whether two such lists have a word in common. */
bool task_cgroup_share(struct text list, struct text other);

/* The path is top or below it, by whole components; gives what follows, with its slash. */
bool task_cgroup_within(struct text path, struct text top, struct text *ret_rest);

/*
 * The group to name a process by: that of the unified hierarchy; where this is the root (or missing), as
 * on a machine that still uses version 1, that of the first of name=systemd, memory, pids, cpu and then
 * any other in which the process is below the root. Returns false if the text has no line at all.
 */
bool task_cgroup_main(struct text text, struct task_cgroup *ret);

/* A group to compare with. Both are owned; start it at { 0 }. */
struct cgroup_wish {
	bool any_hierarchy;
	/*
	 * Words of which the hierarchy has one as a controller. Empty, or of controllers of which no hierarchy of
	 * version 1 has one: the unified hierarchy.
	 */
	struct buf controllers;
	struct buf path;
};

/* Frees what the wish owns. */
void cgroup_wish_done(struct cgroup_wish *w);

/*
 * From what a user gives: the path of a directory on a cgroup mount of this mountinfo text (proc(5));
 * else CONTROLLER:PATH; else PATH in any hierarchy. Paths are those of PID/cgroup, i.e. relative to the
 * reader's cgroup namespace. Returns 0, or -ENOMEM.
 */
int cgroup_wish_parse(struct text given, struct text mountinfo, struct cgroup_wish *ret);

/*
 * The same with the mounts that we see, by the host source; a path may lead to the directory through
 * links. Returns 0, or -ENOMEM.
 */
int cgroup_wish_find(const struct source *host, const char *given, struct cgroup_wish *ret);

/* The process with this PID/cgroup text is in that group or below it. */
bool cgroup_wish_holds(const struct cgroup_wish *w, struct text text);
