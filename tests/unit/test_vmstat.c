/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriter of vmstat. Each number is worked out by hand. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "fd.h"
#include "narrow_check.h"
#include "unit.h"

#define EXIT_SKIPPED 77

/* Every key that has a rule, and some of the others; pages of 4 KiB. */
#define MACHINE                                  \
	"nr_free_pages 2097152\n"                \
	"nr_free_pages_blocks 1107968\n"         \
	"nr_zone_inactive_anon 128000\n"         \
	"nr_zone_active_anon 256000\n"           \
	"nr_zone_inactive_file 512000\n"         \
	"nr_zone_active_file 384000\n"           \
	"nr_zone_unevictable 5120\n"             \
	"nr_zone_write_pending 2304\n"           \
	"nr_mlock 4096\n"                        \
	"nr_zspages 77\n"                        \
	"numa_hit 523501496\n"                   \
	"nr_inactive_anon 128000\n"              \
	"nr_active_anon 256000\n"                \
	"nr_inactive_file 512000\n"              \
	"nr_active_file 384000\n"                \
	"nr_unevictable 5120\n"                  \
	"nr_slab_reclaimable 97280\n"            \
	"nr_slab_unreclaimable 30720\n"          \
	"workingset_refault_file 2163695\n"      \
	"nr_anon_pages 332800\n"                 \
	"nr_mapped 153600\n"                     \
	"nr_file_pages 1077760\n"                \
	"nr_dirty 2048\n"                        \
	"nr_writeback 256\n"                     \
	"nr_shmem 51200\n"                       \
	"nr_shmem_hugepages 20\n"                \
	"nr_file_hugepages 10\n"                 \
	"nr_anon_transparent_hugepages 200\n"    \
	"nr_dirtied 2736351\n"                   \
	"nr_kernel_stack 20480\n"                \
	"nr_page_table_pages 7680\n"             \
	"nr_sec_page_table_pages 1024\n"         \
	"nr_swapcached 2560\n"                   \
	"nr_dirty_threshold 1218480\n"           \
	"nr_dirty_background_threshold 608496\n" \
	"pgpgin 10648413\n"                      \
	"pswpin 9\n"                             \
	"pgfault 667917608\n"                    \
	"pgmajfault 30367\n"                     \
	"oom_kill 3\n"                           \
	"novel 5\n"

/* 1 GiB, 400 MiB left; what is used is in the numbers of pages below. */
#define GROUP                                                              \
	MEM_LIMIT(MIB(1024), MIB(400)), SWAP_LIMIT(MIB(512), MIB(300)),    \
		.swap_usage_bytes = MIB(100),                              \
		.stat = { [MEMORY_ANON] = KIB(4) * 51200,                  \
			  [MEMORY_FILE] = KIB(4) * 76800,                  \
			  [MEMORY_KERNEL_STACK] = KIB(1024),               \
			  [MEMORY_PAGETABLES] = KIB(4) * 768,              \
			  [MEMORY_SEC_PAGETABLES] = KIB(4) * 32,           \
			  [MEMORY_SHMEM] = KIB(4) * 10240,                 \
			  [MEMORY_FILE_MAPPED] = KIB(4) * 12800,           \
			  [MEMORY_FILE_DIRTY] = KIB(4) * 512,              \
			  [MEMORY_FILE_WRITEBACK] = KIB(4) * 128,          \
			  [MEMORY_SWAPCACHED] = KIB(4) * 256,              \
			  [MEMORY_ANON_THP] = MIB(2) * 32,                 \
			  [MEMORY_FILE_THP] = MIB(2) * 2,                  \
			  [MEMORY_SHMEM_THP] = MIB(2) * 1,                 \
			  [MEMORY_INACTIVE_ANON] = KIB(4) * 20480,         \
			  [MEMORY_ACTIVE_ANON] = KIB(4) * 38400,           \
			  [MEMORY_INACTIVE_FILE] = KIB(4) * 38401,         \
			  [MEMORY_ACTIVE_FILE] = KIB(4) * 25600,           \
			  [MEMORY_UNEVICTABLE] = KIB(4) * 1024,            \
			  [MEMORY_SLAB_RECLAIMABLE] = KIB(4) * 2560 + 700, \
			  [MEMORY_SLAB_UNRECLAIMABLE] = KIB(4) * 1536,     \
			  [MEMORY_PGFAULT] = 123456,                       \
			  [MEMORY_PGMAJFAULT] = 78 }

static const struct resource_memory group = { GROUP };

/* 400 MiB are 102400 pages; 1 GiB, which the thresholds do not exceed, 262144; 76800 + 256 in file pages. */
#define NARROWED                                 \
	"nr_free_pages 102400\n"                 \
	"nr_free_pages_blocks 102400\n"          \
	"nr_zone_inactive_anon 20480\n"          \
	"nr_zone_active_anon 38400\n"            \
	"nr_zone_inactive_file 38401\n"          \
	"nr_zone_active_file 25600\n"            \
	"nr_zone_unevictable 1024\n"             \
	"nr_zone_write_pending 640\n"            \
	"nr_mlock 1024\n"                        \
	"nr_zspages 0\n"                         \
	"numa_hit 0\n"                           \
	"nr_inactive_anon 20480\n"               \
	"nr_active_anon 38400\n"                 \
	"nr_inactive_file 38401\n"               \
	"nr_active_file 25600\n"                 \
	"nr_unevictable 1024\n"                  \
	"nr_slab_reclaimable 2560\n"             \
	"nr_slab_unreclaimable 1536\n"           \
	"workingset_refault_file 0\n"            \
	"nr_anon_pages 51200\n"                  \
	"nr_mapped 12800\n"                      \
	"nr_file_pages 77056\n"                  \
	"nr_dirty 512\n"                         \
	"nr_writeback 128\n"                     \
	"nr_shmem 10240\n"                       \
	"nr_shmem_hugepages 1\n"                 \
	"nr_file_hugepages 2\n"                  \
	"nr_anon_transparent_hugepages 32\n"     \
	"nr_dirtied 0\n"                         \
	"nr_kernel_stack 1024\n"                 \
	"nr_page_table_pages 768\n"              \
	"nr_sec_page_table_pages 32\n"           \
	"nr_swapcached 256\n"                    \
	"nr_dirty_threshold 262144\n"            \
	"nr_dirty_background_threshold 262144\n" \
	"pgpgin 0\n"                             \
	"pswpin 0\n"                             \
	"pgfault 123456\n"                       \
	"pgmajfault 78\n"                        \
	"oom_kill 0\n"                           \
	"novel 0\n"

#define NOT_COUNTED                                                                   \
	{                                                                             \
		[MEMORY_PGFAULT] = RESOURCE_NONE, [MEMORY_PGMAJFAULT] = RESOURCE_NONE \
	}

static const struct narrow_case cases[] = {
	{ "whole", MACHINE, { GROUP }, 0, NARROWED },
	{ "no such controller", MACHINE, { .state = RESOURCE_ABSENT }, 0, MACHINE },
	{ "nothing limits, nothing used",
	  "nr_free_pages 2097152\nnr_mapped 153600\nnr_dirty_threshold 1218480\n",
	  { FREE_GROUP },
	  0,
	  "nr_free_pages 2097152\nnr_mapped 0\nnr_dirty_threshold 1218480\n" },
	{ "parts of free memory do not count for it",
	  "nr_free_pages 2097152\nnr_free_pages_blocks 512\n",
	  { FREE_GROUP },
	  0,
	  "nr_free_pages 2097152\nnr_free_pages_blocks 512\n" },
	{ "no more than the machine has",
	  "nr_free_pages 100\nnr_mapped 90\npgfault 50\nnr_file_pages 7\n",
	  { GROUP },
	  0,
	  "nr_free_pages 100\nnr_mapped 90\npgfault 50\nnr_file_pages 7\n" },
	{ "limit 0",
	  "nr_free_pages 100\nnr_mapped 90\n",
	  { MEM_LIMIT(0, 0), .stat = { [MEMORY_FILE_MAPPED] = MIB(1) } },
	  0,
	  "nr_free_pages 0\nnr_mapped 0\n" },
	{ "faults are not counted",
	  "pgfault 50\npgmajfault 4\n",
	  { FREE_GROUP, .stat = NOT_COUNTED },
	  0,
	  "pgfault 0\npgmajfault 0\n" },
	{ "the beginning of a key, and more than a key",
	  "nr_map 5\nnr_mappedx 5\nnr_mapped 5\n",
	  { GROUP },
	  0,
	  "nr_map 0\nnr_mappedx 0\nnr_mapped 5\n" },
	{ "a number as long as they get (a counter that a race made negative)",
	  "nr_mapped 18446744073709551615\nnr_free_pages 18446744073709551615\n",
	  { GROUP },
	  0,
	  "nr_mapped 12800\nnr_free_pages 102400\n" },
	{ "empty", "", { GROUP }, 0, "" },

	{ "cut off", "nr_mapped 5", { GROUP }, -EIO, NULL },
	{ "no number", "nr_mapped x\n", { GROUP }, -EIO, NULL },
	{ "nothing", "nr_mapped \n", { GROUP }, -EIO, NULL },
	{ "no blank", "nr_mapped\n", { GROUP }, -EIO, NULL },
	{ "negative", "nr_mapped -1\n", { GROUP }, -EIO, NULL },
	{ "no key", " 5\n", { GROUP }, -EIO, NULL },
	{ "more", "nr_mapped 5 6\n", { GROUP }, -EIO, NULL },
	{ "more than fits", "nr_mapped 18446744073709551616\n", { GROUP }, -EIO, NULL },
};

START_TEST(test_vmstat)
{
	check_narrow(narrow_vmstat, &cases[_i]);
}
END_TEST

START_TEST(test_broken)
{
	check_narrow_broken(narrow_vmstat, &group, MACHINE);
}
END_TEST

/* What the case "whole" says, said by meminfo: the numbers of pages by four. */
START_TEST(test_agrees)
{
	const struct narrow_case c = {
		"agrees",
		MEM("16777216", " 8388608", "12582912") "Cached:          4096000 kB\n"
							"SwapCached:        10240 kB\n"
							"Active(file):    1536000 kB\n"
							"Inactive(file):  2048000 kB\n"
							"SReclaimable:     389120 kB\n",
		group,
		0,
		/* 409600 + 25600 * 4 + 38401 * 4 + 2560 * 4 = 675844; 77056 * 4 is 307200 + 1024 */
		MEM(" 1048576", "  409600", "  675844") "Cached:           307200 kB\n"
							"SwapCached:         1024 kB\n"
							"Active(file):     102400 kB\n"
							"Inactive(file):   153604 kB\n"
							"SReclaimable:      10240 kB\n",
	};

	check_narrow(narrow_meminfo, &c);
}
END_TEST

/* The text of the kernel that runs keeps its keys. */
START_TEST(test_live)
{
	struct resources facts = { .files = ~0U, .memory = { FREE_GROUP } };
	struct rewrite rw = { .resources = &facts };
	struct text in, out, line_in, line_out, name_in, name_out;
	AUTO_BUF struct buf text = { 0 };
	AUTO_BUF struct buf made = { 0 };
	AUTO_FD int fd = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_read_all(fd, 1 << 20, &text), 0);
	ck_assert_int_eq(narrow_vmstat(&rw, buf_text(&text), &made), 0);
	in = buf_text(&text);
	out = buf_text(&made);
	ck_assert_uint_gt(out.n, 0);
	while (text_line(&in, &line_in, NULL)) {
		ck_assert(text_line(&out, &line_out, NULL));
		ck_assert(text_until(&line_in, ' ', &name_in));
		ck_assert(text_until(&line_out, ' ', &name_out));
		ck_assert(text_equal(name_in, name_out));
	}
	ck_assert_uint_eq(out.n, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vmstat");
	TCase *tcase = tcase_create("vmstat");

	if (sysconf(_SC_PAGESIZE) != 4096) {
		puts("pages of another size than 4096 bytes");
		return EXIT_SKIPPED;
	}
	tcase_add_loop_test(tcase, test_vmstat, 0, N_OF(cases));
	tcase_add_test(tcase, test_broken);
	tcase_add_test(tcase, test_agrees);
	tcase_add_test(tcase, test_live);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
