/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* sniff.h: lines of PID/syscall, paths, and live threads. */

#include "sniff.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "source.h"
#include "unit.h"

/* Registers of a program with 64 bits, and of one with 32. */
#define WIDE   " 0x7ffd00000010 0x7f0000001000"
#define NARROW " 0xffa00010 0xf7f00000"

static int parse(const char *line, struct sniff *ret)
{
	return sniff_parse(text_str(line), ret);
}

/* A line of the machine's own call number, with these six arguments. */
static void expect_native(long number, const char *arguments, enum sniff_call call, uint64_t path)
{
	char line[256];
	struct sniff s;

	snprintf(line, sizeof(line), "%ld %s" WIDE "\n", number, arguments);
	ck_assert_int_eq(parse(line, &s), 0);
	ck_assert_int_eq(s.call, call);
	ck_assert_uint_eq(s.path, path);
	ck_assert_uint_ne(s.mark, 0);
}

#define SIX "0x1000 0x2000 0x3000 0x4000 0x5000 0x6000"

START_TEST(native_calls)
{
	expect_native(SYS_readlinkat, SIX, SNIFF_READLINK, 0x2000);
	expect_native(SYS_openat, SIX, SNIFF_OPEN, 0);
	expect_native(SYS_openat2, SIX, SNIFF_OPEN_HOW, 0);
	expect_native(SYS_statx, SIX, SNIFF_LOOK, 0x2000);
	expect_native(SYS_statfs, SIX, SNIFF_LOOK, 0x1000);
	expect_native(SYS_umount2, SIX, SNIFF_REMOUNT, 0x1000);
	/* MS_BIND without and with MS_REMOUNT */
	expect_native(SYS_mount, "0x1 0x2 0x3 0x1000 0x5 0x6", SNIFF_OTHER, 0);
	expect_native(SYS_mount, "0x1 0x2 0x3 0x1020 0x5 0x6", SNIFF_REMOUNT, 2);
	expect_native(SYS_move_mount, SIX, SNIFF_OTHER, 0);
	expect_native(SYS_open_tree, SIX, SNIFF_OTHER, 0);
}
END_TEST

#ifdef __x86_64__
/* arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl */
START_TEST(x86_calls)
{
	struct sniff s;

	ck_assert_int_eq(parse("89 " SIX WIDE "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_READLINK);
	ck_assert_uint_eq(s.path, 0x1000);
	ck_assert_int_eq(parse("267 " SIX WIDE "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_READLINK);
	ck_assert_uint_eq(s.path, 0x2000);
	/* x32: 0x40000000 + 89, + 267 */
	ck_assert_int_eq(parse("1073741913 " SIX NARROW "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_READLINK);
	ck_assert_int_eq(parse("1073742091 " SIX WIDE "\n", &s), 0);
	ck_assert_uint_eq(s.path, 0x2000);
	/* i386; the same numbers are creat(2) and clock_adjtime(2) of x86-64 */
	ck_assert_int_eq(parse("85 " SIX NARROW "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_READLINK);
	ck_assert_uint_eq(s.path, 0x1000);
	ck_assert_int_eq(parse("305 " SIX NARROW "\n", &s), 0);
	ck_assert_uint_eq(s.path, 0x2000);
	ck_assert_int_eq(parse("85 " SIX WIDE "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_CREATE);
	ck_assert_int_eq(parse("85 0x1000 0x1a4 0x7f0000000000 0x0 0x0 0x0" NARROW "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_CREATE);
	/* A 64-bit program with its stack in the first 4 GiB */
	ck_assert_int_eq(parse("89 " SIX NARROW "\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_READLINK);
}
END_TEST
#endif

#ifdef __x86_64__
/* The flags of an open are an int; where openat2(2) has them is an address. */
static const struct {
	const char *line;
	enum sniff_call call;
	uint64_t open;
} opens[] = {
	{ "2 0x1000 0x241 0x1b6 0x0 0x0 0x0" WIDE "\n", SNIFF_OPEN, 0x241 },
	{ "257 0xffffff9c 0x1000 0x80002 0x0 0x0 0x0" WIDE "\n", SNIFF_OPEN, 0x80002 },
	{ "257 0xffffff9c 0x1000 0xffffffff00080001 0x0 0x0 0x0" WIDE "\n", SNIFF_OPEN, 0x80001 },
	{ "437 0x3 0x1000 0x7ffd12345678 0x18 0x0 0x0" WIDE "\n", SNIFF_OPEN_HOW, 0x7ffd12345678 },
	{ "1073742081 0xffffff9c 0x1000 0x1 0x0 0x0 0x0" NARROW "\n", SNIFF_OPEN, 1 }, /* x32 */
	{ "5 0x1000 0x401 0x0 0x0 0x0 0x0" NARROW "\n", SNIFF_OPEN, 0x401 },	       /* i386 */
	{ "8 0x1000 0x1b6 0x0 0x0 0x0 0x0" NARROW "\n", SNIFF_CREATE, 0 },
	{ "295 0xffffff9c 0x1000 0x2 0x0 0x0 0x0" NARROW "\n", SNIFF_OPEN, 2 },
	{ "437 0x3 0x1000 0xffa00020 0x18 0x0 0x0" NARROW "\n", SNIFF_OPEN_HOW, 0xffa00020 },
	/* fstat(2), lseek(2), preadv(2) of x86-64 */
	{ "5 0x1000 0x401 0x0 0x0 0x0 0x0" WIDE "\n", SNIFF_OTHER, 0 },
	{ "8 0x1000 0x1b6 0x0 0x0 0x0 0x0" WIDE "\n", SNIFF_OTHER, 0 },
	{ "295 0x3 0x1000 0x2 0x0 0x0 0x0" WIDE "\n", SNIFF_OTHER, 0 },
};

START_TEST(x86_opens)
{
	struct sniff s;

	ck_assert_int_eq(parse(opens[_i].line, &s), 0);
	ck_assert_int_eq(s.call, opens[_i].call);
	ck_assert_uint_eq(s.open, opens[_i].open);
	ck_assert_uint_eq(s.path, 0);
}
END_TEST
#endif

START_TEST(not_in_a_call)
{
	struct sniff s = { 0 };

	ck_assert_int_eq(parse("running\n", &s), -EAGAIN);
	ck_assert_int_eq(parse("-1 0x7ffd00000010 0x7f0000001000\n", &s), 0);
	ck_assert_int_eq(s.call, SNIFF_OTHER);
}
END_TEST

static const char *const malformed[] = {
	"",
	"\n",
	"89\n",
	"89 " SIX "\n",
	"89 " SIX WIDE " 0x1\n",
	"89 " SIX WIDE "\n\n",
	"-2 0x1 0x2\n",
	"-1 0x1\n",
	"-1 0x1 0x2 0x3\n",
	"run\n",
	"running \n",
	"89 1000 0x2 0x3 0x4 0x5 0x6" WIDE "\n",
	"89 0x 0x2 0x3 0x4 0x5 0x6" WIDE "\n",
	"89 0x10000000000000000 0x2 0x3 0x4 0x5 0x6" WIDE "\n",
	"99999999999999999999 " SIX WIDE "\n",
	"eighty-nine " SIX WIDE "\n",
};

START_TEST(malformed_lines)
{
	struct sniff s;

	ck_assert_int_eq(parse(malformed[_i], &s), -EINVAL);
}
END_TEST

START_TEST(marks_tell_calls_apart)
{
	struct sniff a, b;

	ck_assert_int_eq(parse("89 " SIX WIDE "\n", &a), 0);
	ck_assert_int_eq(parse("89 " SIX WIDE "\n", &b), 0);
	ck_assert_uint_eq(a.mark, b.mark);
	ck_assert_int_eq(parse("89 " SIX " 0x7ffd00000018 0x7f0000001000\n", &b), 0);
	ck_assert_uint_ne(a.mark, b.mark);
}
END_TEST

static const struct {
	const char *path, *parent, *name;
	bool is_link;
} paths[] = {
	{ "/proc/self/fd/5", "fd", "5", true },
	{ "/dev/fd/5", "fd", "5", true },
	{ "fd/5", "fd", "5", true },
	{ "5", "fd", "5", true },
	{ "./5", "fd", "5", true },
	{ "/tmp/alias/5", "fd", "5", true }, /* alias -> /proc/self/fd */
	{ "/proc/5/fd/5", "fd", "5", true },
	{ "/proc//self/.//fd///5", "fd", "5", true },
	{ "/proc/self/exe", "", "exe", true },
	{ "exe", "", "exe", true },
	{ "/tmp/exe-dir/exe", "", "exe", true },
	/* a component in the middle, or a directory asked for */
	{ "/proc/self/fd/5/x", "fd", "5", false },
	{ "/proc/self/fd/5/55", "fd", "5", false },
	{ "/proc/self/fd/5/", "fd", "5", false },
	{ "/proc/self/fd/5/.", "fd", "5", false },
	{ "/proc/self/fd/5/..", "fd", "5", false },
	{ "/proc/self/root/proc", "", "root", false },
	/* both: then it must be followed first */
	{ "/proc/self/fd/5/5", "fd", "5", false },
	{ "5/5", "fd", "5", false },
	{ "/proc/self/cwd/cwd", "", "cwd", false },
	{ "", "fd", "5", false },
	{ "/", "fd", "5", false },
	{ ".", "fd", "5", false },
	{ "fd/15", "fd", "5", false },
	{ "fd/5x", "fd", "5", false },
};

START_TEST(names_of_links)
{
	ck_assert_msg(sniff_names_link(text_str(paths[_i].path), text_str(paths[_i].parent),
				       text_str(paths[_i].name)) == paths[_i].is_link,
		      "%s", paths[_i].path);
}
END_TEST

/* A child that waits in read(2). */
static pid_t start_waiting(int *ret_pipe)
{
	int fds[2];
	pid_t pid;
	char byte;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		_exit(read(fds[0], &byte, 1) < 0);
	}
	close(fds[0]);
	*ret_pipe = fds[1];
	return pid;
}

START_TEST(live_thread)
{
	AUTO_BUF struct buf path = { 0 };
	struct source host = SOURCE_NULL;
	struct sniff s, again;
	int fd, r;
	pid_t pid;

	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	pid = start_waiting(&fd);
	r = sniff_thread(&host, pid, &s, &path);
	if (r == 0) {
		ck_assert_int_eq(s.call, SNIFF_OTHER);
		ck_assert_uint_eq(path.len, 0);
		ck_assert_int_eq(sniff_thread(&host, pid, &again, &path), 0);
		ck_assert_uint_eq(s.mark, again.mark);
	} else {
		/* CONFIG_HAVE_ARCH_TRACEHOOK, or a security module that allows no tracing */
		ck_assert(r == -ENOENT || r == -EACCES || r == -EPERM);
	}
	close(fd);
	waitpid(pid, NULL, 0);
	ck_assert_int_lt(sniff_thread(&host, pid, &s, &path), 0);
	source_close(&host);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sniff");
	TCase *tc = tcase_create("sniff");

	tcase_add_test(tc, native_calls);
#ifdef __x86_64__
	tcase_add_test(tc, x86_calls);
	tcase_add_loop_test(tc, x86_opens, 0, N_OF(opens));
#endif
	tcase_add_test(tc, not_in_a_call);
	tcase_add_loop_test(tc, malformed_lines, 0, N_OF(malformed));
	tcase_add_test(tc, marks_tell_calls_apart);
	tcase_add_loop_test(tc, names_of_links, 0, N_OF(paths));
	tcase_add_test(tc, live_thread);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
