/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of narrow_loadavg() and narrow_diskstats(). */

#include <check.h>
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "resources.h"
#include "rewrite.h"
#include "unit.h"

/* Two threads run and one waits, for a minute now; worked out in test_load_average.c. */
static const struct resources busy = {
	.files = RESOURCE_LOADAVG,
	.load = { .known = true,
		  .average = { 2594, 742, 258 },
		  .running = 2,
		  .blocked = 1,
		  .threads = 17 },
};

static const struct resources idle = { .files = RESOURCE_LOADAVG,
				       .load = { .known = true, .threads = 1 } };
static const struct resources unknown = { .files = RESOURCE_LOADAVG,
					  .load = { .running = 2, .threads = 17 } };

static struct resource_disk used[] = {
	/* 3 and a half sectors are 3 */
	{ 254, 0, .read_bytes = 1792, .write_bytes = 1048576, .read_ios = 2, .write_ios = 9 },
	{ 259, 1048575, .read_bytes = UINT64_MAX, .discard_bytes = 512, .discard_ios = 1 },
	/* a device that has gone since */
	{ 8, 0, 1, 2, 3, 4, 5, 6 },
};

static const struct resources disks = { .files = RESOURCE_DISKSTATS,
					.disks = { .state = RESOURCE_V2, .n = 3, .disk = used } };
static const struct resources no_use = { .files = RESOURCE_DISKSTATS,
					 .disks = { .state = RESOURCE_V1 } };
static const struct resources absent = { .files = RESOURCE_DISKSTATS };

/* The choice was changed while the facts were taken. */
static const struct resources off = {
	.files = ~(unsigned)(RESOURCE_LOADAVG | RESOURCE_DISKSTATS),
	.disks = { .state = RESOURCE_V2 },
	.load = { .known = true },
};

struct narrow_case {
	const char *what;
	rewrite_fn narrow;
	const struct resources *resources;
	const char *in;
	int r;
	const char *out;
};

static const struct narrow_case cases[] = {
	{ "load", narrow_loadavg, &busy, "0.50 1.25 12.01 3/4567 89012\n", 0,
	  "1.27 0.36 0.13 2/17 89012\n" },
	{ "whoever reads it runs", narrow_loadavg, &idle, "0.50 1.25 12.01 3/4567 7\n", 0,
	  "0.00 0.00 0.00 1/1 7\n" },
	{ "unknown load", narrow_loadavg, &unknown, "0.50 1.25 12.01 3/4567 7\n", -EIO, NULL },
	{ "load cut off", narrow_loadavg, &busy, "0.50 1.25 12.01 3/4567 89", -EIO, NULL },
	{ "load of four fields", narrow_loadavg, &busy, "0.50 1.25 12.01 3/4567\n", -EIO, NULL },
	{ "load switched off", narrow_loadavg, &off, "0.50 1.25 12.01 3/4567 7\n", 0,
	  "0.50 1.25 12.01 3/4567 7\n" },
	{ "devices switched off", narrow_diskstats, &off, " 254       0 vda 1 2 3\n", 0,
	  " 254       0 vda 1 2 3\n" },
	{ "no load", narrow_loadavg, &busy, "", -EIO, NULL },

	{ "17 counters", narrow_diskstats, &disks,
	  " 254       0 vda 794692 80343 21323386 651448 155651 151337 13749720 100154 1 111116 "
	  "790786 534253 120 14634176 39139 1178 42\n"
	  " 259 1048575 nvme0n1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
	  0,
	  " 254       0 vda 2 0 3 0 9 0 2048 0 0 0 0 0 0 0 0 0 0\n"
	  " 259 1048575 nvme0n1 0 0 36028797018963967 0 0 0 0 0 0 0 0 1 0 1 0 0 0\n" },
	/* what the group has not used: the line stays, as those of unused devices do in the kernel's text */
	{ "others", narrow_diskstats, &disks,
	  "   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
	  " 254       1 vda1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
	  "  25      40 x 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
	  0,
	  "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
	  " 254       1 vda1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
	  "  25      40 x 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" },
	{ "kernels before 4.18", narrow_diskstats, &disks,
	  " 254       0 vda 1 2 3 4 5 6 7 8 9 10 11\n", 0,
	  " 254       0 vda 2 0 3 0 9 0 2048 0 0 0 0\n" },
	{ "kernels to come", narrow_diskstats, &disks,
	  " 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n", 0,
	  " 254       0 vda 2 0 3 0 9 0 2048 0 0 0 0 0 0 0 0 0 0 0 0\n" },
	{ "no use", narrow_diskstats, &no_use, " 254       0 vda 1 2 3 4 5 6 7 8 9 10 11\n", 0,
	  " 254       0 vda 0 0 0 0 0 0 0 0 0 0 0\n" },
	{ "nobody counts", narrow_diskstats, &absent, " 254       0 vda 1 2 3\n", 0,
	  " 254       0 vda 1 2 3\n" },
	{ "no devices", narrow_diskstats, &disks, "", 0, "" },
	{ "cut off", narrow_diskstats, &disks, " 254       0 vda 1 2", -EIO, NULL },
	{ "no name", narrow_diskstats, &disks, " 254       0\n", -EIO, NULL },
	{ "empty line", narrow_diskstats, &disks, "\n", -EIO, NULL },
	{ "no numbers", narrow_diskstats, &disks, " 254       0 vda 1 x 3\n", -EIO, NULL },
	{ "no device", narrow_diskstats, &disks, " x       0 vda 1 2 3\n", -EIO, NULL },
};

static int run(const struct narrow_case *c, size_t n, struct buf *out)
{
	struct rewrite rw = { .resources = c->resources };
	char *in = malloc(n ? n : 1);
	int r;

	ck_assert_ptr_nonnull(in);
	memcpy(in, c->in, n);
	r = c->narrow(&rw, text_of(in, n), out);
	free(in);
	return r;
}

START_TEST(test_narrow)
{
	const struct narrow_case *c = &cases[_i];
	AUTO_BUF struct buf out = { 0 };
	int r = run(c, strlen(c->in), &out);

	ck_assert_msg(r == c->r, "%s: returned %d", c->what, r);
	if (r == 0)
		ck_assert_msg(text_equal(buf_text(&out), text_str(c->out)),
			      "%s: gave\n%.*s\nnot\n%s", c->what, (int)out.len, out.data, c->out);
}
END_TEST

/* Cut anywhere, a text is refused, or ends with a whole line. */
START_TEST(test_cut)
{
	const struct narrow_case *c = &cases[_i];
	size_t n;

	if (c->resources == &absent || c->resources == &off)
		return;
	for (n = 0; n < strlen(c->in); n++) {
		AUTO_BUF struct buf out = { 0 };
		int r = run(c, n, &out);

		ck_assert_msg(r == -EIO || (r == 0 && (n == 0 || c->in[n - 1] == '\n')),
			      "%s: %d at %zu", c->what, r, n);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_load");
	TCase *tc = tcase_create("narrow_load");

	tcase_add_loop_test(tc, test_narrow, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_cut, 0, N_OF(cases));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
