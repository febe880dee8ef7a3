/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text of meminfo, and what containers are to be shown for it. */

/* As Linux 6.18 prints it; 16 GiB of memory, 4 GiB of swap, 100 huge pages of 2 MiB and one of 1 GiB. */
/* clang-format off */
#define MACHINE \
	"MemTotal:       16777216 kB\n" \
	"MemFree:         8388608 kB\n" \
	"MemAvailable:   12582912 kB\n" \
	"Buffers:          204800 kB\n" \
	"Cached:          4096000 kB\n" \
	"SwapCached:        10240 kB\n" \
	"Active:          2560000 kB\n" \
	"Inactive:        2560000 kB\n" \
	"Active(anon):    1024000 kB\n" \
	"Inactive(anon):   512000 kB\n" \
	"Active(file):    1536000 kB\n" \
	"Inactive(file):  2048000 kB\n" \
	"Unevictable:       20480 kB\n" \
	"Mlocked:           16384 kB\n" \
	"SwapTotal:       4194304 kB\n" \
	"SwapFree:        3145728 kB\n" \
	"Zswap:             51200 kB\n" \
	"Zswapped:         153600 kB\n" \
	"Dirty:              8192 kB\n" \
	"Writeback:          1024 kB\n" \
	"AnonPages:       1331200 kB\n" \
	"Mapped:           614400 kB\n" \
	"Shmem:            204800 kB\n" \
	"KReclaimable:     409600 kB\n" \
	"Slab:             512000 kB\n" \
	"SReclaimable:     389120 kB\n" \
	"SUnreclaim:       122880 kB\n" \
	"KernelStack:       20480 kB\n" \
	"PageTables:        30720 kB\n" \
	"SecPageTables:      4096 kB\n" \
	"NFS_Unstable:         12 kB\n" \
	"Bounce:               64 kB\n" \
	"WritebackTmp:         32 kB\n" \
	"CommitLimit:    12582912 kB\n" \
	"Committed_AS:    6291456 kB\n" \
	"VmallocTotal:   34359738367 kB\n" \
	"VmallocUsed:       50000 kB\n" \
	"VmallocChunk:         16 kB\n" \
	"Percpu:            10240 kB\n" \
	"HardwareCorrupted:     4 kB\n" \
	"AnonHugePages:    409600 kB\n" \
	"ShmemHugePages:    40960 kB\n" \
	"ShmemPmdMapped:     2048 kB\n" \
	"FileHugePages:     20480 kB\n" \
	"FilePmdMapped:      2048 kB\n" \
	"CmaTotal:          65536 kB\n" \
	"CmaFree:           60000 kB\n" \
	"Unaccepted:          128 kB\n" \
	"Balloon:             256 kB\n" \
	"HugePages_Total:     100\n" \
	"HugePages_Free:       80\n" \
	"HugePages_Rsvd:       10\n" \
	"HugePages_Surp:        4\n" \
	"Hugepagesize:       2048 kB\n" \
	"Hugetlb:         1253376 kB\n" \
	"DirectMap4k:      300000 kB\n" \
	"DirectMap2M:     8000000 kB\n" \
	"DirectMap1G:     9000000 kB\n"

/*
 * Group: memory.max 1 GiB; 400 MiB left at its parent.
 * MemAvailable: 409600 + active_file 102400 + inactive_file 153600 + slab_reclaimable 10240 = 675840
 * MemFree: 409600. Active: 153600 + 102400. Inactive: 81920 + 153600. Mlocked: at most Unevictable.
 * SwapTotal: memory.swap.max 512 MiB. SwapFree: least of 3145728, 300 MiB left above, 524288 - 102400 used.
 * Slab: 10240 + 6144.
 * CommitLimit: half of memory and all swap: (12582912 - 4194304) * 1048576 / 16777216 + 524288 = 1048576
 * Committed_AS: anon 204800 + shmem 40960 + swapped 102400.
 * HugePages_Total: 20 MiB / 2 MiB. Free: least of 80 - 10 reserved, 16 MiB left / 2 MiB. Hugetlb: 10 * 2048, none of 1 GiB.
 */
#define V2_TEXT \
	"MemTotal:        1048576 kB\n" \
	"MemFree:          409600 kB\n" \
	"MemAvailable:     675840 kB\n" \
	"Buffers:               0 kB\n" \
	"Cached:           307200 kB\n" \
	"SwapCached:         1024 kB\n" \
	"Active:           256000 kB\n" \
	"Inactive:         235520 kB\n" \
	"Active(anon):     153600 kB\n" \
	"Inactive(anon):    81920 kB\n" \
	"Active(file):     102400 kB\n" \
	"Inactive(file):   153600 kB\n" \
	"Unevictable:        4096 kB\n" \
	"Mlocked:            4096 kB\n" \
	"SwapTotal:        524288 kB\n" \
	"SwapFree:         307200 kB\n" \
	"Zswap:              5120 kB\n" \
	"Zswapped:          15360 kB\n" \
	"Dirty:              2048 kB\n" \
	"Writeback:           512 kB\n" \
	"AnonPages:        204800 kB\n" \
	"Mapped:            51200 kB\n" \
	"Shmem:             40960 kB\n" \
	"KReclaimable:      10240 kB\n" \
	"Slab:              16384 kB\n" \
	"SReclaimable:      10240 kB\n" \
	"SUnreclaim:         6144 kB\n" \
	"KernelStack:        1024 kB\n" \
	"PageTables:         3072 kB\n" \
	"SecPageTables:       128 kB\n" \
	"NFS_Unstable:          0 kB\n" \
	"Bounce:                0 kB\n" \
	"WritebackTmp:          0 kB\n" \
	"CommitLimit:     1048576 kB\n" \
	"Committed_AS:     348160 kB\n" \
	"VmallocTotal:   34359738367 kB\n" \
	"VmallocUsed:           0 kB\n" \
	"VmallocChunk:          0 kB\n" \
	"Percpu:              256 kB\n" \
	"HardwareCorrupted:     0 kB\n" \
	"AnonHugePages:     65536 kB\n" \
	"ShmemHugePages:     2048 kB\n" \
	"ShmemPmdMapped:        0 kB\n" \
	"FileHugePages:      4096 kB\n" \
	"FilePmdMapped:         0 kB\n" \
	"CmaTotal:              0 kB\n" \
	"CmaFree:               0 kB\n" \
	"Unaccepted:            0 kB\n" \
	"Balloon:               0 kB\n" \
	"HugePages_Total:      10\n" \
	"HugePages_Free:        8\n" \
	"HugePages_Rsvd:        0\n" \
	"HugePages_Surp:        0\n" \
	"Hugepagesize:       2048 kB\n" \
	"Hugetlb:           20480 kB\n" \
	"DirectMap4k:           0 kB\n" \
	"DirectMap2M:           0 kB\n" \
	"DirectMap1G:           0 kB\n"

/*
 * Version 1: limit 640 MiB, 100 MiB left, memsw limit 896 MiB: 256 MiB of swap, of which total_swap 20 MiB is used.
 * MemAvailable: 102400 + 102400 + 153600 = 358400; slab and other kernel memory are in no file: 0.
 * CommitLimit: 8388608 * 655360 / 16777216 + 262144 = 589824. Committed_AS: 204800 + 40960 + 20480.
 * No hugetlb controller: nothing limits huge pages.
 */
#define V1_TEXT \
	"MemTotal:         655360 kB\n" \
	"MemFree:          102400 kB\n" \
	"MemAvailable:     358400 kB\n" \
	"Buffers:               0 kB\n" \
	"Cached:           307200 kB\n" \
	"SwapCached:            0 kB\n" \
	"Active:           256000 kB\n" \
	"Inactive:         235520 kB\n" \
	"Active(anon):     153600 kB\n" \
	"Inactive(anon):    81920 kB\n" \
	"Active(file):     102400 kB\n" \
	"Inactive(file):   153600 kB\n" \
	"Unevictable:        4096 kB\n" \
	"Mlocked:            4096 kB\n" \
	"SwapTotal:        262144 kB\n" \
	"SwapFree:         241664 kB\n" \
	"Zswap:                 0 kB\n" \
	"Zswapped:              0 kB\n" \
	"Dirty:              2048 kB\n" \
	"Writeback:           512 kB\n" \
	"AnonPages:        204800 kB\n" \
	"Mapped:            51200 kB\n" \
	"Shmem:             40960 kB\n" \
	"KReclaimable:          0 kB\n" \
	"Slab:                  0 kB\n" \
	"SReclaimable:          0 kB\n" \
	"SUnreclaim:            0 kB\n" \
	"KernelStack:           0 kB\n" \
	"PageTables:            0 kB\n" \
	"SecPageTables:         0 kB\n" \
	"NFS_Unstable:          0 kB\n" \
	"Bounce:                0 kB\n" \
	"WritebackTmp:          0 kB\n" \
	"CommitLimit:      589824 kB\n" \
	"Committed_AS:     266240 kB\n" \
	"VmallocTotal:   34359738367 kB\n" \
	"VmallocUsed:           0 kB\n" \
	"VmallocChunk:          0 kB\n" \
	"Percpu:                0 kB\n" \
	"HardwareCorrupted:     0 kB\n" \
	"AnonHugePages:     65536 kB\n" \
	"ShmemHugePages:        0 kB\n" \
	"ShmemPmdMapped:        0 kB\n" \
	"FileHugePages:         0 kB\n" \
	"FilePmdMapped:         0 kB\n" \
	"CmaTotal:              0 kB\n" \
	"CmaFree:               0 kB\n" \
	"Unaccepted:            0 kB\n" \
	"Balloon:               0 kB\n" \
	"HugePages_Total:     100\n" \
	"HugePages_Free:       80\n" \
	"HugePages_Rsvd:       10\n" \
	"HugePages_Surp:        4\n" \
	"Hugepagesize:       2048 kB\n" \
	"Hugetlb:         1253376 kB\n" \
	"DirectMap4k:           0 kB\n" \
	"DirectMap2M:           0 kB\n" \
	"DirectMap1G:           0 kB\n"

/* clang-format on */
