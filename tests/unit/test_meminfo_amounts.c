/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriter of meminfo: limits, and what is used of them. Each number is worked out by hand. */

#include <check.h>
#include <errno.h>

#include "narrow_check.h"
#include "unit.h"

#define NO RESOURCE_NONE

static const struct narrow_case cases[] = {
	{ "nothing limits: the group's parts of the machine's memory",
	  MEM("16777216", " 8388608", "12582912") "Cached:          4096000 kB\n"
						  "SwapTotal:       4194304 kB\n"
						  "SwapFree:        3145728 kB\n",
	  /* SwapFree: 4194304 - 2097152, which is less than the machine has left */
	  { FREE_GROUP, .swap_usage_bytes = MIB(2048),
	    .stat = { [MEMORY_FILE] = MIB(10), [MEMORY_ACTIVE_FILE] = MIB(5) } },
	  0,
	  MEM("16777216", " 8388608", "12582912") "Cached:            10240 kB\n"
						  "SwapTotal:       4194304 kB\n"
						  "SwapFree:        2097152 kB\n" },
	{ "the number that version 1 prints for no limit (PAGE_COUNTER_MAX)",
	  MEM("16777216", " 8388608", "12582912"),
	  {
		  MEM_LIMIT(9223372036854771712U, 9223372036854771712U),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  MEM("16777216", " 8388608", "12582912") },
	{ "limit 0",
	  MEM("16777216", " 8388608", "12582912") "Cached:          4096000 kB\n"
						  "Active:          2560000 kB\n"
						  "Active(anon):    1024000 kB\n"
						  "CommitLimit:     8388608 kB\n",
	  { MEM_LIMIT(0, 0), NO_SWAP_LIMIT,
	    .stat = { [MEMORY_FILE] = MIB(10), [MEMORY_ACTIVE_ANON] = MIB(1) } },
	  0,
	  MEM("       0", "       0", "       0") "Cached:                0 kB\n"
						  "Active:                0 kB\n"
						  "Active(anon):          0 kB\n"
						  "CommitLimit:           0 kB\n" },
	/* 16 PiB, of which 8 may be committed; the group has a sixteenth. */
	{ "numbers whose product does not fit",
	  MEM("17592186044416", " 8388608", "12582912") "CommitLimit:    8796093022208 kB\n",
	  { MEM_LIMIT(MIB(1048576) * 1024, RESOURCE_NONE), NO_SWAP_LIMIT },
	  0,
	  MEM("1099511627776", " 8388608", "12582912") "CommitLimit:    549755813888 kB\n" },
	{ "limit above the machine's memory",
	  MEM("16777216", " 8388608", "12582912"),
	  {
		  MEM_LIMIT(MIB(1 << 20), MIB(1 << 19)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  MEM("16777216", " 8388608", "12582912") },
	{ "the parent is shared: of its 256 MiB a sibling has 213",
	  MEM("16777216", " 8388608", "12582912"),
	  {
		  MEM_LIMIT(MIB(256), MIB(43)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  MEM("  262144", "   44032", "   44032") },
	{ "the machine has less left than the group may have",
	  MEM("16777216", "  102400", "  483328"),
	  {
		  MEM_LIMIT(MIB(2048), MIB(1968)),
		  NO_SWAP_LIMIT,
	  },
	  0,
	  MEM(" 2097152", "  102400", "  483328") },
	{ "more free than available, by the machine's watermarks",
	  MEM("   65536", "   32768", "   20480"),
	  { FREE_GROUP },
	  0,
	  MEM("   65536", "   20480", "   20480") },
	{ "used more than the limit, which was lowered: 1 MiB of cache can be taken back",
	  MEM("16777216", " 8388608", "12582912"),
	  { MEM_LIMIT(MIB(64), 0), NO_SWAP_LIMIT, .usage_bytes = MIB(80),
	    .stat = { [MEMORY_INACTIVE_FILE] = MIB(1) } },
	  0,
	  MEM("   65536", "       0", "    1024") },
	/* Limit 100 MiB, free 40: 61440 in use. SReclaimable first, then SUnreclaim beside it, then Cached. */
	{ "counts of another moment are more than the group can have",
	  MEM("16777216", " 8388608", "12582912") "Buffers:          204800 kB\n"
						  "Cached:          4096000 kB\n"
						  "Active(anon):    1024000 kB\n"
						  "Inactive(anon):   512000 kB\n"
						  "AnonPages:       1331200 kB\n"
						  "Shmem:            204800 kB\n"
						  "Slab:             512000 kB\n"
						  "SReclaimable:     389120 kB\n"
						  "SUnreclaim:       122880 kB\n",
	  { MEM_LIMIT(MIB(100), MIB(40)), NO_SWAP_LIMIT,
	    .stat = { [MEMORY_FILE] = MIB(200),
		      [MEMORY_SHMEM] = MIB(150),
		      [MEMORY_ANON] = MIB(70),
		      [MEMORY_ACTIVE_ANON] = MIB(50),
		      [MEMORY_INACTIVE_ANON] = MIB(20),
		      [MEMORY_SLAB_RECLAIMABLE] = MIB(20),
		      [MEMORY_SLAB_UNRECLAIMABLE] = MIB(50) } },
	  0,
	  MEM("  102400", "   40960", "   61440") "Buffers:               0 kB\n"
						  "Cached:            40960 kB\n"
						  "Active(anon):      51200 kB\n"
						  "Inactive(anon):    10240 kB\n"
						  "AnonPages:         61440 kB\n"
						  "Shmem:             40960 kB\n"
						  "Slab:              61440 kB\n"
						  "SReclaimable:      20480 kB\n"
						  "SUnreclaim:        40960 kB\n" },
	/* 500 MiB in files and block devices; the machine has 400 of files and 150 of devices. */
	{ "cache of block devices",
	  MEM("16777216", " 8388608", "12582912") "Buffers:          153600 kB\n"
						  "Cached:           409600 kB\n",
	  { FREE_GROUP, .stat = { [MEMORY_FILE] = MIB(500) } },
	  0,
	  MEM("16777216", " 8388608", "12582912") "Buffers:          102400 kB\n"
						  "Cached:           409600 kB\n" },
	{ "more shared memory than anonymous: none is taken from the other",
	  MEM("16777216", " 8388608", "12582912") "Cached:          4096000 kB\n"
						  "AnonPages:       1331200 kB\n"
						  "Shmem:            204800 kB\n",
	  { FREE_GROUP,
	    .stat = { [MEMORY_ANON] = MIB(1), [MEMORY_FILE] = MIB(90), [MEMORY_SHMEM] = MIB(80) } },
	  0,
	  MEM("16777216", " 8388608", "12582912") "Cached:            92160 kB\n"
						  "AnonPages:          1024 kB\n"
						  "Shmem:             81920 kB\n" },
	{ "the machine's slab is more than the group's memory",
	  MEM("16777216", " 8388608", "12582912") "KReclaimable:     314372 kB\n"
						  "SReclaimable:     310000 kB\n",
	  { MEM_LIMIT(MIB(256), MIB(100)), NO_SWAP_LIMIT,
	    .stat = { [MEMORY_SLAB_RECLAIMABLE] = MIB(1) } },
	  0,
	  MEM("  262144", "  102400", "  103424") "KReclaimable:       1024 kB\n"
						  "SReclaimable:       1024 kB\n" },
	{ "locked memory is within what cannot be evicted, huge pages within their kinds",
	  MEM("16777216", " 8388608", "12582912") "Cached:          4096000 kB\n"
						  "Unevictable:       20480 kB\n"
						  "Mlocked:           19224 kB\n"
						  "AnonPages:       1331200 kB\n"
						  "AnonHugePages:    409600 kB\n"
						  "FileHugePages:     63488 kB\n",
	  { FREE_GROUP, .stat = { [MEMORY_FILE_THP] = MIB(20), [MEMORY_ANON_THP] = MIB(20) } },
	  0,
	  MEM("16777216", " 8388608", "12582912") "Cached:                0 kB\n"
						  "Unevictable:           0 kB\n"
						  "Mlocked:               0 kB\n"
						  "AnonPages:             0 kB\n"
						  "AnonHugePages:         0 kB\n"
						  "FileHugePages:         0 kB\n" },
};

START_TEST(test_case)
{
	check_narrow(narrow_meminfo, &cases[_i]);
}
END_TEST

UNIT_LOOP_MAIN("meminfo_amounts", test_case, N_OF(cases))
