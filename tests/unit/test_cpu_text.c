/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of lists and masks of CPUs. */

#include "../../src/files/cpu_text.h"

#include <check.h>
#include <errno.h>

#include "../../src/files/cpu_view.h"
#include "unit.h"

#define SET(...)                        \
	{                               \
		.bits = { __VA_ARGS__ } \
	}

/* As bitmap_list_string() and bitmap_string() of lib/vsprintf.c print them, worked out by hand. */
static const struct {
	struct resource_cpus set;
	const char *list;
	unsigned width;
	const char *mask;
} sets[] = {
	{ SET(0), "", 1, "0" },
	{ SET(0), "", 64, "00000000,00000000" },
	{ SET(0x1), "0", 1, "1" },
	{ SET(0x3), "0-1", 2, "3" },
	{ SET(0x10F), "0-3,8", 9, "10f" },
	{ SET(0x15), "0,2,4", 5, "15" },
	{ SET(0xFF), "0-7", 8, "ff" },
	{ SET(0xFFFFFFFF), "0-31", 32, "ffffffff" },
	/* One more than a chunk is one bit, and so one digit. */
	{ SET(0x1FFFFFFFF), "0-32", 33, "1,ffffffff" },
	{ SET(0xFFFFFFFFFF), "0-39", 40, "ff,ffffffff" },
	{ SET(0x2), "1", 40, "00,00000002" },
	{ SET(1ULL << 63, 1), "63-64", 65, "1,80000000,00000000" },
	{ SET(0, 0, 4), "130", 256,
	  "00000000,00000000,00000000,00000004,00000000,00000000,00000000,00000000" },
};

START_TEST(test_print)
{
	AUTO_BUF struct buf out = { 0 };

	ck_assert_int_eq(buf_append_str(&out, ""), 0);
	ck_assert_int_eq(cpu_list_append(&sets[_i].set, &out), 0);
	ck_assert_str_eq(out.data, sets[_i].list);
	buf_clear(&out);
	ck_assert_int_eq(cpu_mask_append(&sets[_i].set, sets[_i].width, &out), 0);
	ck_assert_str_eq(out.data, sets[_i].mask);
}
END_TEST

START_TEST(test_parse)
{
	struct resource_cpus set = SET(0x55);

	ck_assert_int_eq(cpu_list_parse(text_str(sets[_i].list), &set), 0);
	ck_assert_mem_eq(&set, &sets[_i].set, sizeof(set));
	set = (struct resource_cpus)SET(0x55);
	ck_assert_int_eq(cpu_mask_parse(text_str(sets[_i].mask), &set), 0);
	ck_assert_mem_eq(&set, &sets[_i].set, sizeof(set));
}
END_TEST

START_TEST(test_all)
{
	AUTO_BUF struct buf out = { 0 };
	struct resource_cpus all, set;
	size_t i;

	for (i = 0; i < RESOURCE_CPUS_MAX / 64; i++)
		all.bits[i] = UINT64_MAX;
	ck_assert_int_eq(cpu_list_append(&all, &out), 0);
	ck_assert_str_eq(out.data, "0-8191");
	ck_assert_int_eq(cpu_list_parse(buf_text(&out), &set), 0);
	ck_assert_mem_eq(&set, &all, sizeof(set));
	buf_clear(&out);
	ck_assert_int_eq(cpu_mask_append(&all, RESOURCE_CPUS_MAX, &out), 0);
	ck_assert_uint_eq(out.len, 256 * 9 - 1);
	ck_assert_int_eq(cpu_mask_parse(buf_text(&out), &set), 0);
	ck_assert_mem_eq(&set, &all, sizeof(set));
}
END_TEST

static const char *const bad_lists[] = {
	"-",
	"0-",
	"-1",
	"0,",
	",0",
	"0,,1",
	"1-0",
	"0-0",
	"0-8192",
	"8192",
	" 0",
	"0 ",
	"0\n",
	"0x1",
	"0-3:1/2",
	"1,0",
	"0-3,3",
	"0-1-2",
	"18446744073709551616",
};

START_TEST(test_bad_list)
{
	struct resource_cpus set;

	ck_assert_int_eq(cpu_list_parse(text_str(bad_lists[_i]), &set), -EIO);
}
END_TEST

static const char *const bad_masks[] = {
	"", ",", "1,", ",1", "1,,1", "g", "0x1", " 1", "1 ", "1\n", "000000001",
};

START_TEST(test_bad_mask)
{
	struct resource_cpus set;

	ck_assert_int_eq(cpu_mask_parse(text_str(bad_masks[_i]), &set), -EIO);
}
END_TEST

/* Bit 8192 is no machine's, but a mask may be as wide. */
START_TEST(test_wide_mask)
{
	AUTO_BUF struct buf text = { 0 };
	struct resource_cpus set;
	int i;

	ck_assert_int_eq(buf_append_str(&text, "0"), 0);
	for (i = 0; i < RESOURCE_CPUS_MAX / 32; i++)
		ck_assert_int_eq(buf_append_str(&text, ",00000000"), 0);
	ck_assert_int_eq(cpu_mask_parse(buf_text(&text), &set), 0);
	ck_assert_uint_eq(resource_cpus_count(&set), 0);
	text.data[0] = '1';
	ck_assert_int_eq(cpu_mask_parse(buf_text(&text), &set), -EIO);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cpu_text");
	TCase *tc = tcase_create("cpu_text");

	tcase_add_loop_test(tc, test_print, 0, N_OF(sets));
	tcase_add_loop_test(tc, test_parse, 0, N_OF(sets));
	tcase_add_test(tc, test_all);
	tcase_add_loop_test(tc, test_bad_list, 0, N_OF(bad_lists));
	tcase_add_loop_test(tc, test_bad_mask, 0, N_OF(bad_masks));
	tcase_add_test(tc, test_wide_mask);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
