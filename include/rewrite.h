/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Rewriters: from the source's text of a file to the view's. Pure: they see neither offset nor size,
 * do no I/O of their own, and edit the kernel's text; lines, columns and fields they do not know
 * pass unchanged.
 */

#include <sys/types.h>

#include "buf.h"
#include "text.h"

struct pidmap;
struct resources;

/* What a rewriter may know beside the text it edits. */
struct rewrite {
	const struct pidmap *pids;
	/* The text of the file that the entry names as `beside` (same task); empty if it names none. */
	struct text beside;
	/* For `merge` of a row: the last number given out in the reader's PID namespace. */
	pid_t last_number;
	/* For `narrow` of a row: the container's; never NULL there. */
	const struct resources *resources;
};

/*
 * Appends to out what the view shows for in.
 * Returns 0; -EIO if a field that must be translated is not what the kernel prints, or is cut off
 * (never a number of the host's instead); -ESRCH if the task the text is about has gone meanwhile;
 * -ENOMEM. On failure out is partial and must be discarded.
 */
typedef int (*rewrite_fn)(const struct rewrite *rw, struct text in, struct buf *out);

/*
 * For `explain`: appends by which rule a line of the text that narrow has made is as it is, and which files of the control
 * groups it came from, with ", " or "; " between. Appends nothing where there is nothing to say. Returns 0 or -ENOMEM.
 */
typedef int (*explain_line_fn)(const struct resources *resources, struct text line,
			       struct buf *rule, struct buf *files);

/* PID/status, task/TID/status: Tgid Pid PPid TracerPid NStgid NSpid NSpgid NSsid. */
int rewrite_status(const struct rewrite *rw, struct text in, struct buf *out);

/* PID/stat, task/TID/stat: fields 1 pid, 4 ppid, 5 pgrp, 6 session, 8 tpgid. Beside: status. */
int rewrite_stat(const struct rewrite *rw, struct text in, struct buf *out);

/* PID/sched: the number in the heading `comm (PID, #threads: N)`. */
int rewrite_sched(const struct rewrite *rw, struct text in, struct buf *out);

/* task/TID/children: the whole text is numbers. */
int rewrite_children(const struct rewrite *rw, struct text in, struct buf *out);

/* PID/timers: `notify: KIND/pid.N` and `KIND/tid.N`. */
int rewrite_timers(const struct rewrite *rw, struct text in, struct buf *out);

/* fdinfo/N: `Pid:` and `NSpid:` of a pidfd, the pid column of `lock:` lines. */
int rewrite_fdinfo(const struct rewrite *rw, struct text in, struct buf *out);

/* locks: pid column; locks of invisible owners are dropped with those who wait for them. */
int rewrite_locks(const struct rewrite *rw, struct text in, struct buf *out);

/* net/ip6_flowlabel: Owner of the rows whose S column is 2. */
int rewrite_ip6_flowlabel(const struct rewrite *rw, struct text in, struct buf *out);

/* loadavg: the last field is rw->last_number. */
int rewrite_loadavg(const struct rewrite *rw, struct text in, struct buf *out);

/*
 * From here on: of the machine's resources to the container's, rw->resources. Only what resources->files says is
 * changed, nothing at all if that has none of the file's bits. docs/resources.md has the rule of each line.
 */

/* meminfo, swaps, vmstat: what the container has and uses of the machine's memory. */
int narrow_meminfo(const struct rewrite *rw, struct text in, struct buf *out);
int narrow_swaps(const struct rewrite *rw, struct text in, struct buf *out);
int explain_swaps(const struct resources *resources, struct text line, struct buf *rule,
		  struct buf *files);
int narrow_vmstat(const struct rewrite *rw, struct text in, struct buf *out);
int explain_meminfo(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files);
int explain_vmstat(const struct resources *resources, struct text line, struct buf *rule,
		   struct buf *files);

/* cpuinfo: the CPUs that are shown, renumbered, and how many of them are in a package. */
int narrow_cpuinfo(const struct rewrite *rw, struct text in, struct buf *out);
int explain_cpuinfo(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files);

/* stat: the CPUs that are shown, the times on them, when the container began. */
int narrow_stat(const struct rewrite *rw, struct text in, struct buf *out);
int explain_stat(const struct resources *resources, struct text line, struct buf *rule,
		 struct buf *files);

/* interrupts, softirqs: the columns of the CPUs that are shown. */
int narrow_interrupts(const struct rewrite *rw, struct text in, struct buf *out);
int explain_interrupts(const struct resources *resources, struct text line, struct buf *rule,
		       struct buf *files);

/* schedstat: the CPUs that are shown and their domains. */
int narrow_schedstat(const struct rewrite *rw, struct text in, struct buf *out);
int explain_schedstat(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files);

/* uptime: since the container began, and what its CPUs were idle. */
int narrow_uptime(const struct rewrite *rw, struct text in, struct buf *out);
int explain_uptime(const struct resources *resources, struct text line, struct buf *rule,
		   struct buf *files);

/* PID/stat, task/TID/stat: field 22, since the container began. */
int narrow_task_stat(const struct rewrite *rw, struct text in, struct buf *out);
int explain_task_stat(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files);

/* loadavg: averages and counts of the container (FACTS_LOAD). */
int narrow_loadavg(const struct rewrite *rw, struct text in, struct buf *out);
int explain_loadavg(const struct resources *resources, struct text line, struct buf *rule,
		    struct buf *files);

/* diskstats: counters of the container (FACTS_DISKS). */
int narrow_diskstats(const struct rewrite *rw, struct text in, struct buf *out);
int explain_diskstats(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files);

/* In /sys/devices/system: lists of CPUs; such that name at least one; masks; lists of nodes; the memory of a node. */
int narrow_cpu_list(const struct rewrite *rw, struct text in, struct buf *out);
int narrow_cpus_present(const struct rewrite *rw, struct text in, struct buf *out);
int narrow_cpu_mask(const struct rewrite *rw, struct text in, struct buf *out);
int explain_cpus(const struct resources *resources, struct text line, struct buf *rule,
		 struct buf *files);
int narrow_node_list(const struct rewrite *rw, struct text in, struct buf *out);
int explain_node_list(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files);
int narrow_node_meminfo(const struct rewrite *rw, struct text in, struct buf *out);
int explain_node_meminfo(const struct resources *resources, struct text line, struct buf *rule,
			 struct buf *files);
