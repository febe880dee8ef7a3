/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * PID/ and task/TID/, in the kernel's order (fs/proc/base.c, tgid_base_stuff and tid_base_stuff,
 * which agree where both have a name). OWNER are those behind the kernel's ptrace check; TASK may
 * be read by all, or by whom their mode lets.
 */

#include <errno.h>

#include "entries.h"

#include <stddef.h>

#include "entry.h"
#include "resources.h"
#include "rewrite.h"

/* clang-format off */
#define RULE_TASK      "the task"
#define RULE_MEMORY    "the task's memory; paths as seen from the reader's root"
#define RULE_FRAMES    "the task's memory; frames are zero without CAP_SYS_ADMIN over the machine"
#define RULE_CGROUP    "the task; relative to the reader's cgroup namespace"
#define RULE_ID_MAP    "the task's user namespace; outer ids by the opener's user namespace"
#define RULE_MOUNTS    "the task's mounts; cgroup mounts relative to the reader's cgroup namespace"
#define RULE_PATH      "the object's path as seen from the reader's root"
#define RULE_FD	       "the file's path as seen from the reader's root, or its kind and inode"
#define RULE_NAMESPACE "the namespace's kind and inode; the same for every reader"
#define RULE_LSM       "the security module"
#define RULE_TRACED    "the task; zero for readers who may not trace it"
#define RULE_LOGINUID  "the task; the id by the opener's user namespace"
#define RULE_FD_LIST   "the task's open files"
#define RULE_TASK_LIST "the process's threads as numbered in the view"
#define RULE_STATUS    "the task; processes as numbered in the view, ids by the opener's user ns"
#define RULE_STAT      "the task; processes as numbered in the view, times by the reader's time ns"
#define RULE_SCHED     "the task; the number in the heading as in the view"
#define RULE_CHILDREN  "the thread's children as numbered in the view"
#define RULE_TIMERS    "the process; those to notify as numbered in the view"
#define RULE_FDINFO    "the open file; lock owners and pidfd processes as numbered in the view"
/* clang-format on */

/* clang-format off */
/* Names of attributes under one security module. */
static const struct entry smack_rows[] = {
	ROW_WRITTEN("current", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_END,
};

static const struct entry apparmor_rows[] = {
	ROW_WRITTEN("current", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_FILE("prev", 0444, CONCERN_TASK, RULE_LSM),
	ROW_WRITTEN("exec", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_END,
};

static const struct entry attr_rows[] = {
	ROW_WRITTEN("current", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_FILE("prev", 0444, CONCERN_TASK, RULE_LSM),
	ROW_WRITTEN("exec", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_WRITTEN("fscreate", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_WRITTEN("keycreate", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	ROW_WRITTEN("sockcreate", 0666, CONCERN_TASK, WRITE_SELF, RULE_LSM),
	{ .name = "smack", .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_TASK,
	  .children = smack_rows, .order = ORDER_TABLE, .rule = RULE_LSM },
	{ .name = "apparmor", .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_TASK,
	  .children = apparmor_rows, .order = ORDER_TABLE, .rule = RULE_LSM },
	ROW_END,
};

/* fs/proc/namespaces.c, ns_entries[] */
static const struct entry ns_rows[] = {
	ROW_NS("net"),
	ROW_NS("uts"),
	ROW_NS("ipc"),
	ROW_NS("pid"),
	ROW_NS("pid_for_children"),
	ROW_NS("user"),
	ROW_NS("mnt"),
	ROW_NS("cgroup"),
	ROW_NS("time"),
	ROW_NS("time_for_children"),
	ROW_END,
};
/* clang-format on */

static const struct entry thread_row = {
	.kind = ENTRY_DIR,
	.mode = 0555,
	.concern = CONCERN_TASK,
	.children = entries_task,
	.order = ORDER_TABLE,
};

/* The kernel derives the mode of these two links from how the file is open or mapped. */
static const struct entry fd_row = {
	.kind = ENTRY_MAGIC,
	.gone = ENOENT,
	.mode = 0700,
	.concern = CONCERN_OWNER,
	.own = OWN_SEARCH,
	.reader = STAND_ROOT,
	.rule = RULE_FD,
};

static const struct entry map_files_row = {
	.kind = ENTRY_MAGIC,
	.gone = ENOENT,
	.mode = 0400,
	.concern = CONCERN_OWNER,
	.own = OWN_SEARCH,
	.reader = STAND_ROOT,
	.rule = RULE_PATH,
};

static const struct entry fdinfo_row = {
	.kind = ENTRY_FILE,
	.mode = 0444,
	.concern = CONCERN_OWNER,
	.translate = rewrite_fdinfo,
	.rule = RULE_FDINFO,
};

/* clang-format off */
const struct entry entries_task[] = {
	{ .name = "task", .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_TASK,
	  .process_only = true, .each = EACH_THREAD, .order = ORDER_TABLE,
	  .each_row = &thread_row, .rule = RULE_TASK_LIST },
	{ .name = "fd", .kind = ENTRY_DIR, .mode = 0500, .concern = CONCERN_OWNER,
	  .own = OWN_SEARCH, .each = EACH_NUMBER, .order = ORDER_TABLE, .each_row = &fd_row, .rule = RULE_FD_LIST },
	{ .name = "map_files", .kind = ENTRY_DIR, .mode = 0500, .concern = CONCERN_OWNER,
	  .own = OWN_SEARCH, .process_only = true, .each = EACH_RANGE, .order = ORDER_TABLE,
	  .each_row = &map_files_row, .rule = "the process's mapped files" },
	{ .name = "fdinfo", .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_OWNER,
	  .each = EACH_NUMBER, .order = ORDER_TABLE,
	  .each_row = &fdinfo_row, .rule = RULE_FD_LIST },
	{ .name = "ns", .kind = ENTRY_DIR, .mode = 0511, .concern = CONCERN_TASK,
	  .children = ns_rows, .order = ORDER_TABLE, .rule = RULE_TASK },
	ROW_TABLE("net", 0555, CONCERN_SHARE, entries_net, RULE_NET),
	ROW_FILE("environ", 0400, CONCERN_OWNER, RULE_TASK),
	ROW_FILE("auxv", 0400, CONCERN_OWNER, RULE_TASK),
	{ .name = "status", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_TASK,
	  .reader = STAND_USER, .translate = rewrite_status, .rule = RULE_STATUS },
	ROW_FILE("personality", 0400, CONCERN_OWNER, RULE_TASK),
	ROW_FILE("limits", 0444, CONCERN_TASK, RULE_TASK),
	{ .name = "sched", .kind = ENTRY_FILE, .mode = 0644, .concern = CONCERN_TASK,
	  .write = WRITE_CLIENT, .translate = rewrite_sched, .rule = RULE_SCHED },
	{ .name = "autogroup", .kind = ENTRY_FILE, .mode = 0644, .write = WRITE_CLIENT, .concern = CONCERN_TASK,
	  .process_only = true, .rule = RULE_TASK },
	{ .name = "timens_offsets", .kind = ENTRY_FILE, .mode = 0644, .write = WRITE_USERNS, .concern = CONCERN_TASK,
	  .process_only = true, .rule = "the time namespace of the process's children" },
	ROW_WRITTEN("comm", 0644, CONCERN_TASK, WRITE_SELF, RULE_TASK),
	ROW_FILE("syscall", 0400, CONCERN_OWNER, RULE_TASK),
	ROW_FILE("cmdline", 0444, CONCERN_TASK, RULE_TASK),
	{ .name = "stat", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_TASK, .own = OWN_TRACE,
	  .reader = STAND_TIME, .record = true, .translate = rewrite_stat, .beside = "status",
	  .narrow = narrow_task_stat, .explain_line = explain_task_stat, .resource = RESOURCE_TIME, .facts = FACTS_TIME, .rule = RULE_STAT },
	ROW_FILE("statm", 0444, CONCERN_TASK, RULE_TASK),
	ROW_STAND("maps", 0444, CONCERN_OWNER, STAND_ROOT, RULE_MEMORY),
	{ .name = "children", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_TASK,
	  .thread_only = true, .translate = rewrite_children, .rule = RULE_CHILDREN },
	ROW_STAND("numa_maps", 0444, CONCERN_OWNER, STAND_ROOT, RULE_MEMORY),
	{ .name = "mem", .kind = ENTRY_RAW, .mode = 0600, .write = WRITE_MEMORY, .concern = CONCERN_OWNER,
	  .rule = "the task's memory" },
	ROW_MAGIC("cwd", RULE_PATH),
	ROW_MAGIC("root", RULE_PATH),
	ROW_MAGIC("exe", RULE_PATH),
	ROW_STAND("mounts", 0444, CONCERN_TASK, STAND_CGROUP, RULE_MOUNTS),
	ROW_STAND("mountinfo", 0444, CONCERN_TASK, STAND_CGROUP, RULE_MOUNTS),
	{ .name = "mountstats", .kind = ENTRY_FILE, .mode = 0400, .concern = CONCERN_TASK,
	  .process_only = true, .rule = RULE_MOUNTS },
	ROW_WRITTEN("clear_refs", 0200, CONCERN_TASK, WRITE_CLIENT, RULE_TASK),
	ROW_STAND("smaps", 0444, CONCERN_OWNER, STAND_ROOT, RULE_MEMORY),
	ROW_FILE("smaps_rollup", 0444, CONCERN_OWNER, RULE_MEMORY),
	ROW_RAW("pagemap", 0400, CONCERN_OWNER, RULE_FRAMES),
	{ .name = "attr", .kind = ENTRY_DIR, .mode = 0555, .concern = CONCERN_TASK,
	  .children = attr_rows, .order = ORDER_TABLE, .rule = RULE_LSM },
	{ .name = "wchan", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_TASK,
	  .own = OWN_TRACE, .rule = RULE_TRACED },
	ROW_FILE("stack", 0400, CONCERN_OWNER, RULE_TASK),
	ROW_FILE("schedstat", 0444, CONCERN_TASK, RULE_TASK),
	ROW_FILE("latency", 0444, CONCERN_TASK, RULE_TASK),
	ROW_STAND("cpuset", 0444, CONCERN_TASK, STAND_CGROUP, RULE_CGROUP),
	ROW_STAND("cgroup", 0444, CONCERN_TASK, STAND_CGROUP, RULE_CGROUP),
	ROW_FILE("cpu_resctrl_groups", 0444, CONCERN_TASK, RULE_TASK),
	ROW_FILE("oom_score", 0444, CONCERN_TASK, RULE_TASK),
	ROW_WRITTEN("oom_adj", 0644, CONCERN_TASK, WRITE_CLIENT, RULE_TASK),
	ROW_WRITTEN("oom_score_adj", 0644, CONCERN_TASK, WRITE_CLIENT, RULE_TASK),
	{ .name = "loginuid", .kind = ENTRY_FILE, .mode = 0644, .concern = CONCERN_TASK, .write = WRITE_SELF,
	  .reader = STAND_USER, .rule = RULE_LOGINUID },
	ROW_FILE("sessionid", 0444, CONCERN_TASK, RULE_TASK),
	ROW_FILE("make-it-fail", 0644, CONCERN_TASK, RULE_TASK),
	ROW_FILE("fail-nth", 0644, CONCERN_TASK, RULE_TASK),
	{ .name = "coredump_filter", .kind = ENTRY_FILE, .mode = 0644, .write = WRITE_CLIENT, .concern = CONCERN_TASK,
	  .process_only = true, .rule = RULE_TASK },
	ROW_FILE("io", 0400, CONCERN_OWNER, RULE_TASK),
	{ .name = "uid_map", .kind = ENTRY_FILE, .mode = 0644, .concern = CONCERN_TASK, .write = WRITE_USERNS,
	  .reader = STAND_USER, .rule = RULE_ID_MAP },
	{ .name = "gid_map", .kind = ENTRY_FILE, .mode = 0644, .concern = CONCERN_TASK, .write = WRITE_USERNS,
	  .reader = STAND_USER, .rule = RULE_ID_MAP },
	{ .name = "projid_map", .kind = ENTRY_FILE, .mode = 0644, .concern = CONCERN_TASK, .write = WRITE_USERNS,
	  .reader = STAND_USER, .rule = RULE_ID_MAP },
	ROW_WRITTEN("setgroups", 0644, CONCERN_TASK, WRITE_USERNS, "the task's user namespace"),
	{ .name = "timers", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_OWNER,
	  .process_only = true, .translate = rewrite_timers, .rule = RULE_TIMERS },
	{ .name = "timerslack_ns", .kind = ENTRY_FILE, .mode = 0666, .write = WRITE_OVER_TASK, .concern = CONCERN_TASK, .own = OWN_SLACK,
	  .process_only = true, .rule = RULE_TASK },
	ROW_FILE("patch_state", 0400, CONCERN_TASK, RULE_TASK),
	{ .name = "stack_depth", .kind = ENTRY_FILE, .mode = 0444, .concern = CONCERN_TASK,
	  .process_only = true, .rule = RULE_TASK },
	ROW_FILE("arch_status", 0444, CONCERN_TASK, RULE_TASK),
	ROW_FILE("seccomp_cache", 0400, CONCERN_TASK, RULE_TASK),
	ROW_FILE("ksm_merging_pages", 0400, CONCERN_TASK, RULE_TASK),
	ROW_FILE("ksm_stat", 0400, CONCERN_TASK, RULE_TASK),
	ROW_FILE("time_in_state", 0444, CONCERN_TASK, RULE_TASK), /* Android */
	ROW_END,
};
/* clang-format on */
