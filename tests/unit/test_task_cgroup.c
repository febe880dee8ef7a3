/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of task_cgroup.h. */

#include <check.h>

#include "task_cgroup.h"
#include "unit.h"

START_TEST(test_lines)
{
	struct text rest = TEXT("12:cpu,cpuacct:/a:b\nnonsense\n3:memory\n4:pids:\n"
				"1:name=systemd:/x/y z\n0::/");
	struct task_cgroup c;

	ck_assert(task_cgroup_next(&rest, &c));
	ck_assert(text_equal(c.controllers, TEXT("cpu,cpuacct")));
	ck_assert(text_equal(c.path, TEXT("/a:b")));
	ck_assert(task_cgroup_next(&rest, &c));
	ck_assert(text_equal(c.controllers, TEXT("name=systemd")));
	ck_assert(text_equal(c.path, TEXT("/x/y z")));
	ck_assert(task_cgroup_next(&rest, &c));
	ck_assert(text_equal(c.controllers, TEXT("")));
	ck_assert(text_equal(c.path, TEXT("/")));
	ck_assert(!task_cgroup_next(&rest, &c));
}
END_TEST

static const struct {
	const char *text;
	const char *controllers, *path; /* NULL: none */
} mains[] = {
	{ "", NULL, NULL },
	{ "0::/\n", "", "/" },
	{ "0::/user.slice/a\n", "", "/user.slice/a" },
	/* Hybrid: the unified hierarchy is used by systemd. */
	{ "4:memory:/b\n1:name=systemd:/c\n0::/d\n", "", "/d" },
	/* Hybrid: it is empty. */
	{ "4:memory:/b\n1:name=systemd:/c\n0::/\n", "name=systemd", "/c" },
	{ "9:cpu,cpuacct:/e\n4:memory:/b\n1:name=systemd:/\n0::/\n", "memory", "/b" },
	{ "9:cpuacct,cpu:/e\n8:freezer:/f\n4:memory:/\n", "cpuacct,cpu", "/e" },
	{ "8:freezer:/f\n7:blkio:/g\n4:memory:/\n0::/\n", "freezer", "/f" },
	/* No group at all. */
	{ "4:memory:/\n1:name=systemd:/\n0::/\n", "", "/" },
	{ "4:memory:/\n1:name=systemd:/\n", "name=systemd", "/" },
};

START_TEST(test_main)
{
	struct task_cgroup c = { 0 };
	bool found = task_cgroup_main(text_str(mains[_i].text), &c);

	ck_assert_int_eq(found, mains[_i].path != NULL);
	if (!found)
		return;
	ck_assert(text_equal(c.controllers, text_str(mains[_i].controllers)));
	ck_assert(text_equal(c.path, text_str(mains[_i].path)));
}
END_TEST

/* As on a hybrid machine, with a mount of a part and one whose name has a blank. */
static const char mounts[] =
	"1 0 254:0 / / rw - ext4 /dev/root rw\n"
	"2 1 0:1 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
	"3 2 0:2 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n"
	"4 2 0:3 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	"5 2 0:4 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
	"6 1 0:5 /docker/abc /mnt/a\\040b rw - cgroup cgroup rw,memory\n"
	"7 4 0:2 /deep /sys/fs/cgroup/cpu,cpuacct/v2 rw - cgroup2 cgroup2 rw\n";

#define CPU  "4:cpu,cpuacct:/x/y\n"
#define MEM  "5:memory:/docker/abc/z\n"
#define NAME "1:name=systemd:/s\n"
#define ALL  CPU MEM NAME "0::/u/v\n"

static const struct {
	const char *given;
	const char *text;
	bool holds;
} wishes[] = {
	/* A path: in any hierarchy, itself or above, whole components. */
	{ "/x/y", ALL, true },
	{ "/x", ALL, true },
	{ "/x/", ALL, true },
	{ "x", ALL, true },
	{ "/u", ALL, true },
	{ "/", ALL, true },
	{ "/x/y/z", ALL, false },
	{ "/x/yy", ALL, false },
	{ "/x/", "4:cpu:/xx\n", false },
	{ "/v", ALL, false },
	/* One hierarchy, as in the column. */
	{ "memory:/docker", ALL, true },
	{ "cpuacct:/x", ALL, true },
	{ "cpu:/x", ALL, true },
	{ "cpu,cpuacct:/x", ALL, true },
	{ "name=systemd:/s", ALL, true },
	{ "memory:/x", ALL, false },
	{ ":/u", ALL, true },
	{ ":/x", ALL, false },
	/* A controller that no hierarchy of version 1 has is in the unified one, if it can be. */
	{ "memory:/u", "0::/u/v\n", true },
	{ "blkio:/u", ALL, true },
	{ "io,pids:/u", ALL, true },
	{ "memory:/u", ALL, false },
	{ "cpu,pids:/u", ALL, false },
	{ "memory:/x", "0::/u/v\n", false },
	{ "name=systemd:/u", "0::/u/v\n", false },
	{ "rw:/u", "0::/u/v\n", false },
	/* A directory. */
	{ "/sys/fs/cgroup/unified/u", ALL, true },
	{ "/sys/fs/cgroup/unified", ALL, true },
	{ "/sys/fs/cgroup/unified/x", ALL, false },
	{ "/sys/fs/cgroup/unified/u/", ALL, true },
	{ "/sys/fs/cgroup/cpu,cpuacct/x", ALL, true },
	{ "/sys/fs/cgroup/cpu,cpuacct/u", ALL, false },
	{ "/sys/fs/cgroup/systemd/s", ALL, true },
	{ "/mnt/a b/z", ALL, true },
	{ "/mnt/a b", ALL, true },
	{ "/mnt/a b/docker", ALL, false },
	{ "/sys/fs/cgroup/cpu,cpuacct/v2/w", "0::/deep/w\n", true },
	{ "/sys/fs/cgroup/cpu,cpuacct/v2/w", "4:cpu:/deep/w\n", false },
	{ "/sys/fs/cgroup", ALL, false }, /* the tmpfs: no group */
	/* No groups. */
	{ "/", "", false },
};

START_TEST(test_wishes)
{
	struct cgroup_wish w = { 0 };

	ck_assert_int_eq(cgroup_wish_parse(text_str(wishes[_i].given), text_str(mounts), &w), 0);
	ck_assert_msg(cgroup_wish_holds(&w, text_str(wishes[_i].text)) == wishes[_i].holds,
		      "%s in %s", wishes[_i].given, wishes[_i].text);
	cgroup_wish_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("task_cgroup");
	TCase *tcase = tcase_create("task_cgroup");

	tcase_add_test(tcase, test_lines);
	tcase_add_loop_test(tcase, test_main, 0, N_OF(mains));
	tcase_add_loop_test(tcase, test_wishes, 0, N_OF(wishes));
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
