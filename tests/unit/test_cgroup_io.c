/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of cgroup_io.h. */

#include "cgroup_io.h"

#include <check.h>
#include <errno.h>

#include "buf.h"
#include "scratch.h"
#include "unit.h"

#define DISKS_MAX 4

struct io_case {
	const char *in;
	int r;
	unsigned n;
	struct resource_disk disk[DISKS_MAX];
};

/* Lines as Linux 6.18 and 5.10 print them. */
static const struct io_case stat_cases[] = {
	{ "", 0, 0, { { 0 } } },
	{ "254:0 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=4096 dios=1\n",
	  0,
	  1,
	  { { 254, 0, 1459200, 314773504, 192, 353, 4096, 1 } } },
	{ "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n"
	  "8:0 rbytes=9 wbytes=8 rios=7 wios=6 dbytes=5 dios=4\n",
	  0,
	  2,
	  { { 8, 16, 1, 2, 3, 4, 5, 6 }, { 8, 0, 9, 8, 7, 6, 5, 4 } } },
	/* another order, and the keys of io.cost, io.latency and use_delay */
	{ "8:0 dios=6 cost.vrate=100.00 rbytes=1 use_delay=7 delay_nsec=8 wios=4 depth=9 rios=3\n",
	  0,
	  1,
	  { { 8, 0, 1, 0, 3, 4, 0, 6 } } },
	/* whole keys only */
	{ "8:0 xrbytes=1 rbytesx=2 rbyte=3 rbytes=4\n", 0, 1, { { 8, 0, 4, 0, 0, 0, 0, 0 } } },
	{ "8:0 \n", 0, 0, { { 0 } } },
	/* no device that has a number */
	{ "(unknown) rbytes=1\n", 0, 0, { { 0 } } },
	{ "8 rbytes=1\n8:x rbytes=1\n:0 rbytes=1\n4294967296:0 rbytes=1\n", 0, 0, { { 0 } } },
	/* twice the same: nothing is lost, nothing wraps */
	{ "8:0 rbytes=18446744073709551615\n8:0 rbytes=1\n",
	  0,
	  1,
	  { { 8, 0, UINT64_MAX, 0, 0, 0, 0, 0 } } },
	{ "8:0 rbytes=18446744073709551616 wios=5\n",
	  0,
	  1,
	  { { 8, 0, UINT64_MAX, 0, 0, 5, 0, 0 } } },
	/* garbage where a counter of ours is */
	{ "8:0 rbytes\n", -EIO, 0, { { 0 } } },
	{ "8:0 rbytes=\n", -EIO, 0, { { 0 } } },
	{ "8:0 rbytes=-1\n", -EIO, 0, { { 0 } } },
	{ "8:0 rbytes=0x10\n", -EIO, 0, { { 0 } } },
	{ "8:0 rbytes=12", -EIO, 0, { { 0 } } },
};

#define OPERATIONS(device, read, write, discard)                                         \
	device " Read " read "\n" device " Write " write "\n" device " Sync 77\n" device \
	       " Async 88\n" device " Discard " discard "\n" device " Total 99\n"

static const struct io_case bytes_cases[] = {
	{ "", 0, 0, { { 0 } } },
	{ "Total 0\n", 0, 0, { { 0 } } },
	{ OPERATIONS("254:0", "970752", "12288", "4096") "Total 99\n",
	  0,
	  1,
	  { { 254, 0, 970752, 12288, 0, 0, 4096, 0 } } },
	{ OPERATIONS("8:0", "1", "2", "3") OPERATIONS("8:16", "4", "5", "6"),
	  0,
	  2,
	  { { 8, 0, 1, 2, 0, 0, 3, 0 }, { 8, 16, 4, 5, 0, 0, 6, 0 } } },
	{ "8:0 Reads 1\n8:0 Rea 2\n8:0 read 3\n", 0, 0, { { 0 } } },
	{ "8:0 Read 18446744073709551616\n", 0, 1, { { 8, 0, UINT64_MAX, 0, 0, 0, 0, 0 } } },
	{ "8:0 Read x\n", -EIO, 0, { { 0 } } },
	{ "8:0 Read\n", -EIO, 0, { { 0 } } },
	{ "8:0\n", -EIO, 0, { { 0 } } },
	{ "8:0 Read 1", -EIO, 0, { { 0 } } },
};

static void check_disks(const struct io_case *c, int r, const struct resource_disks *d)
{
	unsigned i;

	ck_assert_msg(r == c->r, "%s: returned %d", c->in, r);
	if (r < 0)
		return;
	ck_assert_msg(d->n == c->n, "%s: %u devices", c->in, d->n);
	for (i = 0; i < d->n; i++)
		ck_assert_mem_eq(&d->disk[i], &c->disk[i], sizeof(c->disk[i]));
}

/* With not a byte behind the text. */
static struct text copy_of(const char *s, char **ret)
{
	size_t n = strlen(s);

	*ret = malloc(n ? n : 1);
	ck_assert_ptr_nonnull(*ret);
	memcpy(*ret, s, n);
	return text_of(*ret, n);
}

START_TEST(test_stat)
{
	struct resources res = { 0 };
	char *copy;
	struct text in = copy_of(stat_cases[_i].in, &copy);

	check_disks(&stat_cases[_i], cgroup_io_parse_stat(in, &res.disks), &res.disks);
	resources_done(&res);
	free(copy);
}
END_TEST

START_TEST(test_bytes)
{
	struct resources res = { 0 };
	char *copy;
	struct text in = copy_of(bytes_cases[_i].in, &copy);

	check_disks(&bytes_cases[_i], cgroup_io_parse_blkio(in, BLKIO_BYTES, &res.disks),
		    &res.disks);
	resources_done(&res);
	free(copy);
}
END_TEST

/* More devices than anybody has end in an error, not in memory without end. */
START_TEST(test_many)
{
	AUTO_BUF struct buf in = { 0 };
	struct resources res = { 0 };
	int i;

	for (i = 0; i < RESOURCE_DISK_MAX; i++)
		ck_assert_int_eq(buf_printf(&in, "8:%d rbytes=%d\n", i, i), 0);
	ck_assert_int_eq(cgroup_io_parse_stat(buf_text(&in), &res.disks), 0);
	ck_assert_uint_eq(res.disks.n, RESOURCE_DISK_MAX);
	ck_assert_uint_eq(res.disks.disk[4000].read_bytes, 4000);
	ck_assert_int_eq(buf_printf(&in, "9:0 rbytes=1\n"), 0);
	ck_assert_int_eq(cgroup_io_parse_stat(buf_text(&in), &res.disks), -E2BIG);
	resources_done(&res);
}
END_TEST

static void take(const struct scratch *s, enum resource_state version, int r, struct resources *ret)
{
	*ret = (struct resources){ 0 };
	ck_assert_int_eq(cgroup_io_take(s->fd, version, &ret->disks), r);
}

/* The group's own files, of the version that was asked for; those of BFQ only where the throttle has none. */
START_TEST(test_take)
{
	static const struct resource_disk v1[] = { { 8, 0, 1, 2, 10, 20, 3, 30 },
						   { 8, 16, 4, 5, 40, 50, 6, 60 } };
	struct resources res;
	struct scratch s;

	scratch_open(&s);
	take(&s, RESOURCE_V2, -ENODEV, &res);
	scratch_file(&s, "cgroup.procs", "");
	take(&s, RESOURCE_V2, 0, &res);
	ck_assert_int_eq(res.disks.state, RESOURCE_ABSENT);
	scratch_file(&s, "io.stat", "8:0 rbytes=7\n");
	take(&s, RESOURCE_V1, 0, &res);
	ck_assert_int_eq(res.disks.state, RESOURCE_ABSENT);
	ck_assert_uint_eq(res.disks.n, 0);
	take(&s, RESOURCE_V2, 0, &res);
	ck_assert_int_eq(res.disks.state, RESOURCE_V2);
	ck_assert_uint_eq(res.disks.disk[0].read_bytes, 7);
	resources_done(&res);
	/* without a limit the throttle's are empty */
	scratch_file(&s, "blkio.throttle.io_service_bytes_recursive", "");
	take(&s, RESOURCE_V1, 0, &res);
	ck_assert_int_eq(res.disks.state, RESOURCE_V1);
	ck_assert_uint_eq(res.disks.n, 0);
	scratch_file(&s, "blkio.throttle.io_service_bytes_recursive",
		     OPERATIONS("8:0", "1", "2", "3"));
	scratch_file(&s, "blkio.throttle.io_serviced_recursive",
		     OPERATIONS("8:0", "10", "20", "30"));
	scratch_file(&s, "blkio.bfq.io_service_bytes_recursive",
		     OPERATIONS("8:0", "9", "9", "9") OPERATIONS("8:16", "4", "5", "6"));
	scratch_file(&s, "blkio.bfq.io_serviced_recursive",
		     OPERATIONS("8:0", "9", "9", "9") OPERATIONS("8:16", "40", "50", "60"));
	take(&s, RESOURCE_V1, 0, &res);
	ck_assert_int_eq(res.disks.state, RESOURCE_V1);
	ck_assert_uint_eq(res.disks.n, 2);
	ck_assert_mem_eq(res.disks.disk, v1, sizeof(v1));
	resources_done(&res);
	scratch_file(&s, "io.stat", "8:0 rbytes=x\n");
	take(&s, RESOURCE_V2, -EIO, &res);
	resources_done(&res);
	scratch_close(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cgroup_io");
	TCase *tc = tcase_create("cgroup_io");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_stat, 0, N_OF(stat_cases));
	tcase_add_loop_test(tc, test_bytes, 0, N_OF(bytes_cases));
	tcase_add_test(tc, test_many);
	tcase_add_test(tc, test_take);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
