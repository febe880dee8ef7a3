/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The host source where /proc is covered, masked or another's, and when its processes die. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "host_test.h"
#include "pidmap.h"
#include "source.h"

#define MASK "/dev/null"

/* Where there is no procfs of ours at /proc. */
static const struct no_host {
	const char *type; /* mounted at /proc; NULL: left, and seen from a new pid namespace */
	const char *what, *advice;
} no_hosts[] = {
	{ "tmpfs", "/proc is no procfs", "mount -t proc" },
	{ NULL, "/proc shows another pid namespace", "mount -t proc" },
};

static void check_no_host(const struct no_host *c)
{
	struct source s = SOURCE_NULL;
	struct fault fault = { 0 };

	ck_assert_int_eq(source_open_host(&s, &fault), -ENODEV);
	ck_assert_int_eq(fault.r, -ENODEV);
	ck_assert_msg(strstr(fault.what, c->what), "%s", fault.what);
	ck_assert_ptr_nonnull(strstr(fault.advice, c->advice));
	ck_assert_int_eq(s.fd, -1);
}

static void without_host(void *arg)
{
	const struct no_host *c = arg;
	int status;
	pid_t pid;

	host_test_private_mounts();
	if (c->type)
		ck_assert_int_eq(mount("x", "/proc", c->type, 0, NULL), 0);
	else
		ck_assert_int_eq(unshare(CLONE_NEWPID), 0);
	pid = fork();
	if (pid == 0) {
		check_no_host(c);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(test_no_host)
{
	host_test_child(without_host, (void *)&no_hosts[_i]);
}
END_TEST

static void check_covered(const struct source *s, const char *path, int r)
{
	AUTO_FD int fd = -1;
	struct stat st;

	fd = source_openat(s, -1, path, O_RDONLY);
	ck_assert_int_eq(fd < 0 ? fd : 0, r);
	ck_assert_int_eq(source_stat(s, -1, path, &st), r);
	if (r == 0)
		ck_assert_uint_eq(st.st_dev, s->dev);
}

/* Masks as container engines make them: files by /dev/null, directories by a tmpfs. */
static void mask(void)
{
	host_test_private_mounts();
	ck_assert_int_eq(mount(MASK, "/proc/uptime", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount("x", "/proc/fs", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mount(MASK, "/proc/sys/kernel/ostype", NULL, MS_BIND, NULL), 0);
}

/* Root reads a copy of the mount that nothing covers. */
static void masked_root(void *arg)
{
	AUTO_BUF struct buf out = { 0 };
	struct source s;

	(void)arg;
	mask();
	ck_assert_int_eq(source_open_host(&s, NULL), 0);
	check_covered(&s, "uptime", 0);
	check_covered(&s, "fs", 0);
	check_covered(&s, "sys/kernel/ostype", 0);
	ck_assert_int_eq(source_read(&s, -1, "sys/kernel/ostype", 100, &out), 0);
	ck_assert_str_eq(out.data, "Linux\n");
	source_close(&s);
}

/* Others read the mount itself: what covers an entry is not the entry. */
static void masked_stranger(void *arg)
{
	struct source s;

	(void)arg;
	mask();
	host_test_drop();
	ck_assert_int_eq(source_open_host(&s, NULL), 0);
	check_covered(&s, "uptime", -EACCES);
	check_covered(&s, "fs", -EACCES);
	check_covered(&s, "sys/kernel/ostype", -EACCES);
	check_covered(&s, "stat", 0);
	check_covered(&s, "sys/kernel/osrelease", 0);
	source_close(&s);
}

/* What is bound on itself is no other thing for that. */
static void bound_stranger(void *arg)
{
	AUTO_BUF struct buf out = { 0 };
	struct source s;
	struct stat st;

	(void)arg;
	host_test_private_mounts();
	ck_assert_int_eq(mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount(NULL, "/proc/sys", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
	ck_assert_int_eq(mount(MASK, "/proc/sys/kernel/version", NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(mount("x", "/proc/sys/net", "tmpfs", 0, NULL), 0);
	host_test_drop();
	ck_assert_int_eq(source_open_host(&s, NULL), 0);
	check_covered(&s, "sys", 0);
	check_covered(&s, "sys/kernel/osrelease", 0);
	check_covered(&s, "sys/kernel/version", -EACCES);
	check_covered(&s, "sys/net", -EACCES);
	ck_assert_int_eq(source_read(&s, -1, "sys/kernel/ostype", 100, &out), 0);
	ck_assert_str_eq(out.data, "Linux\n");
	ck_assert_int_eq(source_stat(&s, -1, "sys/kernel/none", &st), -ENOENT);
	ck_assert_int_eq(source_stat(&s, -1, "sys/../../etc", &st), -EACCES);
	ck_assert_int_eq(source_openat(&s, -1, "sys/../../etc", O_RDONLY), -EACCES);
	source_close(&s);
}

START_TEST(test_masked)
{
	host_test_child(masked_root, NULL);
	host_test_child(masked_stranger, NULL);
	host_test_child(bound_stranger, NULL);
}
END_TEST

/* An old descriptor is bound to the process that died, whoever has its number next (inventory D). */
START_TEST(test_death)
{
	AUTO_BUF struct buf out = { 0 };
	struct source s;
	struct stat st;
	char name[16];
	int dir, file;
	pid_t pid;

	ck_assert_int_eq(source_open_host(&s, NULL), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	snprintf(name, sizeof(name), "%d", pid);
	dir = source_openat(&s, -1, name, O_PATH | O_DIRECTORY);
	ck_assert_int_ge(dir, 0);
	file = source_openat(&s, dir, "stat", O_RDONLY);
	ck_assert_int_ge(file, 0);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(source_openat(&s, dir, "stat", O_RDONLY), -ESRCH);
	ck_assert_int_eq(source_read(&s, dir, "status", 100, &out), -ESRCH);
	ck_assert_int_eq(source_readlink(&s, dir, "exe", &out), -ESRCH);
	ck_assert_int_eq(source_stat(&s, dir, "", &st), 0);
	ck_assert_int_eq(source_openat(&s, -1, name, O_PATH), -ENOENT);
	ck_assert_int_eq(source_stat(&s, -1, name, &st), -ENOENT);
	ck_assert_int_eq(fd_pread_all(file, 1000, &out), -ESRCH);
	fd_close(file);
	fd_close(dir);
	source_close(&s);
}
END_TEST

/* A kernel thread has an exe that leads nowhere, which is not the same as being no link. */
START_TEST(test_no_target)
{
	AUTO_BUF struct buf out = { 0 };
	struct source s;

	ck_assert_int_eq(source_open_host(&s, NULL), 0);
	if (source_read(&s, -1, "2/comm", 100, &out) < 0 || strcmp(out.data, "kthreadd\n") != 0) {
		puts("not tested: a kernel thread's exe (there is none in this pid namespace)");
		source_close(&s);
		return;
	}
	buf_clear(&out);
	ck_assert_int_eq(source_readlink(&s, -1, "2/exe", &out), -ENOENT);
	ck_assert_int_eq(source_readlink(&s, -1, "2/stat", &out), -EINVAL);
	ck_assert_uint_eq(out.len, 0);
	source_close(&s);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("live");

	tcase_add_loop_test(tc, test_no_host, 0, sizeof(no_hosts) / sizeof(no_hosts[0]));
	tcase_add_test(tc, test_masked);
	tcase_add_test(tc, test_death);
	tcase_add_test(tc, test_no_target);
	return host_test_run("host_source", tc);
}
