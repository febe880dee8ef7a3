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
#define FIGURED(LITERAL)                                                   \
	{                                                                  \
		.name = NAME(LITERAL), .rule = MEMINFO_FIGURED, .width = 8 \
	}
#define MACHINE(LITERAL)                                                   \
	{                                                                  \
		.name = NAME(LITERAL), .rule = MEMINFO_MACHINE, .width = 8 \
	}
#define NOTHING(LITERAL)                                                   \
	{                                                                  \
		.name = NAME(LITERAL), .rule = MEMINFO_NOTHING, .width = 8 \
	}
#define LIST(LITERAL, STAT)                                                             \
	{                                                                               \
		.name = NAME(LITERAL), .rule = MEMINFO_LIST, .stat = (STAT), .width = 8 \
	}
#define COUNTED(LITERAL, STAT, WITHIN)                                          \
	{                                                                       \
		.name = NAME(LITERAL), .rule = MEMINFO_COUNTED, .stat = (STAT), \
		.within = (WITHIN), .width = 8                                  \
	}
#define BOUND(LITERAL, WITHIN)                                                               \
	{                                                                                    \
		.name = NAME(LITERAL), .rule = MEMINFO_BOUND, .within = (WITHIN), .width = 8 \
	}
/* "%5lu" */
#define NARROW(LITERAL, RULE)                                     \
	{                                                         \
		.name = NAME(LITERAL), .rule = (RULE), .width = 5 \
	}

/* clang-format off */
const struct meminfo_row meminfo_rows[LINE_N] = {
	[LINE_IN_USE] = { .rule = MEMINFO_FIGURED },
	[LINE_MEM_TOTAL] = FIGURED("MemTotal"),
	[LINE_MEM_FREE] = FIGURED("MemFree"),
	[LINE_MEM_AVAILABLE] = FIGURED("MemAvailable"),
	[LINE_BUFFERS] = FIGURED("Buffers"),
	[LINE_CACHED] = FIGURED("Cached"),
	[LINE_SWAP_CACHED] = FIGURED("SwapCached"),
	[LINE_ACTIVE] = FIGURED("Active"),
	[LINE_INACTIVE] = FIGURED("Inactive"),
	[LINE_ACTIVE_ANON] = LIST("Active(anon)", MEMORY_ACTIVE_ANON),
	[LINE_INACTIVE_ANON] = LIST("Inactive(anon)", MEMORY_INACTIVE_ANON),
	[LINE_ACTIVE_FILE] = LIST("Active(file)", MEMORY_ACTIVE_FILE),
	[LINE_INACTIVE_FILE] = LIST("Inactive(file)", MEMORY_INACTIVE_FILE),
	[LINE_UNEVICTABLE] = LIST("Unevictable", MEMORY_UNEVICTABLE),
	[LINE_MLOCKED] = BOUND("Mlocked", LINE_UNEVICTABLE),
	[LINE_HIGH_TOTAL] = FIGURED("HighTotal"),
	[LINE_HIGH_FREE] = FIGURED("HighFree"),
	[LINE_LOW_TOTAL] = FIGURED("LowTotal"),
	[LINE_LOW_FREE] = FIGURED("LowFree"),
	[LINE_MMAP_COPY] = NOTHING("MmapCopy"),
	[LINE_SWAP_TOTAL] = FIGURED("SwapTotal"),
	[LINE_SWAP_FREE] = FIGURED("SwapFree"),
	[LINE_ZSWAP] = COUNTED("Zswap", MEMORY_ZSWAP, LINE_IN_USE),
	[LINE_ZSWAPPED] = FIGURED("Zswapped"),
	[LINE_DIRTY] = COUNTED("Dirty", MEMORY_FILE_DIRTY, LINE_IN_USE),
	[LINE_WRITEBACK] = COUNTED("Writeback", MEMORY_FILE_WRITEBACK, LINE_IN_USE),
	[LINE_ANON_PAGES] = COUNTED("AnonPages", MEMORY_ANON, LINE_IN_USE),
	[LINE_MAPPED] = COUNTED("Mapped", MEMORY_FILE_MAPPED, LINE_IN_USE),
	[LINE_SHMEM] = COUNTED("Shmem", MEMORY_SHMEM, LINE_CACHED),
	[LINE_KRECLAIMABLE] = BOUND("KReclaimable", LINE_SRECLAIMABLE),
	[LINE_SLAB] = FIGURED("Slab"),
	[LINE_SRECLAIMABLE] = FIGURED("SReclaimable"),
	[LINE_SUNRECLAIM] = FIGURED("SUnreclaim"),
	[LINE_KERNEL_STACK] = COUNTED("KernelStack", MEMORY_KERNEL_STACK, LINE_IN_USE),
	[LINE_SHADOW_CALL_STACK] = NOTHING("ShadowCallStack"),
	[LINE_PAGE_TABLES] = COUNTED("PageTables", MEMORY_PAGETABLES, LINE_IN_USE),
	[LINE_SEC_PAGE_TABLES] = COUNTED("SecPageTables", MEMORY_SEC_PAGETABLES, LINE_IN_USE),
	[LINE_QUICKLISTS] = NOTHING("Quicklists"),
	[LINE_NFS_UNSTABLE] = NOTHING("NFS_Unstable"),
	[LINE_BOUNCE] = NOTHING("Bounce"),
	[LINE_WRITEBACK_TMP] = NOTHING("WritebackTmp"),
	[LINE_COMMIT_LIMIT] = FIGURED("CommitLimit"),
	[LINE_COMMITTED_AS] = FIGURED("Committed_AS"),
	[LINE_VMALLOC_TOTAL] = MACHINE("VmallocTotal"),
	[LINE_VMALLOC_USED] = NOTHING("VmallocUsed"),
	[LINE_VMALLOC_CHUNK] = NOTHING("VmallocChunk"),
	[LINE_PERCPU] = COUNTED("Percpu", MEMORY_PERCPU, LINE_IN_USE),
	[LINE_EARLY_MEMTEST_BAD] = NARROW("EarlyMemtestBad", MEMINFO_NOTHING),
	[LINE_HARDWARE_CORRUPTED] = NARROW("HardwareCorrupted", MEMINFO_NOTHING),
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
	[LINE_HUGE_TOTAL] = NARROW("HugePages_Total", MEMINFO_FIGURED),
	[LINE_HUGE_FREE] = NARROW("HugePages_Free", MEMINFO_FIGURED),
	[LINE_HUGE_RSVD] = NARROW("HugePages_Rsvd", MEMINFO_FIGURED),
	[LINE_HUGE_SURP] = NARROW("HugePages_Surp", MEMINFO_FIGURED),
	[LINE_HUGE_SIZE] = MACHINE("Hugepagesize"),
	[LINE_HUGETLB] = FIGURED("Hugetlb"),
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
