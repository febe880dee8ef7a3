/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of resources_take.h. Descriptors are -1 where the group has no such file. */

#include <stdatomic.h>
#include <sys/types.h>

#include "cgroups.h"
#include "resources.h"
#include "task_cgroup.h"
#include "text.h"

struct source;

/* Numbers, and cpu.max. */
#define TAKE_NUMBER_BYTES 64

/* Reads the whole of a small text into data. Returns 0, -EFBIG if it does not fit, or the errno of pread(2). */
int take_text(int fd, char *data, size_t size, struct text *ret);

/* A number, or "max"; RESOURCE_NONE where there is no file. Returns 0 or -errno. */
int take_number(int fd, uint64_t *ret);

/*
 * A limit of version 2, or if page_bytes is not 0 of version 1, and how much of it is left. Lowers *limit and
 * *headroom if this group's are smaller. The usage is only read if there is a limit. Returns 0 or -errno.
 */
int take_limit(int limit_fd, int usage_fd, uint64_t page_bytes, uint64_t *limit,
	       uint64_t *headroom);

/* The smaller one; RESOURCE_NONE is larger than all. */
static inline uint64_t take_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

struct take_memory_level {
	int limit, high, usage, swap_limit, swap_usage;
};

struct take_memory {
	enum resource_state state;
	bool whole; /* of struct cgroup_chain */
	int stat;
	unsigned n;
	struct take_memory_level level[CGROUP_LEVELS_MAX];
};

/* Opens the files of the groups that have the controller. Returns 0 or -errno; then nothing is open. */
int take_memory_open(const struct cgroup_chain *c, bool unified, struct take_memory *ret);
void take_memory_close(struct take_memory *m);
/* facts: FACTS_MEMORY for all, else what is about swap. ret->by_high says what was asked for. */
int take_memory(const struct take_memory *m, unsigned facts, struct resource_memory *ret);

struct take_huge {
	uint64_t page_kib;
	unsigned n;
	int limit[CGROUP_LEVELS_MAX], usage[CGROUP_LEVELS_MAX];
};

struct take_huges {
	bool unified;
	unsigned n;
	struct take_huge size[RESOURCE_HUGE_MAX];
};

int take_huges_open(const struct cgroup_chain *c, bool unified, struct take_huges *ret);
void take_huges_close(struct take_huges *h);
int take_huges(const struct take_huges *h, struct resource_memory *ret);

struct take_quota {
	int quota, period; /* version 2: both are in the first */
};

/* A list of the cpuset, of CPUs or of memory nodes. */
struct take_list {
	bool known;
	int fd;
};

/* names: of the file, the next where there is none; of the lowest group that has one. Returns 0 or -errno. */
int take_list_open(const struct cgroup_chain *c, const char *const names[2], struct take_list *ret);
void take_list_close(struct take_list *l);

/* *ret_has: there is a file and its list is not empty: an empty one of version 1 has not been set up. */
int take_list(const struct take_list *l, struct resource_cpus *ret, bool *ret_has);

struct take_cpu {
	bool unified;
	unsigned n;
	struct take_quota level[CGROUP_LEVELS_MAX];
	int weight;
	struct take_list set;
	unsigned n_online; /* CPUs of the machine when the groups were opened */
};

/* quota: the chain of the controller cpu; set: that of cpuset. */
int take_cpu_open(const struct cgroup_chain *quota, bool unified, const struct cgroup_chain *set,
		  bool set_unified, struct take_cpu *ret);
void take_cpu_close(struct take_cpu *c);
/* ret->count says what CPUs are counted by; facts: FACTS_LIMITS for what they are not, too. */
int take_cpu(const struct take_cpu *c, unsigned facts, struct resource_cpu *ret);

/* The memory nodes that the container may have memory on. */
int take_nodes_open(const struct cgroup_chain *c, bool unified, struct take_list *ret);

struct take_cpu_time {
	enum resource_state state;
	int stat, all; /* all: by CPU, version 1 */
};

int take_cpu_time_open(const struct cgroup_chain *c, bool unified, struct take_cpu_time *ret);
void take_cpu_time_close(struct take_cpu_time *t);
int take_cpu_time(const struct take_cpu_time *t, struct resource_cpu_time *ret);

/*
 * When init began, by our boot clock; 0 if it is in another time namespace than we, or that cannot be told. Returns 0,
 * -ESRCH if there is no such process, -EINVAL if its stat has another form.
 */
int take_start(const struct source *host, pid_t init, uint64_t *ret_ns);
int take_time(uint64_t start_ns, struct resource_time *ret);

/* The longest that was found of what take_idle_lead() says, from then on; now_ns is the boot clock. */
void take_idle(_Atomic uint64_t *lead_ns, struct resources *ret);
uint64_t take_idle_lead(const struct resources *r, uint64_t now_ns);

/* Groups that are open; counted references (resources_take.c). */
struct take_grip {
	unsigned refs;
	struct buf where;			       /* the text of init's PID/cgroup */
	bool found[CGROUP_CONTROLLERS];		       /* by hierarchy */
	struct buf path[CGROUP_CONTROLLERS];	       /* by hierarchy */
	struct cgroup_chain chain[CGROUP_CONTROLLERS]; /* by hierarchy */
	struct take_memory memory;
	struct take_huges huges;
	struct take_cpu cpu;
	struct take_cpu_time cpu_time;
	struct take_list nodes;
};

/*
 * Opens the groups that where (the text of PID/cgroup; empty: no init) and wish (NULL: none) say. Returns 0, or -errno
 * with a fault.
 */
int take_grip_open(const struct cgroups *groups, struct text where, const struct cgroup_wish *wish,
		   struct take_grip **ret, struct fault *fault);
void take_grip_free(struct take_grip *g);

/* The controller is one of the unified hierarchy. */
bool take_is_unified(const struct cgroups *groups, enum cgroup_controller c);

/* The chain of a controller; an empty one, as of the root, if there is none. */
const struct cgroup_chain *take_grip_chain(const struct take_grip *g, const struct cgroups *groups,
					   enum cgroup_controller c);

/* In no hierarchy is it in a group of its own. */
bool take_is_machine(const struct take_grip *g);

/* Nothing where the group is the root. Returns 0; errors of cgroup_io_take(). */
int take_disks(const struct cgroup_chain *c, bool unified, struct resource_disks *ret);

/*
 * Opens a file of the group in the unified hierarchy, with the rights of the calling thread. Returns the descriptor;
 * -ENODATA if all groups are roots; -EOPNOTSUPP if only this one is, or has no such file; -ENODEV if it has gone; else
 * the errno of openat(2).
 */
int take_group_file(const struct take_grip *g, const struct cgroups *groups, const char *name,
		    int flags);
