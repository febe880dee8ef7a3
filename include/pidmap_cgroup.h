/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The processes of a control group: a view inside a PID namespace that it shares with others, or of a
 * container whose members cannot be told otherwise.
 */

struct cgroup_wish;
struct pidmap;
struct source;

/*
 * A map in which the processes whose PID/cgroup the wish holds (task_cgroup.h) have the source's numbers, and
 * all others are invisible. A thread is where its process is: in version 1 of control groups, and in threaded
 * groups, it may itself be elsewhere. Each question is put to the source: processes move at any time.
 * A process whose PID/cgroup cannot be read is invisible. Its level is 0 (pidmap.h).
 * The source is borrowed; the wish is the map's, if that succeeds. Returns 0 or -ENOMEM.
 */
int pidmap_cgroup_new(const struct source *s, struct cgroup_wish *wish, struct pidmap **ret);
