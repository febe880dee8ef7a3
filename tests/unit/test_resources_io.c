/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of resources_take.h: use of devices, load, and files of the group itself. */

#include <check.h>
#include <errno.h>

#include "buf.h"
#include "cgroup_tree.h"
#include "fd.h"
#include "load_sampler.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "unit.h"

#define BYTES(group, text) "blkio" group "/blkio.throttle.io_service_bytes_recursive " text
#define IOS(group, text)   "blkio" group "/blkio.throttle.io_serviced_recursive " text

struct io_case {
	const char *name;
	struct cgroup_tree_spec spec;
	enum resource_state state;
	unsigned n;
	uint64_t read_bytes, write_ios; /* of 8:0, if n is not 0 */
	int r;				/* of opening cpu.pressure */
	const char *pressure;
};

static const struct io_case cases[] = {
	{ "version 2, a nested group",
	  { "v2",
	    "0::/a/b\n",
	    { "v2/cgroup.controllers cpu io memory", "v2/a/b/cgroup.procs 42",
	      "v2/io.stat 8:0 rbytes=999", "v2/a/io.stat 8:0 rbytes=99 wios=99",
	      "v2/a/b/io.stat 8:0 rbytes=9 wios=3", "v2/cpu.pressure the machine's",
	      "v2/a/cpu.pressure a's", "v2/a/b/cpu.pressure b's" } },
	  RESOURCE_V2,
	  1,
	  9,
	  3,
	  0,
	  "b's\n" },
	{ "version 2, systemd in the container",
	  { "v2",
	    "0::/a/init.scope\n",
	    { "v2/cgroup.controllers io", "v2/a/cgroup.procs 42",
	      "v2/a/io.stat 8:0 rbytes=9 wios=3", "v2/a/cpu.pressure a's",
	      "v2/a/init.scope/cpu.pressure systemd's", "v2/a/init.scope/io.stat 8:0 rbytes=1" } },
	  RESOURCE_V2,
	  1,
	  9,
	  3,
	  0,
	  "a's\n" },
	{ "version 2, the controller is not enabled for the group",
	  { "v2",
	    "0::/a\n",
	    { "v2/cgroup.controllers io", "v2/a/cgroup.procs 42", "v2/io.stat 8:0 rbytes=9" } },
	  RESOURCE_ABSENT,
	  0,
	  0,
	  0,
	  -EOPNOTSUPP,
	  NULL },
	{ "version 2, the root",
	  { "v2",
	    "0::/\n",
	    { "v2/cgroup.controllers io", "v2/io.stat 8:0 rbytes=9",
	      "v2/cpu.pressure the machine's" } },
	  RESOURCE_ABSENT,
	  0,
	  0,
	  0,
	  -ENODATA,
	  NULL },
	{ "version 1",
	  { "blkio memory",
	    "3:blkio:/a\n4:memory:/a\n",
	    { "memory/a/x 1", "blkio/a/cgroup.procs 42", BYTES("", "8:0 Read 999"),
	      BYTES("/a", "8:0 Read 9\n8:0 Write 1\n8:0 Total 10\nTotal 10"),
	      IOS("/a", "8:0 Read 2\n8:0 Write 3\nTotal 5") } },
	  RESOURCE_V1,
	  1,
	  9,
	  3,
	  -EOPNOTSUPP,
	  NULL },
	{ "version 1, the root of blkio only",
	  { "blkio memory",
	    "3:blkio:/\n4:memory:/a\n",
	    { "memory/a/x 1", BYTES("", "8:0 Read 999") } },
	  RESOURCE_ABSENT,
	  0,
	  0,
	  0,
	  -EOPNOTSUPP,
	  NULL },
	{ "both, the group is in both",
	  { "blkio v2",
	    "3:blkio:/a\n0::/b\n",
	    { "v2/cgroup.controllers hugetlb", "blkio/a/cgroup.procs 42", "v2/b/cgroup.procs 42",
	      BYTES("/a", "8:0 Read 9"), IOS("/a", "8:0 Write 3"), "v2/b/cpu.pressure b's",
	      "v2/cpu.pressure the machine's" } },
	  RESOURCE_V1,
	  1,
	  9,
	  3,
	  0,
	  "b's\n" },
	{ "both, the root of the unified one: not the machine's",
	  { "blkio v2",
	    "3:blkio:/a\n0::/\n",
	    { "v2/cgroup.controllers ", "blkio/a/cgroup.procs 42",
	      "v2/cpu.pressure the machine's" } },
	  RESOURCE_ABSENT,
	  0,
	  0,
	  0,
	  -EOPNOTSUPP,
	  NULL },
	{ "both, the root everywhere",
	  { "blkio v2",
	    "3:blkio:/\n0::/\n",
	    { "v2/cgroup.controllers ", BYTES("", "8:0 Read 9"),
	      "v2/cpu.pressure the machine's" } },
	  RESOURCE_ABSENT,
	  0,
	  0,
	  0,
	  -ENODATA,
	  NULL },
};

static void check_disks(const struct io_case *c, struct resource_taker *taker)
{
	struct resources res;

	ck_assert_msg(resources_take(taker, FACTS_DISKS, &res) == 0, "%s", c->name);
	ck_assert_msg(res.disks.state == c->state, "%s: state %d", c->name, res.disks.state);
	ck_assert_msg(res.disks.n == c->n, "%s: %u devices", c->name, res.disks.n);
	if (c->n > 0) {
		ck_assert_uint_eq(res.disks.disk[0].read_bytes, c->read_bytes);
		ck_assert_uint_eq(res.disks.disk[0].write_ios, c->write_ios);
	}
	resources_done(&res);
}

static void check_pressure(const struct io_case *c, struct resource_taker *taker)
{
	AUTO_BUF struct buf text = { 0 };
	AUTO_FD int fd = -1;

	fd = resource_taker_open_file(taker, "cpu.pressure", O_RDONLY);
	ck_assert_msg(c->r ? fd == c->r : fd >= 0, "%s: pressure: %d", c->name, fd);
	if (fd < 0)
		return;
	ck_assert_int_eq(fd_read_all(fd, 1000, &text), 0);
	ck_assert_str_eq(text.data, c->pressure);
}

START_TEST(test_take)
{
	struct resource_taker *taker = NULL;
	struct fault fault = { 0 };
	struct cgroup_tree t;

	cgroup_tree_open(&t, &cases[_i].spec);
	ck_assert_msg(cgroup_tree_taker(&t, NULL, &taker, &fault) == 0, "%s: %s", cases[_i].name,
		      fault.what);
	check_disks(&cases[_i], taker);
	check_pressure(&cases[_i], taker);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

/* A group that was removed is looked for again; if there is none, nothing else takes its place. */
START_TEST(test_removed)
{
	static const struct cgroup_tree_spec spec = {
		"v2",
		"0::/a\n",
		{ "v2/cgroup.controllers io", "v2/a/cgroup.procs 42", "v2/a/io.stat 8:0 rbytes=9",
		  "v2/a/cpu.pressure a's", "v2/b/cgroup.procs 42", "v2/b/io.stat 8:0 rbytes=7",
		  "v2/b/cpu.pressure b's", "v2/io.stat 8:0 rbytes=999",
		  "v2/cpu.pressure the machine's" },
	};
	struct io_case other = { "b", .state = RESOURCE_V2, .n = 1, .read_bytes = 7,
				 .pressure = "b's\n" };
	struct resource_taker *taker = NULL;
	char path[sizeof(((struct scratch *)NULL)->dir) + 32];
	struct resources res;
	struct cgroup_tree t;

	cgroup_tree_open(&t, &spec);
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/v2/a", t.dir.dir);
	scratch_remove(path);
	ck_assert_int_eq(resource_taker_open_file(taker, "cpu.pressure", O_RDONLY), -EIO);
	ck_assert_int_eq(resources_take(taker, FACTS_DISKS, &res), -EIO);
	cgroup_tree_where(&t, "0::/b\n");
	if (_i) {
		check_disks(&other, taker);
		check_pressure(&other, taker);
	} else {
		check_pressure(&other, taker);
		check_disks(&other, taker);
	}
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

/* Without a sampler the load is not known; never that of the machine. */
START_TEST(test_load)
{
	static const struct cgroup_tree_spec spec = { "memory", "4:memory:/\n", { "memory/x 1" } };
	struct resource_taker *taker = NULL;
	struct load_sampler *load = NULL;
	struct pidmap *members = NULL;
	struct cgroup_tree t;
	struct resources res;

	cgroup_tree_open(&t, &spec);
	scratch_file(&t.dir, "proc/42/task/42/stat",
		     "42 (a) R 1 42 42 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 1234 99 7\n");
	ck_assert_int_eq(cgroup_tree_taker(&t, NULL, &taker, NULL), 0);
	ck_assert_int_eq(resources_take(taker, FACTS_LOAD, &res), 0);
	ck_assert(!res.load.known);
	ck_assert_int_eq(pidmap_identity_new(&t.source, &members), 0);
	ck_assert_int_eq(load_sampler_new(&t.source, members, &load), 0);
	resource_taker_set_load(taker, load);
	ck_assert_int_eq(resources_take(taker, FACTS_DISKS, &res), 0);
	ck_assert(!res.load.known);
	ck_assert_int_eq(resources_take(taker, FACTS_LOAD, &res), 0);
	ck_assert(res.load.known);
	ck_assert_uint_eq(res.load.running, 1);
	load_sampler_free(load);
	pidmap_free(members);
	resource_taker_free(taker);
	cgroup_tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resources_io");
	TCase *tc = tcase_create("resources_io");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_take, 0, N_OF(cases));
	tcase_add_loop_test(tc, test_removed, 0, 2);
	tcase_add_test(tc, test_load);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
