/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the rewriter of meminfo: whole texts, with the numbers worked out by hand. */

#include <check.h>
#include <fcntl.h>

#include "fd.h"
#include "meminfo_texts.h"
#include "narrow_check.h"
#include "unit.h"

#define NO RESOURCE_NONE

static const struct resource_memory v2 = {
	.state = RESOURCE_V2,
	.limit_bytes = MIB(1024),
	.headroom_bytes = MIB(400),
	.usage_bytes = MIB(580),
	.swap_counted = true,
	.swap_limit_bytes = MIB(512),
	.swap_headroom_bytes = MIB(300),
	.swap_usage_bytes = MIB(100),
	.stat = { [MEMORY_ANON] = MIB(200),
		  [MEMORY_FILE] = MIB(300),
		  [MEMORY_KERNEL_STACK] = MIB(1),
		  [MEMORY_PAGETABLES] = MIB(3),
		  [MEMORY_SEC_PAGETABLES] = KIB(128),
		  [MEMORY_PERCPU] = KIB(256) + 1000, /* bytes, not pages: rounded down */
		  [MEMORY_SHMEM] = MIB(40),
		  [MEMORY_ZSWAP] = MIB(5),
		  [MEMORY_ZSWAPPED] = MIB(15),
		  [MEMORY_FILE_MAPPED] = MIB(50),
		  [MEMORY_FILE_DIRTY] = MIB(2),
		  [MEMORY_FILE_WRITEBACK] = KIB(512),
		  [MEMORY_SWAPCACHED] = MIB(1),
		  [MEMORY_ANON_THP] = MIB(64),
		  [MEMORY_FILE_THP] = MIB(4),
		  [MEMORY_SHMEM_THP] = MIB(2),
		  [MEMORY_INACTIVE_ANON] = MIB(80),
		  [MEMORY_ACTIVE_ANON] = MIB(150),
		  [MEMORY_INACTIVE_FILE] = MIB(150),
		  [MEMORY_ACTIVE_FILE] = MIB(100),
		  [MEMORY_UNEVICTABLE] = MIB(4),
		  [MEMORY_SLAB_RECLAIMABLE] = MIB(10),
		  [MEMORY_SLAB_UNRECLAIMABLE] = MIB(6) },
	.huge = { { 2048, MIB(20), MIB(16), MIB(4) }, { 1048576, 0, 0, 0 } },
	.n_huge = 2,
};

static const struct resource_memory v1 = {
	.state = RESOURCE_V1,
	.limit_bytes = MIB(640),
	.headroom_bytes = MIB(100),
	.usage_bytes = MIB(540),
	.swap_counted = true,
	.swap_limit_bytes = MIB(256),
	.swap_headroom_bytes = MIB(300),
	.swap_usage_bytes = MIB(20),
	.stat = { [MEMORY_ANON] = MIB(200),
		  [MEMORY_FILE] = MIB(300),
		  [MEMORY_KERNEL_STACK] = NO,
		  [MEMORY_PAGETABLES] = NO,
		  [MEMORY_SEC_PAGETABLES] = NO,
		  [MEMORY_PERCPU] = NO,
		  [MEMORY_SHMEM] = MIB(40),
		  [MEMORY_ZSWAP] = NO,
		  [MEMORY_ZSWAPPED] = NO,
		  [MEMORY_FILE_MAPPED] = MIB(50),
		  [MEMORY_FILE_DIRTY] = MIB(2),
		  [MEMORY_FILE_WRITEBACK] = KIB(512),
		  [MEMORY_SWAPCACHED] = NO,
		  [MEMORY_ANON_THP] = MIB(64),
		  [MEMORY_FILE_THP] = NO,
		  [MEMORY_SHMEM_THP] = NO,
		  [MEMORY_INACTIVE_ANON] = MIB(80),
		  [MEMORY_ACTIVE_ANON] = MIB(150),
		  [MEMORY_INACTIVE_FILE] = MIB(150),
		  [MEMORY_ACTIVE_FILE] = MIB(100),
		  [MEMORY_UNEVICTABLE] = MIB(4),
		  [MEMORY_SLAB_RECLAIMABLE] = NO,
		  [MEMORY_SLAB_UNRECLAIMABLE] = NO },
};

START_TEST(test_whole)
{
	struct narrow_case v2_case = { "version 2", MACHINE, v2, 0, V2_TEXT };
	struct narrow_case absent = { "no such controller: as it is, with lines that nobody knows",
				      MACHINE "Novel:               7 kB\n",
				      { .state = RESOURCE_ABSENT },
				      0,
				      MACHINE "Novel:               7 kB\n" };
	struct narrow_case v1_case = { "version 1", MACHINE, v1, 0, V1_TEXT };

	check_narrow(narrow_meminfo, &absent);
	check_narrow(narrow_meminfo, &v2_case);
	check_narrow(narrow_meminfo, &v1_case);
}
END_TEST

START_TEST(test_broken)
{
	check_narrow_broken(narrow_meminfo, &v2, MACHINE);
}
END_TEST

START_TEST(test_switched_off)
{
	struct resources facts = { .files = ~(unsigned)RESOURCE_MEMINFO, .memory = v2 };
	struct rewrite rw = { .resources = &facts };
	AUTO_BUF struct buf out = { 0 };

	ck_assert_int_eq(narrow_meminfo(&rw, TEXT(MACHINE), &out), 0);
	ck_assert(text_equal(buf_text(&out), TEXT(MACHINE)));
}
END_TEST

/* "NAME:" of each line; what stands behind it must be as long, if the number is not longer than its column. */
static void check_names(struct text a, struct text b)
{
	struct text line_a, line_b, name_a, name_b;

	while (text_line(&a, &line_a, NULL)) {
		ck_assert_msg(text_line(&b, &line_b, NULL), "%.*s: left out", (int)line_a.n,
			      line_a.p);
		ck_assert(text_until(&line_a, ':', &name_a) && text_until(&line_b, ':', &name_b));
		ck_assert_msg(text_equal(name_a, name_b), "%.*s: left out", (int)name_a.n,
			      name_a.p);
	}
	ck_assert_uint_eq(b.n, 0);
}

/* The kernel that runs has no line without a rule; one that has is to be looked at. */
START_TEST(test_live)
{
	struct resources facts = { .files = ~0U, .memory = { FREE_GROUP } };
	struct rewrite rw = { .resources = &facts };
	AUTO_BUF struct buf in = { 0 };
	AUTO_BUF struct buf out = { 0 };
	AUTO_FD int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fd_read_all(fd, 1 << 20, &in), 0);
	ck_assert_int_eq(narrow_meminfo(&rw, buf_text(&in), &out), 0);
	check_names(buf_text(&in), buf_text(&out));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meminfo");
	TCase *tcase = tcase_create("meminfo");

	tcase_add_test(tcase, test_whole);
	tcase_add_test(tcase, test_broken);
	tcase_add_test(tcase, test_switched_off);
	tcase_add_test(tcase, test_live);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
