/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of source.h, on a scratch directory and on the machine's own procfs. */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "pidmap.h"
#include "scratch.h"
#include "source.h"
#include "unit.h"

struct fixture {
	struct scratch dir;
	struct source s;
	char long_text[PATH_MAX];
};

/* Nothing but scratch_file() and friends, so that expectations can be read off here. */
static void open_tree(struct fixture *f)
{
	struct fault fault = { 0 };

	scratch_open(&f->dir);
	scratch_file(&f->dir, "uptime", "1.00 2.00\n");
	scratch_file(&f->dir, "42/stat", "42 (a) S\n");
	scratch_file(&f->dir, "42/task/42/stat", "");
	scratch_file(&f->dir, "7/x", "");
	scratch_file(&f->dir, "007/x", "");
	scratch_file(&f->dir, "0/x", "");
	scratch_file(&f->dir, "-3/x", "");
	scratch_file(&f->dir, "9", "a file is no process");
	scratch_link(&f->dir, "self", "42");
	scratch_link(&f->dir, "out", "/etc/hostname");
	scratch_link(&f->dir, "42/up", "../..");
	memset(f->long_text, 'l', PATH_MAX - 1);
	f->long_text[PATH_MAX - 1] = '\0';
	scratch_link(&f->dir, "long", f->long_text);
	ck_assert_int_eq(mkfifoat(f->dir.fd, "pipe", 0644), 0);
	ck_assert_int_eq(source_open_tree(f->dir.dir, &f->s, &fault), 0);
	ck_assert_int_eq(fault.r, 0);
}

static void close_tree(struct fixture *f)
{
	source_close(&f->s);
	ck_assert_int_eq(f->s.fd, -1);
	source_close(&f->s);
	scratch_close(&f->dir);
}

static const struct {
	const char *path;
	int flags, r;
} opens[] = {
	{ "uptime", O_RDONLY, 0 },
	{ "42/stat", O_RDONLY, 0 },
	{ "42", O_RDONLY | O_DIRECTORY, 0 },
	{ "", O_RDONLY | O_DIRECTORY, 0 },
	{ "uptime", O_RDONLY | O_DIRECTORY, -ENOTDIR },
	{ "uptime/x", O_RDONLY, -ENOTDIR },
	{ "none", O_RDONLY, -ENOENT },
	{ "none", O_PATH, -ENOENT },
	{ "self", O_RDONLY, -ELOOP },	   /* a link is not followed */
	{ "self", O_PATH, 0 },		   /* but can be opened itself */
	{ "self/stat", O_RDONLY, -ELOOP }, /* nor on the way */
	{ "self/stat", O_PATH, -ELOOP },
	{ "42/up/uptime", O_RDONLY, -ELOOP },
	{ "out", O_RDONLY, -ELOOP },
	{ "..", O_RDONLY, -EACCES }, /* nothing leads out */
	{ "..", O_PATH, -EACCES },
	{ "42/../..", O_RDONLY, -EACCES },
	{ "42/../uptime", O_RDONLY, 0 },
	{ "/etc/hostname", O_RDONLY, -EACCES },
	{ "pipe", O_RDONLY, -EACCES }, /* nothing acts when opened */
	{ "pipe", O_WRONLY, -EACCES },
	{ "pipe", O_PATH, 0 },
};

START_TEST(test_open)
{
	struct fixture f;
	int fd;

	open_tree(&f);
	fd = source_openat(&f.s, -1, opens[_i].path, opens[_i].flags);
	ck_assert_int_eq(fd < 0 ? fd : 0, opens[_i].r);
	if (fd >= 0)
		ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	fd_close(fd);
	close_tree(&f);
}
END_TEST

/* A directory of the source is a root of its own: ".." is refused from there, too. */
START_TEST(test_dirfd)
{
	AUTO_BUF struct buf out = { 0 };
	struct fixture f;
	struct stat st, same;
	int dir, fd;

	open_tree(&f);
	dir = source_openat(&f.s, -1, "42", O_PATH | O_DIRECTORY);
	ck_assert_int_ge(dir, 0);
	ck_assert_int_eq(source_read(&f.s, dir, "stat", 100, &out), 0);
	ck_assert_str_eq(out.data, "42 (a) S\n");
	ck_assert_int_eq(source_openat(&f.s, dir, "../uptime", O_RDONLY), -EACCES);
	ck_assert_int_eq(source_stat(&f.s, dir, "..", &st), -EACCES);
	ck_assert_int_eq(source_stat(&f.s, dir, "", &st), 0);
	ck_assert_int_eq(source_stat(&f.s, -1, "42", &same), 0);
	ck_assert_uint_eq(st.st_ino, same.st_ino);
	fd = source_openat(&f.s, dir, "", O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_ne(fd, dir);
	ck_assert_int_eq(fstat(fd, &same), 0);
	ck_assert_uint_eq(st.st_ino, same.st_ino);
	fd_close(fd);
	fd_close(dir);
	close_tree(&f);
}
END_TEST

static const struct {
	const char *path;
	int r;
	mode_t type;
} stats[] = {
	{ "uptime", 0, S_IFREG },    { "42", 0, S_IFDIR },	     { "42/stat", 0, S_IFREG },
	{ "self", 0, S_IFLNK },	     { "42/up", 0, S_IFLNK },	     { "", 0, S_IFDIR },
	{ "none", -ENOENT, 0 },	     { "42/none", -ENOENT, 0 },	     { "self/stat", -ELOOP, 0 },
	{ "..", -EACCES, 0 },	     { "42/../../etc", -EACCES, 0 }, { "/", -EACCES, 0 },
	{ "uptime/x", -ENOTDIR, 0 }, { "pipe", 0, S_IFIFO },
};

START_TEST(test_stat)
{
	struct stat st = { .st_mode = 0 };
	struct fixture f;

	open_tree(&f);
	ck_assert_int_eq(source_stat(&f.s, -1, stats[_i].path, &st), stats[_i].r);
	ck_assert_uint_eq(st.st_mode & S_IFMT, stats[_i].type);
	close_tree(&f);
}
END_TEST

START_TEST(test_readlink)
{
	AUTO_BUF struct buf out = { 0 };
	struct fixture f;
	int fd;

	open_tree(&f);
	ck_assert_int_eq(buf_append_str(&out, "<"), 0); /* appended to, not replaced */
	ck_assert_int_eq(source_readlink(&f.s, -1, "self", &out), 0);
	ck_assert_str_eq(out.data, "<42");
	ck_assert_int_eq(source_readlink(&f.s, -1, "42/up", &out), 0);
	ck_assert_str_eq(out.data, "<42../..");
	buf_clear(&out);
	ck_assert_int_eq(source_readlink(&f.s, -1, "long", &out), 0);
	ck_assert_uint_eq(out.len, PATH_MAX - 1);
	ck_assert_str_eq(out.data, f.long_text);
	buf_clear(&out);
	fd = source_openat(&f.s, -1, "out", O_PATH);
	ck_assert_int_eq(source_readlink(&f.s, fd, "", &out), 0);
	ck_assert_str_eq(out.data, "/etc/hostname");
	fd_close(fd);
	ck_assert_int_eq(source_readlink(&f.s, -1, "uptime", &out), -EINVAL);
	ck_assert_int_eq(source_readlink(&f.s, -1, "42", &out), -EINVAL);
	ck_assert_int_eq(source_readlink(&f.s, -1, "", &out), -EINVAL);
	ck_assert_int_eq(source_readlink(&f.s, -1, "none", &out), -ENOENT);
	ck_assert_int_eq(source_readlink(&f.s, -1, "../x", &out), -EACCES);
	close_tree(&f);
}
END_TEST

START_TEST(test_read)
{
	AUTO_BUF struct buf out = { 0 };
	struct fixture f;

	open_tree(&f);
	ck_assert_int_eq(source_read(&f.s, -1, "uptime", 10, &out), 0); /* exactly as long */
	ck_assert_str_eq(out.data, "1.00 2.00\n");
	ck_assert_int_eq(source_read(&f.s, -1, "uptime", 9, &out), -EFBIG);
	ck_assert_int_eq(source_read(&f.s, -1, "42", 100, &out), -EISDIR);
	ck_assert_int_eq(source_read(&f.s, -1, "self/stat", 100, &out), -ELOOP);
	close_tree(&f);
}
END_TEST

START_TEST(test_numbers)
{
	struct pidmap_list l = { 0 };
	struct fixture f;

	open_tree(&f);
	ck_assert_int_eq(source_list_numbers(&f.s, -1, "", &l), 0);
	pidmap_list_sort(&l);
	ck_assert_uint_eq(l.n, 2); /* not 007, 0, -3, nor the file 9 */
	ck_assert_int_eq(l.pairs[0].here, 7);
	ck_assert_int_eq(l.pairs[1].there, 42);
	ck_assert_int_eq(source_list_numbers(&f.s, -1, "42/task", &l), 0);
	ck_assert_uint_eq(l.n, 3);
	ck_assert_int_eq(l.pairs[2].here, 42);
	ck_assert_int_eq(source_list_numbers(&f.s, -1, "none", &l), -ENOENT);
	ck_assert_int_eq(source_list_numbers(&f.s, -1, "uptime", &l), -ENOTDIR);
	pidmap_list_free(&l);
	close_tree(&f);
}
END_TEST

START_TEST(test_tree_errors)
{
	struct fault fault = { 0 };
	struct source s = SOURCE_NULL;

	ck_assert_int_eq(source_open_tree("/nonexistent/tree", &s, &fault), -ENOENT);
	ck_assert_int_eq(fault.r, -ENOENT);
	ck_assert_str_eq(fault.what, "open tree /nonexistent/tree");
	ck_assert_ptr_nonnull(fault.advice);
	ck_assert_int_eq(source_open_tree("/dev/null", &s, NULL), -ENOTDIR);
	ck_assert_int_eq(s.fd, -1);
	ck_assert_str_eq(source_kind_name(SOURCE_KERNEL), "kernel");
	ck_assert_str_eq(source_kind_name(SOURCE_HOST), "host");
	ck_assert_str_eq(source_kind_name(SOURCE_TREE), "tree");
}
END_TEST

/* On procfs: links that are no paths are shown, never followed. */
START_TEST(test_host)
{
	AUTO_BUF struct buf out = { 0 };
	struct pidmap_list l = { 0 };
	struct fault fault = { 0 };
	struct source s = SOURCE_NULL;
	char name[16], path[64];
	struct stat st, same;
	bool found = false;
	int dir;
	size_t i;

	ck_assert_msg(source_open_host(&s, &fault) == 0, "%s", fault.what);
	ck_assert_int_eq(s.kind, SOURCE_HOST);
	snprintf(name, sizeof(name), "%d", getpid());
	ck_assert_int_eq(source_readlink(&s, -1, "self", &out), 0);
	ck_assert_str_eq(out.data, name);
	ck_assert_int_eq(source_openat(&s, -1, "self/stat", O_RDONLY), -ELOOP);
	snprintf(path, sizeof(path), "%d/exe", getpid());
	ck_assert_int_eq(source_openat(&s, -1, path, O_RDONLY), -ELOOP);
	snprintf(path, sizeof(path), "%d/cwd/x", getpid());
	ck_assert_int_eq(source_openat(&s, -1, path, O_RDONLY), -ELOOP);
	snprintf(path, sizeof(path), "%d/ns/pid", getpid());
	ck_assert_int_eq(source_openat(&s, -1, path, O_RDONLY), -ELOOP);
	ck_assert_int_eq(source_stat(&s, -1, path, &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(source_readlink(&s, -1, "uptime", &out), -EINVAL);
	ck_assert_int_eq(source_stat(&s, -1, name, &st), 0);
	dir = source_openat(&s, -1, name, O_PATH | O_DIRECTORY);
	ck_assert_int_ge(dir, 0);
	ck_assert_int_eq(source_stat(&s, dir, "..", &same), -EACCES);
	ck_assert_int_eq(source_readlink(&s, dir, "..", &out), -EACCES);
	ck_assert_int_eq(source_stat(&s, dir, "", &same), 0);
	ck_assert_uint_eq(same.st_ino, st.st_ino);
	fd_close(dir);
	ck_assert(S_ISDIR(st.st_mode));
	ck_assert_uint_eq(st.st_dev, s.dev);
	ck_assert_int_eq(source_list_numbers(&s, -1, "", &l), 0);
	for (i = 0; i < l.n; i++)
		found |= l.pairs[i].here == getpid();
	ck_assert(found);
	pidmap_list_free(&l);
	source_close(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("source");
	TCase *tc = tcase_create("tree");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_open, 0, N_OF(opens));
	tcase_add_test(tc, test_dirfd);
	tcase_add_loop_test(tc, test_stat, 0, N_OF(stats));
	tcase_add_test(tc, test_readlink);
	tcase_add_test(tc, test_read);
	tcase_add_test(tc, test_numbers);
	tcase_add_test(tc, test_tree_errors);
	suite_add_tcase(suite, tc);
	tc = tcase_create("host");
	tcase_add_test(tc, test_host);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
