/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Files that a process writes to natively: on the machine's own procfs, for a child that waits in open(2), as if it
 * had been on its way through us. What it opens is a pipe that nobody else has open.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "entry.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "scratch.h"
#include "sniff.h"
#include "source.h"
#include "tree.h"
#include "unit.h"
#include "view.h"

enum way { BY_OPEN, BY_CREAT, BY_HOW };

struct call {
	enum way way;
	unsigned flags, resolve;
	bool writes;
};

static const struct call calls[] = {
	{ BY_OPEN, O_WRONLY, 0, true },
	{ BY_OPEN, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0, true },
	{ BY_OPEN, O_WRONLY | O_APPEND, 0, true },
	{ BY_CREAT, 0, 0, true },
	{ BY_HOW, O_WRONLY, 0, true },
	{ BY_HOW, O_WRONLY, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS, true },
	{ BY_OPEN, O_RDONLY, 0, false },
	{ BY_OPEN, O_WRONLY | O_NOFOLLOW, 0, false },
	{ BY_HOW, O_RDONLY, 0, false },
	{ BY_HOW, O_WRONLY | O_NOFOLLOW, 0, false },
	{ BY_HOW, O_WRONLY, RESOLVE_NO_SYMLINKS, false },
};

static const struct {
	uint64_t flags, resolve;
	bool writes;
} flags[] = {
	{ O_WRONLY, 0, true },
	{ O_RDWR | O_CLOEXEC, 0, true },
	{ O_RDWR | O_CREAT, RESOLVE_NO_MAGICLINKS, true },
	{ O_WRONLY | O_EXCL, 0, true }, /* without O_CREAT it means nothing */
	{ O_WRONLY, RESOLVE_IN_ROOT, true },
	{ O_RDONLY, 0, false },
	{ O_RDONLY | O_TRUNC, 0, false },
	{ O_ACCMODE, 0, false },
	{ O_PATH | O_RDWR, 0, false },
	{ O_RDWR | O_NOFOLLOW, 0, false },
	{ O_RDWR | O_DIRECTORY, 0, false },
	{ O_RDWR | O_CREAT | O_EXCL, 0, false },
	{ O_RDWR, RESOLVE_NO_SYMLINKS, false },
	{ O_RDWR, RESOLVE_NO_XDEV, false },
};

START_TEST(test_flags)
{
	ck_assert_int_eq(sniff_flags_write(flags[_i].flags, flags[_i].resolve), flags[_i].writes);
}
END_TEST

/* Calls one after the other. */
static _Noreturn void run_child(const char *path, const struct call *call, size_t n)
{
	size_t i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < n; i++) {
		struct open_how how = { .flags = call[i].flags, .resolve = call[i].resolve };

		if (call[i].way == BY_OPEN)
			fd = open(path, (int)call[i].flags, 0600);
		else if (call[i].way == BY_CREAT)
			fd = creat(path, 0600);
		else
			fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
		if (fd < 0)
			_exit(EXIT_FAILURE);
		close(fd);
	}
	_exit(EXIT_SUCCESS);
}

struct opener {
	struct scratch dir;
	pid_t pid;
	struct source host;
	struct pidmap *pids;
	struct view view;
};

/* It waits in a call of open(2)'s kind. */
static bool is_opening(const struct opener *o)
{
	AUTO_BUF struct buf path = { 0 };
	struct sniff s;

	return sniff_thread(&o->host, o->pid, &s, &path) == 0 &&
	       (s.call == SNIFF_OPEN || s.call == SNIFF_CREATE || s.call == SNIFF_OPEN_HOW);
}

/* Returns false if we may not look at the child. */
static bool start(struct opener *o, const struct call *call, size_t n)
{
	AUTO_BUF struct buf path = { 0 };
	struct sniff s;
	int r;

	scratch_open(&o->dir);
	ck_assert_int_eq(chdir(o->dir.dir), 0);
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	ck_assert_int_eq(source_open_host(&o->host, NULL), 0);
	ck_assert_int_eq(pidmap_identity_new(&o->host, &o->pids), 0);
	o->view = (struct view){
		.root = &proc_root_entry,
		.members = { .source = &o->host, .pids = o->pids, .portal = "host" },
		.clients = o->pids,
		.host = &o->host,
		.portal = ".k",
		.own_writable = true,
	};
	o->pid = fork();
	if (o->pid == 0)
		run_child("pipe", call, n);
	r = sniff_thread(&o->host, o->pid, &s, &path);
	if (r == -EACCES || r == -EPERM || r == -ENOENT)
		return false;
	while (!is_opening(o))
		poll(NULL, 0, 1);
	return true;
}

static void stop(struct opener *o)
{
	kill(o->pid, SIGKILL);
	waitpid(o->pid, NULL, 0);
	pidmap_free(o->pids);
	source_close(&o->host);
	ck_assert_int_eq(chdir("/"), 0);
	scratch_close(&o->dir);
}

/* The kind of file that the child finds under a name of a process. */
static mode_t look_up(const struct opener *o, pid_t client, pid_t pid, const char *name,
		      struct place *ret)
{
	const struct client c = { .tid = client, .uid = getuid(), .gid = getgid() };
	struct stat st = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "%d/%s", pid, name);
	ck_assert_int_eq(tree_walk(&o->view, &c, text_str(path), ret, &st), 0);
	return st.st_mode & S_IFMT;
}

static void expect_kind(const struct opener *o, pid_t pid, const char *name, mode_t wanted)
{
	AUTO_PLACE struct place p = PLACE_NULL;

	ck_assert_msg(look_up(o, o->pid, pid, name, &p) == wanted, "%d/%s", pid, name);
}

/* Who is about to write finds a link, who is not the file. */
START_TEST(test_calls)
{
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf text = { 0 };
	struct client c = { 0 };
	struct opener o = { 0 };
	char wanted[64];

	if (start(&o, &calls[_i], 1)) {
		ck_assert_int_eq(sniff_opens_to_write(&o.host, o.pid), calls[_i].writes);
		c.tid = o.pid;
		if (calls[_i].writes) {
			ck_assert_int_eq(look_up(&o, o.pid, o.pid, "comm", &p), S_IFLNK);
			ck_assert_int_eq(tree_readlink(&o.view, &c, &p, &text), 0);
			snprintf(wanted, sizeof(wanted), "../.k/host/%d/comm", o.pid);
			ck_assert_str_eq(text.data, wanted);
		} else {
			ck_assert_int_eq(look_up(&o, o.pid, o.pid, "comm", &p), S_IFREG);
		}
	}
	stop(&o);
}
END_TEST

/* Only its own files, and only where the view says so. */
START_TEST(test_which)
{
	static const struct call writing = { BY_OPEN, O_WRONLY, 0, true };
	AUTO_PLACE struct place p = PLACE_NULL;
	struct opener o = { 0 };

	if (start(&o, &writing, 1)) {
		expect_kind(&o, o.pid, "uid_map", S_IFLNK);
		expect_kind(&o, o.pid, "oom_score_adj", S_IFLNK);
		expect_kind(&o, o.pid, "status", S_IFREG);
		expect_kind(&o, o.pid, "mem", S_IFREG);
		expect_kind(&o, getpid(), "comm", S_IFREG);
		/* Somebody else, who is not opening anything. */
		ck_assert_int_eq(look_up(&o, getpid(), o.pid, "comm", &p), S_IFREG);
		o.view.writable = true;
		expect_kind(&o, o.pid, "comm", S_IFLNK);
		expect_kind(&o, o.pid, "oom_score_adj", S_IFREG); /* by the server */
		o.view.own_writable = false;
		expect_kind(&o, o.pid, "comm", S_IFLNK);
		o.view.writable = false;
		expect_kind(&o, o.pid, "comm", S_IFREG);
		o.view.writable = true;
		o.view.guess_links = true;
		expect_kind(&o, o.pid, "comm", S_IFREG);
		o.view.guess_links = false;
		o.view.portal = NULL;
		expect_kind(&o, o.pid, "comm", S_IFREG);
	}
	stop(&o);
}
END_TEST

static int refuse(void *context)
{
	++*(int *)context;
	return -EBUSY;
}

/* Without a portal the file is found, as ever. */
START_TEST(test_no_portal)
{
	static const struct call writing = { BY_OPEN, O_WRONLY, 0, true };
	struct opener o = { 0 };
	int asked = 0;

	if (start(&o, &writing, 1)) {
		o.view.open_portal = refuse;
		o.view.portal_context = &asked;
		expect_kind(&o, o.pid, "status", S_IFREG);
		ck_assert_int_eq(asked, 0);
		expect_kind(&o, o.pid, "comm", S_IFREG);
		ck_assert_int_eq(asked, 1);
	}
	stop(&o);
}
END_TEST

/* Who has got hold of the link by a call of the right kind gets nothing out of it by another. */
START_TEST(test_later)
{
	static const struct call both[] = { { BY_OPEN, O_WRONLY, 0, true },
					    { BY_OPEN, O_RDONLY, 0, false } };
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf text = { 0 };
	struct client c = { 0 };
	struct opener o = { 0 };
	int fd;

	if (start(&o, both, 2)) {
		c.tid = o.pid;
		ck_assert_int_eq(look_up(&o, o.pid, o.pid, "comm", &p), S_IFLNK);
		fd = open("pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		while (sniff_opens_to_write(&o.host, o.pid))
			poll(NULL, 0, 1);
		close(fd);
		ck_assert_int_eq(tree_readlink(&o.view, &c, &p, &text), -EINVAL);
		c.tid = getpid();
		ck_assert_int_eq(tree_readlink(&o.view, &c, &p, &text), -EINVAL);
		ck_assert_uint_eq(text.len, 0);
	}
	stop(&o);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("native");
	TCase *tc = tcase_create("native");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_flags, 0, N_OF(flags));
	tcase_add_loop_test(tc, test_calls, 0, N_OF(calls));
	tcase_add_test(tc, test_which);
	tcase_add_test(tc, test_no_portal);
	tcase_add_test(tc, test_later);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
