/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriter of meminfo: swap, huge pages, the forms of lines. Each number is worked out by hand. */

#include <check.h>
#include <errno.h>

#include "narrow_check.h"
#include "unit.h"

#define NO RESOURCE_NONE

static const struct narrow_case cases[] = {
	{ "more swap used than the limit that was lowered",
	  MEM("16777216", " 8388608", "12582912") "SwapCached:        10240 kB\n"
						  "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n",
	  { FREE_MEMORY, SWAP_LIMIT(MIB(50), 0), .swap_usage_bytes = MIB(70) },
	  0,
	  MEM("16777216", " 8388608", "12582912") "SwapCached:            0 kB\n"
						  "SwapTotal:         51200 kB\n"
						  "SwapFree:              0 kB\n" },
	/* 300 MiB are left of memory and swap together, but none of the 256 that may be swap. */
	{ "version 1: memory is left, swap is not",
	  MEM("16777216", " 8388608", "12582912") "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n",
	  { FREE_MEMORY, SWAP_LIMIT(MIB(256), MIB(300)), .swap_usage_bytes = MIB(260) },
	  0,
	  MEM("16777216", " 8388608", "12582912") "SwapTotal:        262144 kB\n"
						  "SwapFree:              0 kB\n" },
	{ "no swap for the group: nothing of it is in the swap cache, or compressed",
	  MEM("16777216", " 8388608", "12582912") "SwapCached:        10240 kB\n"
						  "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n"
						  "Zswapped:         153600 kB\n",
	  { FREE_MEMORY, SWAP_LIMIT(0, 0),
	    .stat = { [MEMORY_SWAPCACHED] = MIB(3), [MEMORY_ZSWAPPED] = MIB(3) } },
	  0,
	  MEM("16777216", " 8388608", "12582912") "SwapCached:            0 kB\n"
						  "SwapTotal:             0 kB\n"
						  "SwapFree:              0 kB\n"
						  "Zswapped:              0 kB\n" },
	{ "no swap on the machine",
	  MEM("16777216", " 8388608", "12582912") "SwapTotal:             0 kB\n"
						  "SwapFree:              0 kB\n",
	  {
		  FREE_MEMORY,
		  SWAP_LIMIT(MIB(512), MIB(512)),
	  },
	  0,
	  MEM("16777216", " 8388608", "12582912") "SwapTotal:             0 kB\n"
						  "SwapFree:              0 kB\n" },
	{ "swap is not counted: nothing limits it",
	  MEM("16777216", " 8388608", "12582912") "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n",
	  { .state = RESOURCE_V1, .limit_bytes = MIB(256), .headroom_bytes = MIB(200) },
	  0,
	  MEM("  262144", "  204800", "  204800") "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n" },

	{ "huge pages of a size without a group: as they are",
	  MEM("16777216", " 8388608", "12582912") "HugePages_Total:     100\n"
						  "HugePages_Free:       80\n"
						  "HugePages_Rsvd:       10\n"
						  "Hugepagesize:       2048 kB\n"
						  "Hugetlb:          204800 kB\n",
	  { FREE_GROUP, .huge = { { 64, 0, 0, 0 } }, .n_huge = 1 },
	  0,
	  MEM("16777216", " 8388608", "12582912") "HugePages_Total:     100\n"
						  "HugePages_Free:       80\n"
						  "HugePages_Rsvd:       10\n"
						  "Hugepagesize:       2048 kB\n"
						  "Hugetlb:          204800 kB\n" },
	/* One page of 1 GiB may be had of the machine's one: 100 * 2048 + 1048576. */
	{ "huge pages without a limit",
	  MEM("16777216", " 8388608", "12582912") "HugePages_Total:     100\n"
						  "HugePages_Free:       80\n"
						  "HugePages_Rsvd:       90\n"
						  "Hugepagesize:       2048 kB\n"
						  "Hugetlb:         1253376 kB\n",
	  { FREE_GROUP, .huge = { { 1048576, NO, NO, 0 }, { 2048, NO, NO, 0 } }, .n_huge = 2 },
	  0,
	  MEM("16777216", " 8388608", "12582912") "HugePages_Total:     100\n"
						  "HugePages_Free:        0\n"
						  "HugePages_Rsvd:        0\n"
						  "Hugepagesize:       2048 kB\n"
						  "Hugetlb:         1253376 kB\n" },

	/* 1 GiB of the machine's 3: 896 MiB of low memory, of which 50 MiB are free, and 128 MiB of high. */
	{ "low and high memory",
	  MEM(" 3145728", " 1048576", " 2097152") "HighTotal:       2228224 kB\n"
						  "HighFree:         997376 kB\n"
						  "LowTotal:         917504 kB\n"
						  "LowFree:           51200 kB\n",
	  {
		  MEM_LIMIT(MIB(1024), MIB(512)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  MEM(" 1048576", "  524288", "  524288") "HighTotal:        131072 kB\n"
						  "HighFree:         131072 kB\n"
						  "LowTotal:         917504 kB\n"
						  "LowFree:           51200 kB\n" },
	{ "lines of other kernels that are 0",
	  MEM("16777216", " 8388608", "12582912") "MmapCopy:              7 kB\n"
						  "ShadowCallStack:       7 kB\n"
						  "Quicklists:            7 kB\n"
						  "EarlyMemtestBad:       7 kB\n"
						  "GPUActive:             7 kB\n"
						  "GPUReclaim:            7 kB\n"
						  "DirectMap64k:          7 kB\n"
						  "DirectMap1M:           7 kB\n"
						  "DirectMap4M:           7 kB\n"
						  "DirectMap2G:           7 kB\n",
	  { FREE_GROUP },
	  0,
	  MEM("16777216", " 8388608", "12582912") "MmapCopy:              0 kB\n"
						  "ShadowCallStack:       0 kB\n"
						  "Quicklists:            0 kB\n"
						  "EarlyMemtestBad:       0 kB\n"
						  "GPUActive:             0 kB\n"
						  "GPUReclaim:            0 kB\n"
						  "DirectMap64k:          0 kB\n"
						  "DirectMap1M:           0 kB\n"
						  "DirectMap4M:           0 kB\n"
						  "DirectMap2G:           0 kB\n" },
	{ "no MemAvailable (before Linux 3.14)",
	  "MemTotal:       16777216 kB\nMemFree:         8388608 kB\n",
	  {
		  MEM_LIMIT(MIB(256), MIB(200)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  "MemTotal:         262144 kB\nMemFree:          204800 kB\n" },
	{ "numbers wider than their column become narrower",
	  "MemTotal:       1234567890 kB\nMemFree:        123456789 kB\n"
	  "HardwareCorrupted: 1234567 kB\nHugePages_Total:   1234567\n",
	  {
		  MEM_LIMIT(MIB(256), MIB(200)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  "MemTotal:         262144 kB\nMemFree:          204800 kB\n"
	  "HardwareCorrupted:     0 kB\nHugePages_Total:   1234567\n" },
	{ "lines that nobody knows are left out, whatever they are",
	  "Novel:               7 kB\nMemTotal:       16777216 kB\nCachedX:           7 kB\n\n"
	  "MemFree:         8388608 kB\nactive:   x\nno colon\n: 5 kB\n",
	  { FREE_GROUP },
	  0,
	  "MemTotal:       16777216 kB\nMemFree:         8388608 kB\n" },

	{ "empty", "", { FREE_GROUP }, -EIO, NULL },
	{ "no MemTotal", "MemFree:         8388608 kB\n", { FREE_GROUP }, -EIO, NULL },
	{ "no MemFree", "MemTotal:         8388608 kB\n", { FREE_GROUP }, -EIO, NULL },
	{ "cut off in a number",
	  MEM("16777216", " 8388608", "1") "Cached:     40",
	  { FREE_GROUP },
	  -EIO,
	  NULL },
	{ "cut off before its end",
	  MEM("16777216", " 8388608", "1") "Cached:   40 kB",
	  { FREE_GROUP },
	  -EIO,
	  NULL },
	{ "cut off in what nobody knows",
	  MEM("16777216", " 8388608", "1") "Nov",
	  { FREE_GROUP },
	  -EIO,
	  NULL },
	{ "no number", MEM("16777216", " 8388608", "x"), { FREE_GROUP }, -EIO, NULL },
	{ "nothing", MEM("16777216", " 8388608", "1") "Cached:\n", { FREE_GROUP }, -EIO, NULL },
	{ "no colon", MEM("16777216", " 8388608", "1") "Cached\n", { FREE_GROUP }, -EIO, NULL },
	{ "negative", MEM("16777216", " 8388608", "-1"), { FREE_GROUP }, -EIO, NULL },
	{ "more than fits",
	  MEM("16777216", " 8388608", "18446744073709551616"),
	  { FREE_GROUP },
	  -EIO,
	  NULL },
	{ "another unit",
	  "MemTotal:       16777216 MB\nMemFree:  1 kB\n",
	  { FREE_GROUP },
	  -EIO,
	  NULL },
	{ "something behind",
	  "MemTotal:       16777216 kB 7\nMemFree:  1 kB\n",
	  { FREE_GROUP },
	  -EIO,
	  NULL },
};

START_TEST(test_case)
{
	check_narrow(narrow_meminfo, &cases[_i]);
}
END_TEST

UNIT_LOOP_MAIN("meminfo_lines", test_case, N_OF(cases))
