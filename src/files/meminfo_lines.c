/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The lines of meminfo with their rules: all that Linux 6.18 prints on x86 (tests/unit/test_meminfo.c looks), and those
 * of other kernels and architectures that we know of (fs/proc/meminfo.c, meminfo_proc_show(); mm/hugetlb.c,
 * hugetlb_report_meminfo(); arch_report_meminfo()).
 */

#include "meminfo.h"

#define NAME(LITERAL)                        \
	{                                    \
		LITERAL, sizeof(LITERAL) - 1 \
	}
/* What the line is made of; then the files of the groups that say it, of version 2 and 1, then lines of memory.stat. */
#define FIGURED(LITERAL, SAYS, V2, V1)                                           \
	{                                                                        \
		.name = NAME(LITERAL), .rule = MEMINFO_FIGURED, .says = (SAYS),  \
		.files = { (V2), (V1) }, .counts = { MEMORY_STAT_N }, .width = 8 \
	}
#define FIGURED_OF(LITERAL, SAYS, V2, V1, ...)                                                \
	{                                                                                     \
		.name = NAME(LITERAL), .rule = MEMINFO_FIGURED, .says = (SAYS),               \
		.files = { (V2), (V1) }, .counts = { __VA_ARGS__, MEMORY_STAT_N }, .width = 8 \
	}
#define MACHINE(LITERAL)                                                                     \
	{                                                                                    \
		.name = NAME(LITERAL), .rule = MEMINFO_MACHINE, .counts = { MEMORY_STAT_N }, \
		.width = 8                                                                   \
	}
#define NOTHING(LITERAL)                                                                     \
	{                                                                                    \
		.name = NAME(LITERAL), .rule = MEMINFO_NOTHING, .counts = { MEMORY_STAT_N }, \
		.width = 8                                                                   \
	}
#define LIST(LITERAL, STAT)                                                  \
	{                                                                    \
		.name = NAME(LITERAL), .rule = MEMINFO_LIST, .stat = (STAT), \
		.counts = { (STAT), MEMORY_STAT_N }, .width = 8              \
	}
#define COUNTED(LITERAL, STAT, WITHIN)                                              \
	{                                                                           \
		.name = NAME(LITERAL), .rule = MEMINFO_COUNTED, .stat = (STAT),     \
		.counts = { (STAT), MEMORY_STAT_N }, .within = (WITHIN), .width = 8 \
	}
#define BOUND(LITERAL, WITHIN)                                                    \
	{                                                                         \
		.name = NAME(LITERAL), .rule = MEMINFO_BOUND, .within = (WITHIN), \
		.counts = { MEMORY_STAT_N }, .width = 8                           \
	}
/* "%5lu" */
#define NARROW(LITERAL, RULE, SAYS, V2, V1)                                                     \
	{                                                                                       \
		.name = NAME(LITERAL), .rule = (RULE), .says = (SAYS), .files = { (V2), (V1) }, \
		.counts = { MEMORY_STAT_N }, .width = 5                                         \
	}

/* Files that several lines come from. */
#define LEFT_V2 "memory.max, memory.current"
#define LEFT_V1 "memory.limit_in_bytes, memory.usage_in_bytes"

#define NO_HUGE "; the machine's if no group counts pages of that size"

/* clang-format off */
const struct meminfo_row meminfo_rows[LINE_N] = {
	[LINE_IN_USE] = { .rule = MEMINFO_FIGURED, .counts = { MEMORY_STAT_N } },
	[LINE_MEM_TOTAL] = FIGURED("MemTotal",
		"limit, at most the machine's", "memory.max", "memory.limit_in_bytes"),
	[LINE_MEM_FREE] = FIGURED("MemFree",
		"left, at most the machine's and MemAvailable", LEFT_V2, LEFT_V1),
	[LINE_MEM_AVAILABLE] = FIGURED_OF("MemAvailable",
		"left + what of the group's own can be taken back, at most the "
		"machine's and MemTotal", LEFT_V2, LEFT_V1, MEMORY_ACTIVE_FILE,
		MEMORY_INACTIVE_FILE, MEMORY_SLAB_RECLAIMABLE),
	[LINE_BUFFERS] = FIGURED_OF("Buffers",
		"cache of block devices, which groups count as that of files: what is "
		"more than the machine's Cached", NULL, NULL, MEMORY_FILE),
	[LINE_CACHED] = FIGURED_OF("Cached",
		"file cache, tmpfs and shared memory included, at most the machine's", NULL, NULL,
		MEMORY_FILE),
	[LINE_SWAP_CACHED] = FIGURED_OF("SwapCached",
		"counted, at most what is used of swap", NULL, NULL, MEMORY_SWAPCACHED),
	[LINE_ACTIVE] = FIGURED("Active", "Active(anon) + Active(file)", NULL, NULL),
	[LINE_INACTIVE] = FIGURED("Inactive", "Inactive(anon) + Inactive(file)", NULL, NULL),
	[LINE_ACTIVE_ANON] = LIST("Active(anon)", MEMORY_ACTIVE_ANON),
	[LINE_INACTIVE_ANON] = LIST("Inactive(anon)", MEMORY_INACTIVE_ANON),
	[LINE_ACTIVE_FILE] = LIST("Active(file)", MEMORY_ACTIVE_FILE),
	[LINE_INACTIVE_FILE] = LIST("Inactive(file)", MEMORY_INACTIVE_FILE),
	[LINE_UNEVICTABLE] = LIST("Unevictable", MEMORY_UNEVICTABLE),
	[LINE_MLOCKED] = BOUND("Mlocked", LINE_UNEVICTABLE),
	[LINE_HIGH_TOTAL] = FIGURED("HighTotal",
		"MemTotal less LowTotal, at most the machine's", NULL, NULL),
	[LINE_HIGH_FREE] = FIGURED("HighFree",
		"MemFree less LowFree, at most the machine's and HighTotal", NULL, NULL),
	[LINE_LOW_TOTAL] = FIGURED("LowTotal", "MemTotal, at most the machine's", NULL, NULL),
	[LINE_LOW_FREE] = FIGURED("LowFree",
		"MemFree, at most the machine's and LowTotal", NULL, NULL),
	[LINE_MMAP_COPY] = NOTHING("MmapCopy"),
	[LINE_SWAP_TOTAL] = FIGURED("SwapTotal",
		"limit of swap, at most the machine's; the machine's where swap is not counted",
		"memory.swap.max", "memory.memsw.limit_in_bytes less memory.limit_in_bytes"),
	[LINE_SWAP_FREE] = FIGURED("SwapFree",
		"least of the machine's, what is left of swap, and SwapTotal less "
		"what the group has swapped", "memory.swap.max, memory.swap.current",
		"total_swap in memory.stat, memory.memsw.limit_in_bytes, memory.memsw.usage_in_bytes"),
	[LINE_ZSWAP] = COUNTED("Zswap", MEMORY_ZSWAP, LINE_IN_USE),
	[LINE_ZSWAPPED] = FIGURED_OF("Zswapped",
		"counted, at most what is used of swap", NULL, NULL, MEMORY_ZSWAPPED),
	[LINE_DIRTY] = COUNTED("Dirty", MEMORY_FILE_DIRTY, LINE_IN_USE),
	[LINE_WRITEBACK] = COUNTED("Writeback", MEMORY_FILE_WRITEBACK, LINE_IN_USE),
	[LINE_ANON_PAGES] = COUNTED("AnonPages", MEMORY_ANON, LINE_IN_USE),
	[LINE_MAPPED] = COUNTED("Mapped", MEMORY_FILE_MAPPED, LINE_IN_USE),
	[LINE_SHMEM] = COUNTED("Shmem", MEMORY_SHMEM, LINE_CACHED),
	[LINE_KRECLAIMABLE] = BOUND("KReclaimable", LINE_SRECLAIMABLE),
	[LINE_SLAB] = FIGURED("Slab", "SReclaimable + SUnreclaim", NULL, NULL),
	[LINE_SRECLAIMABLE] = FIGURED_OF("SReclaimable",
		"counted", NULL, NULL, MEMORY_SLAB_RECLAIMABLE),
	[LINE_SUNRECLAIM] = FIGURED_OF("SUnreclaim",
		"counted", NULL, NULL, MEMORY_SLAB_UNRECLAIMABLE),
	[LINE_KERNEL_STACK] = COUNTED("KernelStack", MEMORY_KERNEL_STACK, LINE_IN_USE),
	[LINE_SHADOW_CALL_STACK] = NOTHING("ShadowCallStack"),
	[LINE_PAGE_TABLES] = COUNTED("PageTables", MEMORY_PAGETABLES, LINE_IN_USE),
	[LINE_SEC_PAGE_TABLES] = COUNTED("SecPageTables", MEMORY_SEC_PAGETABLES, LINE_IN_USE),
	[LINE_QUICKLISTS] = NOTHING("Quicklists"),
	[LINE_NFS_UNSTABLE] = NOTHING("NFS_Unstable"),
	[LINE_BOUNCE] = NOTHING("Bounce"),
	[LINE_WRITEBACK_TMP] = NOTHING("WritebackTmp"),
	[LINE_COMMIT_LIMIT] = FIGURED("CommitLimit",
		"the share of MemTotal that it is on the machine without swap, + SwapTotal", NULL,
		NULL),
	[LINE_COMMITTED_AS] = FIGURED("Committed_AS",
		"AnonPages + Shmem + what the group has swapped, at most the "
		"machine's: what is committed and not touched, nobody counts", NULL, NULL),
	[LINE_VMALLOC_TOTAL] = MACHINE("VmallocTotal"),
	[LINE_VMALLOC_USED] = NOTHING("VmallocUsed"),
	[LINE_VMALLOC_CHUNK] = NOTHING("VmallocChunk"),
	[LINE_PERCPU] = COUNTED("Percpu", MEMORY_PERCPU, LINE_IN_USE),
	[LINE_EARLY_MEMTEST_BAD] = NARROW("EarlyMemtestBad", MEMINFO_NOTHING, NULL, NULL, NULL),
	[LINE_HARDWARE_CORRUPTED] = NARROW("HardwareCorrupted", MEMINFO_NOTHING, NULL, NULL, NULL),
	[LINE_ANON_HUGE] = COUNTED("AnonHugePages", MEMORY_ANON_THP, LINE_ANON_PAGES),
	[LINE_SHMEM_HUGE] = COUNTED("ShmemHugePages", MEMORY_SHMEM_THP, LINE_SHMEM),
	[LINE_SHMEM_PMD] = NOTHING("ShmemPmdMapped"),
	[LINE_FILE_HUGE] = COUNTED("FileHugePages", MEMORY_FILE_THP, LINE_CACHED),
	[LINE_FILE_PMD] = NOTHING("FilePmdMapped"),
	[LINE_CMA_TOTAL] = NOTHING("CmaTotal"),
	[LINE_CMA_FREE] = NOTHING("CmaFree"),
	[LINE_UNACCEPTED] = NOTHING("Unaccepted"),
	[LINE_BALLOON] = NOTHING("Balloon"),
	[LINE_GPU_ACTIVE] = NOTHING("GPUActive"),
	[LINE_GPU_RECLAIM] = NOTHING("GPUReclaim"),
	[LINE_HUGE_TOTAL] = NARROW("HugePages_Total", MEMINFO_FIGURED,
		"limit / Hugepagesize, at most the machine's" NO_HUGE, "hugetlb.SIZE.max",
		"hugetlb.SIZE.limit_in_bytes"),
	[LINE_HUGE_FREE] = NARROW("HugePages_Free", MEMINFO_FIGURED,
		"least of left / Hugepagesize, the machine's less its HugePages_Rsvd, "
		"and HugePages_Total" NO_HUGE, "hugetlb.SIZE.max, hugetlb.SIZE.current",
		"hugetlb.SIZE.limit_in_bytes, hugetlb.SIZE.usage_in_bytes"),
	[LINE_HUGE_RSVD] = NARROW("HugePages_Rsvd", MEMINFO_FIGURED,
		"0: not counted; what others have reserved is not in HugePages_Free" NO_HUGE, NULL,
		NULL),
	[LINE_HUGE_SURP] = NARROW("HugePages_Surp", MEMINFO_FIGURED,
		"0: not counted" NO_HUGE, NULL, NULL),
	[LINE_HUGE_SIZE] = MACHINE("Hugepagesize"),
	[LINE_HUGETLB] = FIGURED("Hugetlb",
		"HugePages_Total x Hugepagesize, and of the other sizes what the "
		"machine has, at most their limits" NO_HUGE, "hugetlb.SIZE.max",
		"hugetlb.SIZE.limit_in_bytes"),
	[LINE_DIRECT_4K] = NOTHING("DirectMap4k"),
	[LINE_DIRECT_64K] = NOTHING("DirectMap64k"),
	[LINE_DIRECT_1M] = NOTHING("DirectMap1M"),
	[LINE_DIRECT_2M] = NOTHING("DirectMap2M"),
	[LINE_DIRECT_4M] = NOTHING("DirectMap4M"),
	[LINE_DIRECT_1G] = NOTHING("DirectMap1G"),
	[LINE_DIRECT_2G] = NOTHING("DirectMap2G"),
};
/* clang-format on */

enum meminfo_line meminfo_find(struct text name, enum meminfo_line last)
{
	unsigned i, line;

	if (name.n == 0)
		return LINE_IN_USE;
	for (i = 1; i <= LINE_N; i++) {
		line = ((unsigned)last + i) % LINE_N;
		if (text_equal(meminfo_rows[line].name, name))
			return (enum meminfo_line)line;
	}
	return LINE_IN_USE;
}
