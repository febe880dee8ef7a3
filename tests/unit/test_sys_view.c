/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of the view of /sys/devices/system, of a declared machine with four CPUs on two nodes. */

#include <check.h>
#include <errno.h>

#include "buf.h"
#include "content.h"
#include "entry.h"
#include "listing.h"
#include "pidmap.h"
#include "pidmap_nobody.h"
#include "resources.h"
#include "scratch.h"
#include "source.h"
#include "tree.h"
#include "tree_view.h"
#include "unit.h"

static const struct client nobody = { 0 };

/* What the container has now. */
struct container {
	int r;
	bool known;
	uint64_t set;
};

struct sys_view {
	struct tree_view tree;
	struct container container;
};

static int take(void *context, const struct client *client, unsigned facts, struct resources *ret)
{
	const struct container *c = context;

	(void)client;
	if (facts & FACTS_CPU) {
		ret->cpu.has_set = c->known;
		ret->cpu.set.bits[0] = c->set;
	}
	return c->r;
}

static void declare(const struct scratch *s)
{
	char path[64], text[64];
	int i;

	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "cpu/cpu%d/topology/core_id", i);
		snprintf(text, sizeof(text), "%d\n", 10 + i);
		scratch_file(s, path, text);
		snprintf(path, sizeof(path), "cpu/cpu%d/topology/core_siblings_list", i);
		scratch_file(s, path, i < 2 ? "0-1\n" : "2-3\n");
		snprintf(path, sizeof(path), "cpu/cpu%d/cache/index0/shared_cpu_map", i);
		scratch_file(s, path, i < 2 ? "3\n" : "c\n");
		snprintf(path, sizeof(path), "cpu/cpu%d/node%d", i, i / 2);
		snprintf(text, sizeof(text), "../../node/node%d", i / 2);
		scratch_link(s, path, text);
		snprintf(path, sizeof(path), "cpu/cpu%d/subsystem", i);
		scratch_link(s, path, "../../../../bus/cpu");
		snprintf(path, sizeof(path), "cpu/cpu%d/no-row-for-this", i);
		scratch_file(s, path, "0-3\n");
	}
	scratch_file(s, "cpu/online", "0-3\n");
	scratch_file(s, "cpu/kernel_max", "255\n");
	scratch_file(s, "cpu/cpufreq/policy0/affected_cpus", "0 1 2 3\n");
	scratch_file(s, "cpu/vulnerabilities/meltdown", "Not affected\n");
	scratch_file(s, "node/online", "0-1\n");
	scratch_file(s, "node/has_cpu", "0-1\n");
	scratch_file(s, "node/node0/cpulist", "0-1\n");
	scratch_file(s, "node/node1/cpumap", "c\n");
	scratch_link(s, "node/node1/cpu3", "../../cpu/cpu3");
	scratch_file(s, "memory/block_size_bytes", "8000000\n");
}

static void sys_open(struct sys_view *s)
{
	struct tree_view *t = &s->tree;

	scratch_open(&t->dir);
	declare(&t->dir);
	ck_assert_int_eq(source_open_tree(t->dir.dir, &t->source, NULL), 0);
	ck_assert_int_eq(pidmap_nobody_new(&t->pids), 0);
	s->container = (struct container){ .known = true, .set = 0xA };
	t->view = (struct view){
		.root = &sys_root_entry,
		.members = { .source = &t->source, .pids = t->pids, .strict = true },
		.profile = PROFILE_KERNEL,
		.take_resources = take,
		.resources_context = &s->container,
		.resource_files = RESOURCE_CPUS,
	};
}

static void sys_close(struct sys_view *s)
{
	tree_view_close(&s->tree);
}

/* What is at path: the text of a file or link, the names of a directory, each with a blank behind it. */
static bool append_name(void *context, const struct listing_name *n)
{
	return n->name[0] == '.' || buf_printf(context, "%s ", n->name) == 0;
}

static int look(const struct sys_view *s, const char *path, struct buf *out)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	struct listing *l = NULL;
	struct stat st;
	int r;

	buf_clear(out);
	ck_assert_int_eq(buf_append_str(out, ""), 0);
	r = tree_walk(&s->tree.view, &nobody, text_str(path), &p, &st);
	if (r < 0)
		return r;
	if (S_ISLNK(st.st_mode))
		return tree_readlink(&s->tree.view, &nobody, &p, out);
	if (!S_ISDIR(st.st_mode))
		return content_read_all(&s->tree.view, &nobody, &p, true, out);
	r = listing_open(&s->tree.view, &nobody, &p, &l);
	if (r == 0)
		r = listing_each(l, &nobody, 0, append_name, out);
	listing_free(l);
	return r;
}

static void expect(const struct sys_view *s, const char *path, int wanted, const char *text)
{
	AUTO_BUF struct buf out = { 0 };
	int r = look(s, path, &out);

	ck_assert_msg(r == wanted, "%s: %d, not %d", path, r, wanted);
	if (wanted == 0)
		ck_assert_msg(strcmp(out.data, text) == 0, "%s: gave %s", path, out.data);
}

static const struct {
	const char *path;
	int r;
	const char *text;
} cases[] = {
	{ "", 0, "cpu node " },
	{ "memory", -ENOENT, NULL },
	{ "cpu", 0, "cpu0 cpu1 online kernel_max vulnerabilities " },
	{ "cpu/online", 0, "0-1\n" },
	{ "cpu/kernel_max", 0, "255\n" },
	{ "cpu/cpufreq", -ENOENT, NULL },
	{ "cpu/cpufreq/policy0/affected_cpus", -ENOENT, NULL },
	{ "cpu/vulnerabilities/meltdown", 0, "Not affected\n" },
	{ "cpu/cpu0", 0, "cache node0 topology " },
	{ "cpu/cpu0/topology/core_id", 0, "11\n" },
	{ "cpu/cpu1/topology/core_id", 0, "13\n" },
	{ "cpu/cpu1/topology/core_siblings_list", 0, "1\n" },
	{ "cpu/cpu1/cache/index0/shared_cpu_map", 0, "2\n" },
	{ "cpu/cpu1/node1", 0, "../../node/node1" },
	{ "cpu/cpu1/node0", -ENOENT, NULL },
	{ "cpu/cpu1/subsystem", -ENOENT, NULL },
	{ "cpu/cpu1/no-row-for-this", -ENOENT, NULL },
	{ "cpu/cpu2", -ENOENT, NULL },
	{ "cpu/cpu3", -ENOENT, NULL },
	{ "cpu/cpu01", -ENOENT, NULL },
	{ "cpu/cpu", -ENOENT, NULL },
	{ "cpu/cpu99999999999", -ENOENT, NULL },
	{ "cpu/cpu18446744073709551617", -ENOENT, NULL }, /* 2^64 + 1 */
	{ "node", 0, "node0 node1 online " },
	{ "node/has_cpu", -ENOENT, NULL },
	{ "node/node0/cpulist", 0, "0\n" },
	{ "node/node1", 0, "cpumap " },
	{ "node/node1/cpumap", 0, "2\n" },
	{ "node/node1/cpu3", -ENOENT, NULL },
};

START_TEST(test_container)
{
	struct sys_view s;

	sys_open(&s);
	expect(&s, cases[_i].path, cases[_i].r, cases[_i].text);
	sys_close(&s);
}
END_TEST

/* The same name is another CPU once the set has changed. */
START_TEST(test_change)
{
	struct sys_view s;

	sys_open(&s);
	expect(&s, "cpu/cpu0/topology/core_id", 0, "11\n");
	s.container.set = 0x4;
	expect(&s, "cpu/cpu0/topology/core_id", 0, "12\n");
	expect(&s, "cpu", 0, "cpu0 online kernel_max vulnerabilities ");
	expect(&s, "node/node0/cpulist", 0, "\n");
	s.container.set = 0xF;
	expect(&s, "cpu", 0, "cpu0 cpu1 cpu2 cpu3 online kernel_max vulnerabilities ");
	expect(&s, "cpu/cpu3/topology/core_siblings_list", 0, "2-3\n");
	sys_close(&s);
}
END_TEST

/* Facts that cannot be had are an error, and no name or number of the machine. */
START_TEST(test_no_facts)
{
	struct sys_view s;
	int i;

	sys_open(&s);
	for (i = 0; i < 2; i++) {
		s.container = (struct container){ .r = i == 0 ? -EIO : 0, .known = i == 0 };
		expect(&s, "cpu", -EIO, NULL);
		expect(&s, "cpu/cpu0", -EIO, NULL);
		expect(&s, "cpu/online", -EIO, NULL);
		expect(&s, "cpu/kernel_max", 0, "255\n");
		expect(&s, "node/node0/cpulist", -EIO, NULL);
	}
	sys_close(&s);
}
END_TEST

/* Without resources it is the machine's, of which profile "kernel" shows all. */
START_TEST(test_machine)
{
	struct sys_view s;

	sys_open(&s);
	s.tree.view.resource_files = (unsigned)~RESOURCE_CPUS;
	s.tree.view.members.strict = false;
	s.tree.view.profile = PROFILE_CONTAINER;
	expect(&s, "cpu", 0, "cpu0 cpu1 cpu2 cpu3 online kernel_max vulnerabilities ");
	expect(&s, "cpu/cpu3/topology/core_id", 0, "13\n");
	s.tree.view.profile = PROFILE_KERNEL;
	expect(&s, "cpu/cpufreq/policy0/affected_cpus", 0, "0 1 2 3\n");
	expect(&s, "node/node1/cpu3", 0, "../../cpu/cpu3");
	expect(&s, "memory/block_size_bytes", 0, "8000000\n");
	sys_close(&s);
}
END_TEST

/* In the portal of a view of processes: as strict, and the container's, whatever else that shows. */
START_TEST(test_beside)
{
	struct sys_view s;

	sys_open(&s);
	s.tree.view.devices = s.tree.view.members;
	s.tree.view.devices.portal = "sys";
	s.tree.view.devices_root = &sys_root_entry;
	s.tree.view.members.strict = false;
	s.tree.view.root = &proc_root_entry;
	s.tree.view.portal = ".k";
	expect(&s, ".k/sys", 0, "cpu node ");
	expect(&s, ".k/sys/cpu", 0, "cpu0 cpu1 online kernel_max vulnerabilities ");
	expect(&s, ".k/sys/cpu/cpu1/topology/core_id", 0, "13\n");
	expect(&s, ".k/sys/cpu/cpufreq", -ENOENT, NULL);
	expect(&s, ".k/sys/memory", -ENOENT, NULL);
	expect(&s, ".k/sys/sys", -ENOENT, NULL);
	expect(&s, ".k/other", -ENOENT, NULL);
	expect(&s, ".k", 0, "");
	s.tree.view.devices.source = NULL;
	expect(&s, ".k/sys", -ENOENT, NULL);
	sys_close(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sys_view");
	TCase *tc = tcase_create("sys_view");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_container, 0, N_OF(cases));
	tcase_add_test(tc, test_change);
	tcase_add_test(tc, test_no_facts);
	tcase_add_test(tc, test_machine);
	tcase_add_test(tc, test_beside);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
