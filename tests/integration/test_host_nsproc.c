/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Detached procfs instances: by both methods, by root, owners and strangers, of the living and dead. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "fault.h"
#include "fd.h"
#include "host_family.h"
#include "host_test.h"
#include "nsproc.h"
#include "pidmap.h"
#include "source.h"

#define DEPTH 3

static const enum nsproc_method methods[] = { NSPROC_AUTO, NSPROC_OPTION, NSPROC_CHILD };

#define N_METHODS ((int)(sizeof(methods) / sizeof(methods[0])))

static int open_ns(pid_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* The kernel has the mount option (Linux 6.18). Says so once if not. */
static bool has_option(int ns)
{
	struct fault fault = { 0 };
	int fd = -1, r = nsproc_open(ns, NSPROC_OPTION, &fd, &fault);

	fd_close(fd);
	if (r < 0)
		printf("not tested: pidns= option (%s: %s)\n", fault.what, strerror(-r));
	return r == 0;
}

static struct source open_source(int ns, enum nsproc_method method)
{
	struct fault fault = { 0 };
	int fd = -1, r;

	r = nsproc_open(ns, method, &fd, &fault);
	ck_assert_msg(r == 0, "%s: %s: %s", nsproc_method_name(method), fault.what, strerror(-r));
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return source_from_fd(SOURCE_KERNEL, fd);
}

/* The instance lists the members of the level by their own numbers, and as many as are deeper. */
static void check_family(const struct source *s, const struct family *f, int level)
{
	struct pidmap_list l = { 0 };
	size_t n = 0, j;
	int i;

	ck_assert_int_eq(source_list_numbers(s, -1, "", &l), 0);
	for (i = 0; i < f->n; i++) {
		const struct family_member *m = &f->member[i];

		if (m->level < level || m->role == FAMILY_THREAD || m->role == FAMILY_NEXT)
			continue;
		n++;
		if (m->level > level)
			continue;
		for (j = 0; j < l.n && l.pairs[j].here != m->own; j++)
			;
		ck_assert_msg(j < l.n, "role %d is not listed as %d", m->role, m->own);
	}
	ck_assert_uint_eq(l.n, n);
	pidmap_list_free(&l);
}

START_TEST(test_levels)
{
	struct family f;
	int i, level;

	family_start(&f, DEPTH, false);
	for (level = 1; level <= DEPTH; level++) {
		int ns = open_ns(family_find(&f, level, FAMILY_INIT)->there);
		bool option = has_option(ns);
		int n_fds = count_fds();

		for (i = 0; i < N_METHODS; i++) {
			struct source s;

			if (methods[i] == NSPROC_OPTION && !option)
				continue;
			s = open_source(ns, methods[i]);
			check_family(&s, &f, level);
			source_close(&s);
			ck_assert_int_eq(count_fds(), n_fds);
		}
		fd_close(ns);
	}
	family_stop(&f);
}
END_TEST

/* The namespace of somebody's user namespace, opened by root. */
START_TEST(test_child_userns)
{
	struct source s;
	struct family f;
	int i, ns;

	family_start(&f, 2, true);
	ns = open_ns(family_find(&f, 2, FAMILY_INIT)->there);
	for (i = 0; i < N_METHODS; i++) {
		if (methods[i] == NSPROC_OPTION && !has_option(ns))
			continue;
		s = open_source(ns, methods[i]);
		check_family(&s, &f, 2);
		source_close(&s);
	}
	fd_close(ns);
	family_stop(&f);
}
END_TEST

/* Another's container, and the step at which it is refused. */
struct other {
	bool in_userns;
	const char *what;
	int ns;
};

/* A user without privilege opens his own container, and is refused another's. */
static void as_owner(void *arg)
{
	struct other *other = arg;
	struct fault fault = { 0 };
	struct source s;
	struct family f;
	int fd = -1, ns;

	host_test_drop();
	family_start(&f, 2, true);
	ns = open_ns(family_find(&f, 1, FAMILY_INIT)->there);
	s = open_source(ns, NSPROC_CHILD);
	check_family(&s, &f, 1);
	source_close(&s);
	s = open_source(ns, NSPROC_AUTO);
	check_family(&s, &f, 1);
	source_close(&s);
	fd_close(ns);
	family_stop(&f);

	ck_assert_int_eq(nsproc_open(other->ns, NSPROC_AUTO, &fd, &fault), -EPERM);
	ck_assert_int_eq(fd, -1);
	ck_assert_int_eq(fault.r, -EPERM);
	ck_assert_str_eq(fault.what, other->what);
	ck_assert_ptr_nonnull(strstr(fault.advice, "run as root"));
	fault_clear(&fault);
	ck_assert_int_eq(nsproc_open(other->ns, NSPROC_OPTION, &fd, &fault), -EPERM);
}

START_TEST(test_owner)
{
	struct other others[] = {
		{ false, "procfs of the pid namespace: enter it", -1 },
		{ true, "procfs of the pid namespace: enter the user namespace that owns it", -1 },
	};
	struct other *o = &others[_i];
	struct family f;

	family_start(&f, 1, o->in_userns);
	o->ns = open_ns(family_find(&f, 1, FAMILY_INIT)->there);
	host_test_child(as_owner, o);
	fd_close(o->ns);
	family_stop(&f);
}
END_TEST

START_TEST(test_dead)
{
	struct fault fault = { 0 };
	struct family f;
	int fd = -1, ns;

	family_start(&f, 1, false);
	ns = open_ns(family_find(&f, 1, FAMILY_INIT)->there);
	family_stop(&f);
	ck_assert_int_eq(nsproc_open(ns, NSPROC_CHILD, &fd, &fault), -ENOMEM);
	ck_assert_str_eq(fault.what, "procfs of the pid namespace: start a process in it");
	ck_assert_ptr_nonnull(strstr(fault.advice, "has died"));
	fd_close(ns);
}
END_TEST

START_TEST(test_no_pidns)
{
	struct fault fault = { 0 };
	int fd = -1, ns = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), i;

	for (i = 0; i < N_METHODS; i++) {
		fault_clear(&fault);
		ck_assert_int_eq(nsproc_open(ns, methods[i], &fd, &fault), -EINVAL);
		ck_assert_int_eq(fault.r, -EINVAL);
		ck_assert_int_eq(fd, -1);
	}
	fd_close(ns);
	ck_assert_int_eq(nsproc_open(-1, NSPROC_CHILD, &fd, NULL), -EBADF);
}
END_TEST

/* From inside, the namespace above is out of reach. */
static void from_inside(void *outer_ns)
{
	struct fault fault = { 0 };
	int fd = -1, status;
	pid_t pid;

	ck_assert_int_eq(unshare(CLONE_NEWPID), 0);
	pid = fork();
	if (pid == 0) {
		ck_assert_int_eq(nsproc_open(*(int *)outer_ns, NSPROC_AUTO, &fd, &fault), -EINVAL);
		ck_assert_ptr_nonnull(strstr(fault.advice, "below"));
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(test_not_below)
{
	int ns = open_ns(getpid());

	host_test_child(from_inside, &ns);
	fd_close(ns);
}
END_TEST

/* Whatever the caller does with SIGCHLD, no child is left over. */
START_TEST(test_no_children)
{
	static const __sighandler_t handlers[] = { SIG_DFL, SIG_IGN };
	struct source s;
	int ns = open_ns(getpid()), i;

	for (i = 0; i < 2; i++) {
		signal(SIGCHLD, handlers[i]);
		s = open_source(ns, NSPROC_CHILD);
		source_close(&s);
		ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
		ck_assert_int_eq(errno, ECHILD);
	}
	signal(SIGCHLD, SIG_DFL);
	fd_close(ns);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("live");

	tcase_add_test(tc, test_levels);
	tcase_add_test(tc, test_child_userns);
	tcase_add_loop_test(tc, test_owner, 0, 2);
	tcase_add_test(tc, test_dead);
	tcase_add_test(tc, test_no_pidns);
	tcase_add_test(tc, test_not_below);
	tcase_add_test(tc, test_no_children);
	return host_test_run("host_nsproc", tc);
}
