/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The resources of a container: what its control groups, and those above them, allow and count. Facts only,
 * taken once for each text that is made (resources_take.h); the rules by which the lines of a file follow from them
 * are with the rewriters (docs/resources.md has the table).
 *
 * A number that no file says is RESOURCE_NONE: no limit, or not known by this version of control groups. Sums and
 * differences saturate.
 */

#include <stdbool.h>
#include <stdint.h>

#define RESOURCE_NONE	  UINT64_MAX
#define RESOURCE_CPUS_MAX 8192 /* NR_CPUS of the largest configuration */
#define RESOURCE_HUGE_MAX 8    /* sizes of huge pages */
#define RESOURCE_DISK_MAX 4096

#define RESOURCE_LOAD_SHIFT 11
#define RESOURCE_LOAD_N	    3 /* one, five and fifteen minutes */

/* Files, and what else is the container's instead of the machine's; each can be switched off (--resources=-NAME). */
enum resource_file {
	RESOURCE_MEMINFO = 1 << 0,
	RESOURCE_SWAPS = 1 << 1,
	RESOURCE_VMSTAT = 1 << 2,
	RESOURCE_CPUS =
		1 << 3, /* the number of CPUs: cpuinfo, stat, interrupts, softirqs, schedstat */
	RESOURCE_STAT = 1 << 4, /* the times in stat */
	RESOURCE_TIME =
		1 << 5, /* uptime, btime in stat, starttime in PID/stat: they move together */
	RESOURCE_LOADAVG = 1 << 6,
	RESOURCE_DISKSTATS = 1 << 7,
	RESOURCE_PRESSURE = 1 << 8,
};

/* All of enum resource_file. */
#define RESOURCE_FILES_ALL ((RESOURCE_PRESSURE << 1) - 1)

/* What resources_take() is asked for: each costs some preads. */
enum resource_facts {
	FACTS_MEMORY = 1,   /* with swap */
	FACTS_CPU = 2,	    /* cpuset, and the quota or the shares where --cpus counts by them */
	FACTS_CPU_TIME = 4, /* what was used */
	FACTS_TIME = 8,	    /* when the container began */
	FACTS_DISKS = 16,
	FACTS_LOAD = 32,
	FACTS_SWAP = 64,    /* of FACTS_MEMORY what is about swap */
	FACTS_LIMITS = 128, /* of FACTS_CPU also the quota and the shares that do not count */
	FACTS_NODES = 256,  /* the memory nodes of the cpuset */
};

/* Where facts of one kind come from. */
enum resource_state {
	RESOURCE_ABSENT = 0, /* no such controller: nothing limits, and nothing counts */
	RESOURCE_V1,
	RESOURCE_V2,
};

/* Lines of memory.stat; version 1 names are mapped to those of version 2 (Documentation/admin-guide/cgroup-v2.rst). */
enum memory_stat {
	MEMORY_ANON,
	MEMORY_FILE,
	MEMORY_KERNEL_STACK,
	MEMORY_PAGETABLES,
	MEMORY_SEC_PAGETABLES,
	MEMORY_PERCPU,
	MEMORY_SHMEM,
	MEMORY_ZSWAP,
	MEMORY_ZSWAPPED,
	MEMORY_FILE_MAPPED,
	MEMORY_FILE_DIRTY,
	MEMORY_FILE_WRITEBACK,
	MEMORY_SWAPCACHED,
	MEMORY_ANON_THP,
	MEMORY_FILE_THP,
	MEMORY_SHMEM_THP,
	MEMORY_INACTIVE_ANON,
	MEMORY_ACTIVE_ANON,
	MEMORY_INACTIVE_FILE,
	MEMORY_ACTIVE_FILE,
	MEMORY_UNEVICTABLE,
	MEMORY_SLAB_RECLAIMABLE,
	MEMORY_SLAB_UNRECLAIMABLE,
	MEMORY_PGFAULT, /* counts from here on, bytes before */
	MEMORY_PGMAJFAULT,
	MEMORY_STAT_N,
};

struct resource_huge {
	uint64_t page_kib;
	uint64_t limit_bytes; /* smallest of the group and those above */
	uint64_t headroom_bytes;
	uint64_t usage_bytes;
};

struct resource_memory {
	enum resource_state state;
	unsigned n_groups;	 /* the group and those above whose files are read */
	bool by_high;		 /* as was asked for: memory.high is a limit as well (version 2) */
	uint64_t limit_bytes;	 /* smallest memory.max of the group and those above */
	uint64_t headroom_bytes; /* smallest of max - current, each of one group */
	uint64_t usage_bytes;	 /* memory.current of the group itself */
	/*
	 * Version 2: of memory.swap.max and memory.swap.current. Version 1: limit is the smallest memsw limit less
	 * that group's memory limit; headroom the smallest of memsw limit - memsw usage; usage is `total_swap`, or
	 * memsw usage - usage.
	 */
	bool swap_counted;
	uint64_t swap_limit_bytes;
	uint64_t swap_headroom_bytes;
	uint64_t swap_usage_bytes;
	uint64_t stat[MEMORY_STAT_N]; /* RESOURCE_NONE where the kernel has no such line */
	struct resource_huge huge[RESOURCE_HUGE_MAX];
	unsigned n_huge;
};

/* A set of CPUs, or of memory nodes, by their numbers on the machine. */
struct resource_cpus {
	uint64_t bits[RESOURCE_CPUS_MAX / 64];
};

/* How many CPUs are shown of those in the cpuset (--cpus). */
enum resource_cpu_count { CPUS_SET = 0, CPUS_QUOTA, CPUS_SHARES };

struct resource_cpu {
	enum resource_cpu_count count; /* what was asked for */
	enum resource_state state;     /* of quota and shares */
	enum resource_state set_state;
	bool has_set;
	struct resource_cpus set; /* effective: what the container's tasks may run on */
	unsigned n_online;	  /* CPUs of the machine that are online; 0: not known */
	uint64_t
		quota_us; /* of the group with the smallest quota / period; RESOURCE_NONE: no quota */
	uint64_t period_us;
	uint64_t shares; /* version 1 scale: 1024 is one CPU's worth; RESOURCE_NONE: unknown */
};

struct resource_nodes {
	enum resource_state state;
	bool has_set;
	struct resource_cpus set; /* effective: where the container's tasks may have memory */
};

struct resource_cpu_time {
	enum resource_state state;
	uint64_t user_ns; /* nice included */
	uint64_t nice_ns; /* RESOURCE_NONE where it is not counted */
	uint64_t system_ns;
	/* By CPU of the machine, version 1 only; n_percpu 0: not known. Owned: resources_done(). */
	unsigned n_percpu;
	uint64_t *percpu_user_ns;
	uint64_t *percpu_system_ns;
};

struct resource_time {
	/*
	 * Between the boot of the machine and the start of the container's init, by the boot clock of our time namespace;
	 * 0: times are left as they are (no init, or a time namespace of its own, which says when it booted).
	 */
	uint64_t start_ns;
	uint64_t age_ns; /* since then */
	/*
	 * By how much longer the age is to be taken for what is idle: the container has used more than its CPUs give in
	 * its age. Where the facts about CPUs and their time are taken as well.
	 */
	uint64_t lead_ns;
};

struct resource_disk {
	unsigned major, minor;
	uint64_t read_bytes, write_bytes, read_ios, write_ios, discard_bytes, discard_ios;
};

struct resource_disks {
	enum resource_state state;
	/* Devices the group has used; the rest: nothing. Owned: resources_done(). */
	unsigned n;
	struct resource_disk *disk;
};

struct resource_load {
	bool known;
	/* Fixed point, RESOURCE_LOAD_SHIFT (FSHIFT in include/linux/sched/loadavg.h). */
	uint64_t average[RESOURCE_LOAD_N];
	unsigned running; /* threads */
	unsigned threads;
	unsigned blocked;
};

/* What a rewriter may know of the container. Facts that were not asked for are zero. */
struct resources {
	unsigned files; /* enum resource_file: what is the container's */
	unsigned facts; /* enum resource_facts: what was taken */
	bool is_machine; /* nothing limits it but the machine, and it began with that: all files are right as they are */
	struct resource_memory memory;
	struct resource_cpu cpu;
	struct resource_nodes nodes;
	struct resource_cpu_time cpu_time;
	struct resource_time time;
	struct resource_disks disks;
	struct resource_load load;
};

/* Frees what the facts own. */
void resources_done(struct resources *r);

/* a - b, or 0; a may be RESOURCE_NONE, which stays. */
uint64_t resource_less(uint64_t a, uint64_t b);

/* a + b, or UINT64_MAX; none of them RESOURCE_NONE. */
uint64_t resource_plus(uint64_t a, uint64_t b);

/* The name of a line of memory.stat in this version; "" where that does not count it. */
const char *resource_stat_key(enum memory_stat stat, enum resource_state version);

/* Whether a CPU is in the set; numbers beyond it are not. */
bool resource_cpus_has(const struct resource_cpus *set, unsigned cpu);

/* How many are in it. */
unsigned resource_cpus_count(const struct resource_cpus *set);

/*
 * How many CPUs the container is shown: all of the machine's that are online if r->files has not RESOURCE_CPUS, else of
 * its set or, if that is not known, of those online, as many as resource_cpu_count() says. At least 1.
 */
unsigned resource_cpus_shown(const struct resources *r);

/*
 * How many CPUs the container is shown, of n_online in its set: all, or as count says, of the quota rounded up or of the
 * shares by 1024; at least 1, never more than the set has.
 */
unsigned resource_cpu_count(const struct resource_cpu *cpu, unsigned n_set);

/*
 * A load average as loadavg shows it, rounded to hundredths (fs/proc/loadavg.c, loadavg_proc_show(): get_avenrun() with
 * FIXED_1 / 200, then LOAD_INT() and LOAD_FRAC()).
 */
void resource_load_show(uint64_t average, uint64_t *ret_whole, unsigned *ret_hundredths);
