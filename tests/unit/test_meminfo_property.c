/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What must hold of a container's memory whatever the machine and the control groups say: over a million random
 * inputs, under UBSan. The sequence is the same each time; a failure says which input it was.
 */

#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../src/files/meminfo.h"
#include "narrow_check.h"
#include "random_memory.h"
#include "unit.h"

#define N_CASES 1000000
#define N_TEXTS 20000

struct rule {
	enum meminfo_line part, whole;
};

/* The first is never more than the second. */
static const struct rule within[] = {
	{ LINE_MEM_FREE, LINE_MEM_AVAILABLE },
	{ LINE_MEM_AVAILABLE, LINE_MEM_TOTAL },
	{ LINE_SWAP_FREE, LINE_SWAP_TOTAL },
	{ LINE_CACHED, LINE_IN_USE },
	{ LINE_BUFFERS, LINE_IN_USE },
	{ LINE_SWAP_CACHED, LINE_IN_USE },
	{ LINE_SWAP_CACHED, LINE_SWAP_TOTAL },
	{ LINE_ACTIVE, LINE_IN_USE },
	{ LINE_INACTIVE, LINE_IN_USE },
	{ LINE_UNEVICTABLE, LINE_IN_USE },
	{ LINE_MLOCKED, LINE_UNEVICTABLE },
	{ LINE_HIGH_FREE, LINE_HIGH_TOTAL },
	{ LINE_LOW_FREE, LINE_LOW_TOTAL },
	{ LINE_HIGH_TOTAL, LINE_MEM_TOTAL },
	{ LINE_LOW_TOTAL, LINE_MEM_TOTAL },
	{ LINE_ZSWAP, LINE_IN_USE },
	{ LINE_ZSWAPPED, LINE_SWAP_TOTAL },
	{ LINE_DIRTY, LINE_IN_USE },
	{ LINE_WRITEBACK, LINE_IN_USE },
	{ LINE_ANON_PAGES, LINE_IN_USE },
	{ LINE_MAPPED, LINE_IN_USE },
	{ LINE_SHMEM, LINE_CACHED },
	{ LINE_KRECLAIMABLE, LINE_SRECLAIMABLE },
	{ LINE_SLAB, LINE_IN_USE },
	{ LINE_KERNEL_STACK, LINE_IN_USE },
	{ LINE_PAGE_TABLES, LINE_IN_USE },
	{ LINE_SEC_PAGE_TABLES, LINE_IN_USE },
	{ LINE_PERCPU, LINE_IN_USE },
	{ LINE_ANON_HUGE, LINE_ANON_PAGES },
	{ LINE_SHMEM_HUGE, LINE_SHMEM },
	{ LINE_FILE_HUGE, LINE_CACHED },
	{ LINE_HUGE_FREE, LINE_HUGE_TOTAL },
	{ LINE_IN_USE, LINE_MEM_TOTAL },
};

/* a + b without wrapping is c, or, if exact is false, at most c. */
static bool adds_up(uint64_t a, uint64_t b, uint64_t c, bool exact)
{
	uint64_t sum;

	return !__builtin_add_overflow(a, b, &sum) && (exact ? sum == c : sum <= c);
}

static const char *broken_sum(const uint64_t *s)
{
	uint64_t cache = s[LINE_CACHED] + s[LINE_BUFFERS];

	if (!adds_up(s[LINE_ACTIVE_ANON], s[LINE_ACTIVE_FILE], s[LINE_ACTIVE], true))
		return "Active";
	if (!adds_up(s[LINE_INACTIVE_ANON], s[LINE_INACTIVE_FILE], s[LINE_INACTIVE], true))
		return "Inactive";
	if (!adds_up(s[LINE_SRECLAIMABLE], s[LINE_SUNRECLAIM], s[LINE_SLAB], true))
		return "Slab";
	if (!adds_up(s[LINE_ACTIVE], s[LINE_INACTIVE] + s[LINE_UNEVICTABLE], s[LINE_IN_USE], false))
		return "all lists";
	/* Else `free` and its like would have a negative number in "used". */
	if (!adds_up(s[LINE_MEM_FREE], cache + s[LINE_SRECLAIMABLE], s[LINE_MEM_TOTAL], false))
		return "free and cache";
	if (!adds_up(s[LINE_LOW_FREE], s[LINE_HIGH_FREE], s[LINE_MEM_FREE], false))
		return "low and high";
	return NULL;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The limits are kept, and no less is said to be available than what is not used at all. */
static const char *broken_limit(const struct resource_memory *memory, const struct meminfo *m)
{
	uint64_t swap_used =
		memory->swap_usage_bytes == RESOURCE_NONE ? 0 : memory->swap_usage_bytes / 1024;
	uint64_t total = m->shown[LINE_MEM_TOTAL];

	if (memory->limit_bytes != RESOURCE_NONE && total > memory->limit_bytes / 1024)
		return "MemTotal: the limit";
	if (m->shown[LINE_MEM_AVAILABLE] <
	    least(least(total, m->machine[LINE_MEM_AVAILABLE]), memory->headroom_bytes / 1024))
		return "MemAvailable: what is left";
	if (memory->swap_counted && m->shown[LINE_SWAP_FREE] > 0 &&
	    !adds_up(m->shown[LINE_SWAP_FREE], swap_used, m->shown[LINE_SWAP_TOTAL], false))
		return "SwapFree: what is used";
	return NULL;
}

/* The name of what does not hold, or NULL. */
static const char *broken(const struct resource_memory *memory, const struct meminfo *m)
{
	static char what[64];
	unsigned i;

	for (i = 0; i < N_OF(within); i++) {
		if (m->shown[within[i].part] <= m->shown[within[i].whole])
			continue;
		snprintf(what, sizeof(what), "%s <= %s", meminfo_rows[within[i].part].name.p,
			 within[i].whole ? meminfo_rows[within[i].whole].name.p : "in use");
		return what;
	}
	for (i = 1; i < LINE_N; i++) {
		if (m->shown[i] <= m->machine[i])
			continue;
		snprintf(what, sizeof(what), "%s: the machine's", meminfo_rows[i].name.p);
		return what;
	}
	return broken_limit(memory, m) ? broken_limit(memory, m) : broken_sum(m->shown);
}

START_TEST(test_numbers)
{
	uint64_t seed = 1;
	int i;

	for (i = 0; i < N_CASES; i++) {
		struct resource_memory memory = { 0 };
		const char *what;
		struct meminfo m = { 0 };

		random_memory(&seed, &memory);
		random_machine(&seed, &m);
		memset(m.shown, 0xa5, sizeof(m.shown));
		meminfo_narrow(&memory, &m);
		what = broken(&memory, &m);
		ck_assert_msg(!what, "case %d: %s", i, what);
	}
}
END_TEST

/* As the kernel would print the numbers. */
static void print_meminfo(const uint64_t *numbers, struct buf *out)
{
	int r = 0;
	unsigned i;

	buf_clear(out);
	for (i = 1; i < LINE_N && r == 0; i++) {
		const char *name = meminfo_rows[i].name.p;

		if (strncmp(name, "HugePages_", 10) == 0)
			r = buf_printf(out, "%s:%*s%5" PRIu64 "\n", name, 18 - (int)strlen(name),
				       "", numbers[i]);
		else if (i == LINE_HARDWARE_CORRUPTED || i == LINE_EARLY_MEMTEST_BAD)
			r = buf_printf(out, "%s:%*s%5" PRIu64 " kB\n", name, 18 - (int)strlen(name),
				       "", numbers[i]);
		else
			r = buf_printf(out, "%s:%*s%8" PRIu64 " kB\n", name, 15 - (int)strlen(name),
				       "", numbers[i]);
	}
	ck_assert_int_eq(r, 0);
}

/* The text of numbers, rewritten, is the text of the numbers shown. */
START_TEST(test_texts)
{
	AUTO_BUF struct buf in = { 0 };
	AUTO_BUF struct buf out = { 0 };
	AUTO_BUF struct buf expected = { 0 };
	uint64_t seed = 2;
	int i;

	for (i = 0; i < N_TEXTS; i++) {
		struct resources facts = { .files = RESOURCE_MEMINFO };
		struct rewrite rw = { .resources = &facts };
		struct meminfo m = { 0 };

		random_memory(&seed, &facts.memory);
		random_machine(&seed, &m);
		print_meminfo(m.machine, &in);
		meminfo_narrow(&facts.memory, &m);
		print_meminfo(m.shown, &expected);
		buf_clear(&out);
		ck_assert_int_eq(narrow_meminfo(&rw, buf_text(&in), &out), 0);
		ck_assert_msg(text_equal(buf_text(&out), buf_text(&expected)),
			      "case %d: gave\n%s\nnot\n%s", i, out.data, expected.data);
	}
}
END_TEST

static void print_swaps(const uint64_t sizes[3], const uint64_t used[3], struct buf *out)
{
	int i;

	buf_clear(out);
	ck_assert_int_eq(buf_append_str(out, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
			 0);
	for (i = 0; i < 3; i++)
		ck_assert_int_eq(buf_printf(out, "/s%d %36s%s%" PRIu64 "\t%s%" PRIu64 "\t%s%d\n", i,
					    "", "partition\t", sizes[i],
					    sizes[i] < 10000000 ? "\t" : "", used[i],
					    used[i] < 10000000 ? "\t" : "", -2 - i),
				 0);
}

/* Sizes, and what is used, of all areas together; false if the text is no such. */
static bool sum_swaps(struct text t, uint64_t *ret_size, uint64_t *ret_used)
{
	struct text line, name, type, size, used;
	uint64_t n = 0;
	uint64_t u = 0;

	*ret_size = *ret_used = 0;
	if (!text_line(&t, &line, NULL))
		return false;
	while (text_line(&t, &line, NULL)) {
		if (!text_field(&line, &name) || !text_field(&line, &type) ||
		    !text_field(&line, &size) || !text_field(&line, &used) ||
		    text_u64(size, &n) < 0 || text_u64(used, &u) < 0 || n == 0 || u > n)
			return false;
		*ret_size += n;
		*ret_used += u;
	}
	return true;
}

/* swaps says what meminfo says. */
START_TEST(test_swaps)
{
	AUTO_BUF struct buf in = { 0 };
	AUTO_BUF struct buf out = { 0 };
	uint64_t seed = 3;
	int i, k;

	for (i = 0; i < N_TEXTS; i++) {
		struct resources facts = { .files = RESOURCE_SWAPS };
		struct rewrite rw = { .resources = &facts };
		uint64_t sizes[3], used[3], machine[2] = { 0, 0 };
		uint64_t total, left, size_sum, used_sum;

		random_memory(&seed, &facts.memory);
		for (k = 0; k < 3; k++) {
			sizes[k] = random_below(&seed, 20000000);
			used[k] = random_below(&seed, sizes[k] + 1);
			machine[0] += sizes[k];
			machine[1] += sizes[k] - used[k];
		}
		print_swaps(sizes, used, &in);
		meminfo_swap(&facts.memory, machine, &total, &left);
		buf_clear(&out);
		ck_assert_int_eq(narrow_swaps(&rw, buf_text(&in), &out), 0);
		ck_assert_msg(sum_swaps(buf_text(&out), &size_sum, &used_sum) &&
				      size_sum == total && used_sum == total - left,
			      "case %d:\n%s", i, out.data);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meminfo_property");
	TCase *tcase = tcase_create("meminfo_property");

	tcase_add_test(tcase, test_numbers);
	tcase_add_test(tcase, test_texts);
	tcase_add_test(tcase, test_swaps);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
