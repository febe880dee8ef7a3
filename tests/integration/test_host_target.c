/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Targets: from processes and files, their facts, and what is said when there is none. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "fault.h"
#include "fd.h"
#include "host_family.h"
#include "host_test.h"
#include "nsproc.h"
#include "source.h"
#include "target.h"
#include "text.h"

#define DEPTH	 3
#define OTHER_NS "/dev/shm/nsprocfs-test-ns"

struct fixture {
	struct family family;
	struct source host;
};

static void setup(struct fixture *f, bool in_userns)
{
	family_start(&f->family, DEPTH, in_userns);
	ck_assert_int_eq(source_open_host(&f->host, NULL), 0);
}

static void teardown(struct fixture *f)
{
	source_close(&f->host);
	family_stop(&f->family);
}

static ino_t ns_inode(pid_t pid)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_ino;
}

/* The process a pidfd stands for, as fdinfo has it. */
static pid_t pidfd_pid(int pidfd)
{
	char path[40], line[128];
	pid_t pid = 0;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	ck_assert_ptr_nonnull(info);
	while (fgets(line, sizeof(line), info)) {
		struct text value;
		int64_t number;

		if (text_key(text_of(line, strcspn(line, "\n")), TEXT("Pid"), &value) &&
		    text_i64(text_trim(value), &number) == 0)
			pid = (pid_t)number;
	}
	(void)fclose(info);
	return pid;
}

static void check_target(const struct fixture *f, const struct target *t, int level)
{
	pid_t init = family_find(&f->family, level, FAMILY_INIT)->there;
	struct stat st;

	ck_assert_uint_eq(t->level, level);
	ck_assert_int_eq(t->init_pid, init);
	ck_assert_int_eq(pidfd_pid(t->init_pidfd), init);
	ck_assert_uint_eq(t->pidns_inode, ns_inode(init));
	ck_assert_int_eq(fstat(t->pidns_fd, &st), 0);
	ck_assert_uint_eq(st.st_ino, t->pidns_inode);
}

static void close_twice(struct target *t)
{
	target_close(t);
	ck_assert_int_eq(t->pidns_fd, -1);
	ck_assert_int_eq(t->init_pidfd, -1);
	target_close(t);
}

/* Any process of it will do: its init, a child, a zombie, a thread, one with a nested namespace. */
START_TEST(test_process)
{
	static const enum family_role roles[] = { FAMILY_INIT, FAMILY_PLAIN, FAMILY_ZOMBIE,
						  FAMILY_GROUP };
	struct fault fault = { 0 };
	struct target t;
	struct fixture f;
	size_t i;

	setup(&f, false);
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		pid_t pid = family_find(&f.family, _i, roles[i])->there;

		ck_assert_msg(target_from_pid(&f.host, pid, &t, &fault) == 0, "%s", fault.what);
		check_target(&f, &t, _i);
		close_twice(&t);
	}
	ck_assert_int_eq(target_from_pid(&f.host, family_thread(&f.family, _i), &t, &fault), 0);
	check_target(&f, &t, _i);
	close_twice(&t);
	teardown(&f);
}
END_TEST

/* By its file, also where that is bound and the namespace has no process left. */
START_TEST(test_file)
{
	struct fixture f;
	struct target t;
	char path[32];

	host_test_private_mounts();
	setup(&f, false);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid",
		 family_find(&f.family, 2, FAMILY_PLAIN)->there);
	ck_assert_int_eq(target_from_file(&f.host, path, &t, NULL), 0);
	check_target(&f, &t, 2);
	target_close(&t);

	fd_close(open(OTHER_NS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	ck_assert_int_eq(mount(path, OTHER_NS, NULL, MS_BIND, NULL), 0);
	ck_assert_int_eq(target_from_file(&f.host, OTHER_NS, &t, NULL), 0);
	check_target(&f, &t, 2);
	target_close(&t);
	family_stop(&f.family);
	ck_assert_int_eq(target_from_file(&f.host, OTHER_NS, &t, NULL), 0);
	ck_assert_uint_eq(t.level, 2);
	ck_assert_int_eq(t.init_pid, 0);
	ck_assert_int_eq(t.init_pidfd, -1);
	target_close(&t);
	umount2(OTHER_NS, MNT_DETACH);
	unlink(OTHER_NS);
	source_close(&f.host);
}
END_TEST

/* A case of failure: r, and words that must be in what was tried and in the advice. */
struct failure {
	pid_t pid;	  /* 0: path instead */
	const char *path; /* NULL: pid */
	int r;
	const char *what, *advice;
};

static void check_failure(const struct source *host, const struct failure *c)
{
	struct target t = TARGET_NULL;
	struct fault fault = { 0 };
	int r;

	r = c->path ? target_from_file(host, c->path, &t, &fault)
		    : target_from_pid(host, c->pid, &t, &fault);
	ck_assert_msg(r == c->r, "%s: %s, not %s", fault.what, strerror(-r), strerror(-c->r));
	ck_assert_int_eq(fault.r, c->r);
	ck_assert_msg(strstr(fault.what, c->what), "\"%s\" lacks \"%s\"", fault.what, c->what);
	ck_assert_msg(fault.advice && strstr(fault.advice, c->advice), "advice \"%s\" lacks \"%s\"",
		      fault.advice, c->advice);
	ck_assert_int_eq(t.pidns_fd, -1);
	ck_assert_int_eq(t.init_pidfd, -1);
}

static const struct failure failures[] = {
	{ 1 << 22, NULL, -ESRCH, "pid 4194304", "lsns -t pid" }, /* never given out */
	{ -5, NULL, -ESRCH, "pid -5", "lsns" },
	{ 0, NULL, -ESRCH, "pid 0", "lsns" },
	{ 1, NULL, -EXDEV, "our own pid namespace", "no other pid namespace" },
	{ 0, "/nonexistent/ns", -ENOENT, "open /nonexistent/ns", "/proc/PID/ns/pid" },
	{ 0, "/proc/self/ns/uts", -EINVAL, "/proc/self/ns/uts is no pid namespace", "PID/ns/pid" },
	{ 0, "/etc/passwd", -EINVAL, "/etc/passwd is no pid namespace", "PID/ns/pid" },
	{ 0, "/", -EINVAL, "/ is no pid namespace", "PID/ns/pid" },
	{ 0, "/proc/self/ns/pid", -EXDEV, "our own pid namespace", "no other" },
};

START_TEST(test_failure)
{
	struct source host;

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	check_failure(&host, &failures[_i]);
	source_close(&host);
}
END_TEST

/* A stranger may not open the file, but status tells as much as a view of host data needs. */
static void as_stranger(void *arg)
{
	const struct fixture *f = arg;
	pid_t init = family_find(&f->family, 2, FAMILY_INIT)->there;
	struct failure c = { .r = -EACCES, .what = "open /proc/", .advice = "run as root" };
	struct target t = TARGET_NULL;
	char path[32];

	host_test_drop();
	ck_assert_int_eq(target_from_pid(&f->host, init, &t, NULL), 0);
	ck_assert_int_eq(t.pidns_fd, -1);
	ck_assert_uint_eq(t.pidns_inode, 0);
	ck_assert_uint_eq(t.level, 2);
	ck_assert_int_eq(t.init_pid, init);
	ck_assert_int_eq(pidfd_pid(t.init_pidfd), init);
	target_close(&t);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", init);
	c.path = path;
	check_failure(&f->host, &c);
	/* Entered from outside: neither its link nor its parents can be asked. */
	c = (struct failure){ .pid = family_find(&f->family, 2, FAMILY_ENTERED)->there,
			      .r = -EACCES,
			      .what = "open pid namespace of pid ",
			      .advice = "run as root" };
	check_failure(&f->host, &c);
}

START_TEST(test_stranger)
{
	struct fixture f;

	setup(&f, false);
	family_enter(&f.family, 2);
	host_test_child(as_stranger, &f);
	teardown(&f);
}
END_TEST

/* The owner of a user namespace opens what is in it. */
static void as_owner(void *arg)
{
	struct fixture f;
	struct target t;

	(void)arg;
	host_test_drop();
	setup(&f, true);
	ck_assert_int_eq(target_from_pid(&f.host, family_find(&f.family, 1, FAMILY_PLAIN)->there,
					 &t, NULL),
			 0);
	check_target(&f, &t, 1);
	target_close(&t);
	teardown(&f);
}

START_TEST(test_owner)
{
	host_test_child(as_owner, NULL);
}
END_TEST

static void where_hidden(void *arg)
{
	struct failure c = {
		.pid = 1, .r = -EACCES, .what = "pid 1 is hidden", .advice = "hidepid"
	};
	struct source host;

	(void)arg;
	host_test_private_mounts();
	ck_assert_int_eq(mount("proc", "/proc", "proc", 0, "hidepid=2"), 0);
	host_test_drop();
	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	check_failure(&host, &c);
	source_close(&host);
}

START_TEST(test_hidden)
{
	host_test_child(where_hidden, NULL);
}
END_TEST

/* In a namespace, with that namespace's procfs: the one above is not below, and levels count from here. */
static void inside(void *arg)
{
	struct failure c = { .path = arg,
			     .r = -ENOENT,
			     .what = "no pid namespace below ours",
			     .advice = "namespace above" };
	struct fault fault = { 0 };
	struct fixture f;
	struct target t;
	int status;
	pid_t pid;

	ck_assert_int_eq(unshare(CLONE_NEWPID), 0);
	pid = fork();
	if (pid == 0) {
		host_test_private_mounts();
		ck_assert_int_eq(mount("proc", "/proc", "proc", 0, NULL), 0);
		setup(&f, false);
		check_failure(&f.host, &c);
		pid = family_find(&f.family, 2, FAMILY_PLAIN)->there;
		ck_assert_msg(target_from_pid(&f.host, pid, &t, &fault) == 0, "%s", fault.what);
		check_target(&f, &t, 2);
		target_close(&t);
		teardown(&f);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(test_inside)
{
	host_test_private_mounts();
	fd_close(open(OTHER_NS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	ck_assert_int_eq(mount("/proc/self/ns/pid", OTHER_NS, NULL, MS_BIND, NULL), 0);
	host_test_child(inside, (void *)OTHER_NS);
	umount2(OTHER_NS, MNT_DETACH);
	unlink(OTHER_NS);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("live");

	tcase_add_loop_test(tc, test_process, 1, DEPTH + 1);
	tcase_add_test(tc, test_file);
	tcase_add_loop_test(tc, test_failure, 0, sizeof(failures) / sizeof(failures[0]));
	tcase_add_test(tc, test_stranger);
	tcase_add_test(tc, test_owner);
	tcase_add_test(tc, test_hidden);
	tcase_add_test(tc, test_inside);
	return host_test_run("host_target", tc);
}
