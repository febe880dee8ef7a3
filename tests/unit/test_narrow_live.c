/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The rewriters of CPUs and times on what the running kernel says. A container that is shown all CPUs has the machine's
 * files, byte for byte; one that began with this process has just begun.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../../src/files/cpu_view.h"
#include "fd.h"
#include "resources.h"
#include "rewrite.h"
#include "unit.h"

#define TEXT_MAX     (16 << 20)
#define TICK_NS	     UINT64_C(10000000)
#define EXIT_SKIPPED 77

/* False if this kernel has no such file. */
static bool read_file(const char *path, struct buf *out)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return false;
	ck_assert_msg(fd >= 0, "%s: errno %d", path, errno);
	ck_assert_int_eq(fd_read_all(fd, TEXT_MAX, out), 0);
	return true;
}

static void narrow(rewrite_fn fn, const struct resources *r, const struct buf *in, struct buf *out)
{
	struct rewrite rw = { .resources = r };

	buf_clear(out);
	ck_assert_int_eq(fn(&rw, buf_text(in), out), 0);
}

static const struct {
	const char *path;
	rewrite_fn fn;
} files[] = {
	{ "/proc/cpuinfo", narrow_cpuinfo },
	{ "/proc/interrupts", narrow_interrupts },
	{ "/proc/softirqs", narrow_interrupts },
	{ "/proc/schedstat", narrow_schedstat },
};

START_TEST(test_all_cpus)
{
	const struct resources r = { .files = RESOURCE_CPUS };
	AUTO_BUF struct buf in = { 0 }, out = { 0 };

	if (!read_file(files[_i].path, &in))
		return;
	narrow(files[_i].fn, &r, &in, &out);
	ck_assert_msg(text_equal(buf_text(&in), buf_text(&out)), "%s:\n%s\nnot\n%s", files[_i].path,
		      out.data, in.data);
}
END_TEST

/* With the second half of the CPUs there is less of everything, and it is narrowed to itself. */
START_TEST(test_some_cpus)
{
	struct resources r = { .files = RESOURCE_CPUS, .cpu = { .has_set = true } };
	AUTO_BUF struct buf in = { 0 }, out = { 0 }, again = { 0 };
	unsigned n = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	unsigned cpu;

	if (n < 2 || !read_file(files[_i].path, &in))
		return;
	for (cpu = n / 2; cpu < n; cpu++)
		ck_assert_int_eq(cpu_set_add(&r.cpu.set, cpu), 0);
	narrow(files[_i].fn, &r, &in, &out);
	ck_assert_uint_lt(out.len, in.len);
	r.cpu.has_set = false;
	narrow(files[_i].fn, &r, &out, &again);
	ck_assert(text_equal(buf_text(&out), buf_text(&again)));
}
END_TEST

/* The total is the kernel's but for what it rounds. */
START_TEST(test_stat)
{
	const struct resources r = { .files = RESOURCE_CPUS };
	AUTO_BUF struct buf in = { 0 }, out = { 0 };
	struct text ours, theirs, a, b;
	uint64_t n, m;

	ck_assert(read_file("/proc/stat", &in));
	narrow(narrow_stat, &r, &in, &out);
	theirs = buf_text(&in);
	ours = buf_text(&out);
	ck_assert(text_line(&theirs, &a, NULL) && text_line(&ours, &b, NULL));
	ck_assert(text_equal(theirs, ours));
	ck_assert(text_field(&a, &ours) && text_field(&b, &ours));
	while (text_field(&a, &theirs)) {
		ck_assert(text_field(&b, &ours));
		ck_assert_int_eq(text_u64(theirs, &n), 0);
		ck_assert_int_eq(text_u64(ours, &m), 0);
		/* A tick for each CPU, and what those had that are offline now. */
		ck_assert_uint_le(m, n);
	}
	ck_assert(!text_field(&b, &ours));
}
END_TEST

/* Field n, from 1, of a text whose fields hold no blanks. */
static uint64_t number_in(const struct buf *text, unsigned n)
{
	struct text rest = text_of(text->data, text->len - 1);
	struct text field = { 0 }, whole;
	uint64_t value;

	while (n-- > 0)
		ck_assert(text_field(&rest, &field));
	ck_assert(text_until(&field, '.', &whole));
	ck_assert_int_eq(text_u64(whole, &value), 0);
	return value;
}

START_TEST(test_times)
{
	struct resources r = { .files = RESOURCE_TIME };
	AUTO_BUF struct buf in = { 0 }, out = { 0 };
	uint64_t start;

	ck_assert(read_file("/proc/thread-self/stat", &in));
	start = number_in(&in, 22);
	r.time.start_ns = start * TICK_NS;
	narrow(narrow_task_stat, &r, &in, &out);
	ck_assert_uint_eq(number_in(&out, 22), 0);
	ck_assert_uint_eq(number_in(&out, 23), number_in(&in, 23));
	buf_clear(&in);
	ck_assert(read_file("/proc/uptime", &in));
	narrow(narrow_uptime, &r, &in, &out);
	/* Seconds; what is below one is cut off from each. */
	ck_assert_uint_le(number_in(&out, 1), number_in(&in, 1) - start / 100);
	ck_assert_uint_ge(number_in(&out, 1) + 1, number_in(&in, 1) - start / 100);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("narrow_live");
	TCase *tc = tcase_create("narrow_live");

	if (access("/proc/stat", R_OK) < 0) {
		fprintf(stderr, "skipped: no procfs here\n");
		return EXIT_SKIPPED;
	}
	tcase_add_loop_test(tc, test_all_cpus, 0, N_OF(files));
	tcase_add_loop_test(tc, test_some_cpus, 0, N_OF(files));
	tcase_add_test(tc, test_stat);
	tcase_add_test(tc, test_times);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
