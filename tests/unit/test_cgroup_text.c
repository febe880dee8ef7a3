/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of cgroup_text.h. */

#include <check.h>
#include <errno.h>
#include <stdio.h>

#include "cgroup_text.h"
#include "unit.h"

#define NONE RESOURCE_NONE

static const struct {
	const char *text;
	int r;
	uint64_t value;
} numbers[] = {
	{ "0\n", 0, 0 },
	{ "max\n", 0, NONE },
	{ "max", 0, NONE },
	{ "268435456\n", 0, 268435456 },
	{ "18446744073709551615\n", 0, UINT64_MAX },
	{ "18446744073709551616\n", -ERANGE, 0 },
	{ "-1\n", -EINVAL, 0 },
	{ "maximum\n", -EINVAL, 0 },
	{ "1 2\n", -EINVAL, 0 },
	{ "\n", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
	{ "1\n\n", -EINVAL, 0 },
};

START_TEST(test_number)
{
	uint64_t value = 7;

	ck_assert_int_eq(cgroup_number(text_str(numbers[_i].text), &value), numbers[_i].r);
	ck_assert_uint_eq(value, numbers[_i].r ? 7 : numbers[_i].value);
}
END_TEST

static const struct {
	const char *text;
	uint64_t page;
	int r;
	uint64_t value;
} limits[] = {
	/* LONG_MAX / 4096 * 4096, with pages of 64 KiB LONG_MAX / 65536 * 65536, and one page less each. */
	{ "9223372036854771712\n", 65536, 0, NONE },
	{ "9223372036854710272\n", 65536, 0, NONE },
	{ "9223372036854644736\n", 65536, 0, 9223372036854644736 },
	{ "9223372036854771712\n", 4096, 0, NONE },
	{ "9223372036854767616\n", 4096, 0, 9223372036854767616 },
	/* Huge pages of 2 MiB and 1 GiB. */
	{ "9223372036852678656\n", 2 << 20, 0, NONE },
	{ "9223372035781033984\n", 1 << 30, 0, NONE },
	{ "0\n", 65536, 0, 0 },
	{ "-1\n", 65536, -EINVAL, 0 },
	{ "max\n", 65536, -EINVAL, 0 },
};

START_TEST(test_limit)
{
	uint64_t value = 7;

	ck_assert_int_eq(cgroup_limit(text_str(limits[_i].text), limits[_i].page, &value),
			 limits[_i].r);
	ck_assert_uint_eq(value, limits[_i].r ? 7 : limits[_i].value);
}
END_TEST

static const struct {
	const char *text;
	int r;
	uint64_t quota, period;
} maxima[] = {
	{ "max 100000\n", 0, NONE, 100000 },
	{ "50000 100000\n", 0, 50000, 100000 },
	{ "0 1\n", 0, 0, 1 },
	{ "50000\n", -EINVAL, 0, 0 },
	{ "50000 \n", -EINVAL, 0, 0 },
	{ "50000 0\n", -EINVAL, 0, 0 },
	{ "1 2 3\n", -EINVAL, 0, 0 },
	{ "-1 100000\n", -EINVAL, 0, 0 },
	{ "", -EINVAL, 0, 0 },
};

START_TEST(test_cpu_max)
{
	uint64_t quota = 7, period = 7;

	ck_assert_int_eq(cgroup_cpu_max(text_str(maxima[_i].text), &quota, &period), maxima[_i].r);
	ck_assert_uint_eq(quota, maxima[_i].r ? 7 : maxima[_i].quota);
	ck_assert_uint_eq(period, maxima[_i].r ? 7 : maxima[_i].period);
}
END_TEST

START_TEST(test_quota)
{
	uint64_t quota = 7;

	ck_assert_int_eq(cgroup_quota(TEXT("-1\n"), &quota), 0);
	ck_assert_uint_eq(quota, NONE);
	ck_assert_int_eq(cgroup_quota(TEXT("150000\n"), &quota), 0);
	ck_assert_uint_eq(quota, 150000);
	ck_assert_int_eq(cgroup_quota(TEXT("max\n"), &quota), -EINVAL);
}
END_TEST

static const struct {
	const char *text;
	int r;
	unsigned n;
	uint64_t low; /* CPUs 0 to 63 */
	unsigned also;
} lists[] = {
	{ "0-1\n", 0, 2, 3, 0 },
	{ "0-2,5,7-8\n", 0, 6, 0x1a7, 0 },
	{ "63-64\n", 0, 2, UINT64_C(1) << 63, 64 },
	{ "8191\n", 0, 1, 0, 8191 },
	{ "1,1,0-1\n", 0, 2, 3, 1 },
	{ "\n", 0, 0, 0, 0 },
	{ "", 0, 0, 0, 0 },
	{ "8192\n", -EINVAL, 0, 0, 0 },
	{ "0-18446744073709551615\n", -EINVAL, 0, 0, 0 },
	{ "18446744073709551616\n", -ERANGE, 0, 0, 0 },
	{ "3-2\n", -EINVAL, 0, 0, 0 },
	{ "1,,2\n", -EINVAL, 0, 0, 0 },
	{ "-3\n", -EINVAL, 0, 0, 0 },
	{ "3-\n", -EINVAL, 0, 0, 0 },
	{ "all\n", -EINVAL, 0, 0, 0 },
	{ "0-1 2\n", -EINVAL, 0, 0, 0 },
};

START_TEST(test_cpu_list)
{
	struct resource_cpus set = { 0 };
	unsigned n = 99;

	ck_assert_int_eq(cgroup_cpu_list(text_str(lists[_i].text), &set, &n), lists[_i].r);
	if (lists[_i].r)
		return;
	ck_assert_uint_eq(n, lists[_i].n);
	ck_assert_uint_eq(set.bits[0], lists[_i].low);
	ck_assert(n == 0 || lists[_i].also == 0 || resource_cpus_has(&set, lists[_i].also));
}
END_TEST

/* Whole keys: "file" is not the beginning of "file_mapped", nor "anon" of "anon_thp", wherever they stand. */
START_TEST(test_memory_stat_2)
{
	uint64_t stat[MEMORY_STAT_N];
	int i;

	ck_assert_int_eq(
		cgroup_memory_stat(
			TEXT("file_mapped 3\nanon_thp 4\nanon 1\nfile 2\nfile_dirty 5\n"
			     "file_writeback 6\nzswapped 8\nzswap 7\ntotal_rss 9\nslab 10\n"
			     "x\nx y\n"),
			RESOURCE_V2, stat),
		0);
	ck_assert_uint_eq(stat[MEMORY_ANON], 1);
	ck_assert_uint_eq(stat[MEMORY_FILE], 2);
	ck_assert_uint_eq(stat[MEMORY_FILE_MAPPED], 3);
	ck_assert_uint_eq(stat[MEMORY_ANON_THP], 4);
	ck_assert_uint_eq(stat[MEMORY_FILE_DIRTY], 5);
	ck_assert_uint_eq(stat[MEMORY_FILE_WRITEBACK], 6);
	ck_assert_uint_eq(stat[MEMORY_ZSWAP], 7);
	ck_assert_uint_eq(stat[MEMORY_ZSWAPPED], 8);
	ck_assert_uint_eq(stat[MEMORY_SLAB_RECLAIMABLE], NONE);
	ck_assert_uint_eq(stat[MEMORY_PGFAULT], NONE);
	ck_assert_int_eq(cgroup_memory_stat(TEXT(""), RESOURCE_V2, stat), 0);
	for (i = 0; i < MEMORY_STAT_N; i++)
		ck_assert_uint_eq(stat[i], NONE);
}
END_TEST

/* A key that counts, and no number: nothing is known then. */
START_TEST(test_memory_stat_garbage)
{
	static const char *const texts[] = { "anon twelve\n", "file 1\nanon\n", "anon \nfile 1\n",
					     "file 1\nanon 18446744073709551616x\n", "anon -1\n" };
	uint64_t stat[MEMORY_STAT_N];
	size_t i;

	for (i = 0; i < N_OF(texts); i++) {
		ck_assert_int_eq(cgroup_memory_stat(text_str(texts[i]), RESOURCE_V2, stat),
				 -EINVAL);
		ck_assert_uint_eq(stat[MEMORY_FILE], NONE);
		ck_assert_int_eq(cgroup_memory_stat(text_str(texts[i]), RESOURCE_V1, stat), 0);
	}
}
END_TEST

/* Of the subtree, never of the group alone. */
START_TEST(test_memory_stat_1)
{
	uint64_t stat[MEMORY_STAT_N];

	cgroup_memory_stat(TEXT("cache 100\nrss 200\ntotal_cache 1\ntotal_rss 2\ntotal_rss_huge 3\n"
				"total_shmem 4\ntotal_mapped_file 5\ntotal_pgfault 6\nanon 7\n"),
			   RESOURCE_V1, stat);
	ck_assert_uint_eq(stat[MEMORY_FILE], 1);
	ck_assert_uint_eq(stat[MEMORY_ANON], 2);
	ck_assert_uint_eq(stat[MEMORY_ANON_THP], 3);
	ck_assert_uint_eq(stat[MEMORY_SHMEM], 4);
	ck_assert_uint_eq(stat[MEMORY_FILE_MAPPED], 5);
	ck_assert_uint_eq(stat[MEMORY_PGFAULT], 6);
	ck_assert_uint_eq(stat[MEMORY_KERNEL_STACK], NONE);
}
END_TEST

START_TEST(test_stat_get)
{
	struct text text = TEXT("usage_usec 5\nuser_usec 3\nuser 9\n\n 4\nx y\n");

	ck_assert_uint_eq(cgroup_stat_get(text, TEXT("user_usec")), 3);
	ck_assert_uint_eq(cgroup_stat_get(text, TEXT("user")), 9);
	ck_assert_uint_eq(cgroup_stat_get(text, TEXT("nice_usec")), NONE);
	ck_assert_uint_eq(cgroup_stat_get(text, TEXT("x")), NONE);
	ck_assert_uint_eq(cgroup_stat_get(text, TEXT("")), NONE);
}
END_TEST

START_TEST(test_usage_all)
{
	struct resources r = { 0 };
	struct resource_cpu_time *t = &r.cpu_time;

	ck_assert_int_eq(cgroup_usage_all(TEXT("cpu user system\n0 10 20\n2 30 40\n"), t), 0);
	ck_assert_uint_eq(t->n_percpu, 3);
	ck_assert_uint_eq(t->percpu_user_ns[0], 10);
	ck_assert_uint_eq(t->percpu_user_ns[1], 0);
	ck_assert_uint_eq(t->percpu_user_ns[2], 30);
	ck_assert_uint_eq(t->percpu_system_ns[2], 40);
	resources_done(&r);
}
END_TEST

static const char *const no_usages[] = {
	"",
	"cpu user system\n",
	"cpu system user\n0 1 2\n",
	"cpu user system\n0 1\n",
	"cpu user system\n0 1 2 3\n",
	"cpu user system\n1 1 2\n0 1 2\n",
	"cpu user system\n0 1 2\n0 1 2\n",
	"cpu user system\n8192 1 2\n",
	"cpu user system\n0 1 -2\n",
};

START_TEST(test_no_usage_all)
{
	struct resource_cpu_time t = { 0 };

	ck_assert_int_eq(cgroup_usage_all(text_str(no_usages[_i]), &t), -EINVAL);
	ck_assert_ptr_null(t.percpu_user_ns);
	ck_assert_uint_eq(t.n_percpu, 0);
}
END_TEST

static const struct {
	const char *name;
	uint64_t kib; /* 0: no such name */
	const char *prefix;
} huge[] = {
	{ "hugetlb.2MB.max", 2048, "hugetlb.2MB" },
	{ "hugetlb.2MB.limit_in_bytes", 2048, "hugetlb.2MB" },
	{ "hugetlb.1GB.max", 1048576, "hugetlb.1GB" },
	{ "hugetlb.64KB.max", 64, "hugetlb.64KB" },
	{ "hugetlb.2MB.rsvd.max", 0, NULL },
	{ "hugetlb.2MB.current", 0, NULL },
	{ "hugetlb.2MB.max_usage_in_bytes", 0, NULL },
	{ "hugetlb.MB.max", 0, NULL },
	{ "hugetlb.2TB.max", 0, NULL },
	{ "hugetlb.0MB.max", 0, NULL },
	{ "memory.max", 0, NULL },
	{ "hugetlb", 0, NULL },
};

START_TEST(test_huge_name)
{
	struct text prefix;
	uint64_t kib = 0;
	bool found = cgroup_huge_name(text_str(huge[_i].name), &prefix, &kib);

	ck_assert_int_eq(found, huge[_i].kib > 0);
	if (!found)
		return;
	ck_assert_uint_eq(kib, huge[_i].kib);
	ck_assert(text_equal(prefix, text_str(huge[_i].prefix)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroup_text");
	TCase *tcase = tcase_create("cgroup_text");

	tcase_add_loop_test(tcase, test_number, 0, N_OF(numbers));
	tcase_add_loop_test(tcase, test_limit, 0, N_OF(limits));
	tcase_add_test(tcase, test_quota);
	tcase_add_loop_test(tcase, test_cpu_max, 0, N_OF(maxima));
	tcase_add_loop_test(tcase, test_cpu_list, 0, N_OF(lists));
	tcase_add_test(tcase, test_memory_stat_2);
	tcase_add_test(tcase, test_memory_stat_garbage);
	tcase_add_test(tcase, test_memory_stat_1);
	tcase_add_test(tcase, test_stat_get);
	tcase_add_test(tcase, test_usage_all);
	tcase_add_loop_test(tcase, test_no_usage_all, 0, N_OF(no_usages));
	tcase_add_loop_test(tcase, test_huge_name, 0, N_OF(huge));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
