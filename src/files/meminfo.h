/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The lines of meminfo and what a container is shown for each (docs/resources.md, "Memory"). vmstat and swaps
 * take their numbers from here, so that they agree.
 */

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "resources.h"
#include "text.h"

/* In the order in which kernels print them. */
enum meminfo_line {
	LINE_IN_USE = 0, /* none of the file: MemTotal less MemFree, which no part of it exceeds */
	LINE_MEM_TOTAL,
	LINE_MEM_FREE,
	LINE_MEM_AVAILABLE,
	LINE_BUFFERS,
	LINE_CACHED,
	LINE_SWAP_CACHED,
	LINE_ACTIVE,
	LINE_INACTIVE,
	LINE_ACTIVE_ANON,
	LINE_INACTIVE_ANON,
	LINE_ACTIVE_FILE,
	LINE_INACTIVE_FILE,
	LINE_UNEVICTABLE,
	LINE_MLOCKED,
	LINE_HIGH_TOTAL,
	LINE_HIGH_FREE,
	LINE_LOW_TOTAL,
	LINE_LOW_FREE,
	LINE_MMAP_COPY,
	LINE_SWAP_TOTAL,
	LINE_SWAP_FREE,
	LINE_ZSWAP,
	LINE_ZSWAPPED,
	LINE_DIRTY,
	LINE_WRITEBACK,
	LINE_ANON_PAGES,
	LINE_MAPPED,
	LINE_SHMEM,
	LINE_KRECLAIMABLE,
	LINE_SLAB,
	LINE_SRECLAIMABLE,
	LINE_SUNRECLAIM,
	LINE_KERNEL_STACK,
	LINE_SHADOW_CALL_STACK,
	LINE_PAGE_TABLES,
	LINE_SEC_PAGE_TABLES,
	LINE_QUICKLISTS,
	LINE_NFS_UNSTABLE,
	LINE_BOUNCE,
	LINE_WRITEBACK_TMP,
	LINE_COMMIT_LIMIT,
	LINE_COMMITTED_AS,
	LINE_VMALLOC_TOTAL,
	LINE_VMALLOC_USED,
	LINE_VMALLOC_CHUNK,
	LINE_PERCPU,
	LINE_EARLY_MEMTEST_BAD,
	LINE_HARDWARE_CORRUPTED,
	LINE_ANON_HUGE,
	LINE_SHMEM_HUGE,
	LINE_SHMEM_PMD,
	LINE_FILE_HUGE,
	LINE_FILE_PMD,
	LINE_CMA_TOTAL,
	LINE_CMA_FREE,
	LINE_UNACCEPTED,
	LINE_BALLOON,
	LINE_GPU_ACTIVE,
	LINE_GPU_RECLAIM,
	LINE_HUGE_TOTAL,
	LINE_HUGE_FREE,
	LINE_HUGE_RSVD,
	LINE_HUGE_SURP,
	LINE_HUGE_SIZE,
	LINE_HUGETLB,
	LINE_DIRECT_4K,
	LINE_DIRECT_64K,
	LINE_DIRECT_1M,
	LINE_DIRECT_2M,
	LINE_DIRECT_4M,
	LINE_DIRECT_1G,
	LINE_DIRECT_2G,
	LINE_N,
};

enum meminfo_rule {
	MEMINFO_FIGURED = 0, /* by a function of its own in meminfo_rules.c */
	MEMINFO_MACHINE,     /* as it is: no amount of memory that anybody has */
	MEMINFO_NOTHING,     /* 0: groups do not count it, or it is the machine's alone */
	MEMINFO_COUNTED,     /* stat, at most the machine's and `within` */
	MEMINFO_LIST,	     /* the same, and all lists together at most what is in use */
	MEMINFO_BOUND,	     /* not counted, but no more than `within`, nor than the machine's */
};

struct meminfo_row {
	struct text name;
	enum meminfo_rule rule;
	enum memory_stat stat;
	enum meminfo_line within; /* the line it is a part of, which is figured before */
	unsigned width;		  /* of the number in show_val_kb() or its like */
	/* For `explain` and docs/resources.md, which a test compares with these. */
	const char *says;	    /* what the line is made of; NULL: the rule says all */
	const char *files[2];	    /* of version 2 and 1; NULL: none */
	enum memory_stat counts[4]; /* lines of memory.stat, ended by MEMORY_STAT_N */
};

/* By enum meminfo_line; the first has no name. */
extern const struct meminfo_row meminfo_rows[LINE_N];

/* In KiB but for HugePages_*, which are pages. */
struct meminfo {
	uint64_t machine[LINE_N]; /* RESOURCE_NONE: not in the text */
	uint64_t shown[LINE_N];
};

/* Fills shown from machine and what the groups say. Any numbers give results that do not wrap. */
void meminfo_narrow(const struct resource_memory *memory, struct meminfo *m);

/* The container's swap, of the machine's: SwapTotal and SwapFree. All in KiB; free is never more than total. */
void meminfo_swap(const struct resource_memory *memory, const uint64_t machine[2],
		  uint64_t *ret_total, uint64_t *ret_free);

/*
 * The row of that name, LINE_IN_USE if there is none. Lines come in the order of the rows, nearly: the search
 * begins behind `last`.
 */
enum meminfo_line meminfo_find(struct text name, enum meminfo_line last);

/* Appends the rule of a line in words. Returns 0 or -ENOMEM. */
int meminfo_say_rule(enum meminfo_line line, struct buf *out);

/*
 * Appends which files of the version in memory->state say it, nothing if there are none; "0" if this version does not count
 * it. memory->n_groups, if it is more than one, is how many groups the files are of; memory.stat is always of one. Returns 0
 * or -ENOMEM.
 */
int meminfo_say_files(enum meminfo_line line, const struct resource_memory *memory,
		      struct buf *out);
