/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The load of live containers: of a thousand threads, in nested control groups, while threads come and go. */

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>

#include "host_box.h"
#include "host_test.h"
#include "load_count.h"
#include "load_crew.h"
#include "load_sampler.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "resources.h"
#include "source.h"

#define LEVELS	   4
#define PATIENCE_S 30

static void count(const struct box *b, struct load_counts *ret)
{
	const atomic_bool stopping = false;

	ck_assert_int_eq(load_count(&b->source, b->members, &stopping, ret), 0);
}

/* What needs no more than some time is asked for again and again. */
static bool again(time_t begin)
{
	static const struct timespec pause_time = { .tv_nsec = 10000000 };
	struct timespec now;

	nanosleep(&pause_time, NULL);
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin < PATIENCE_S;
}

static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static long elapsed_us(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - begin->tv_sec) * 1000000 + (now.tv_nsec - begin->tv_nsec) / 1000;
}

/* The best of some: how long others take the CPU is not what is asked. */
START_TEST(test_cost)
{
	struct load_counts c = { 0 };
	long best = LONG_MAX;
	struct box b;
	int i;

	box_start(&b);
	box_tell(&b, 's');
	for (i = 0; i < 10; i++) {
		struct timespec begin;
		long took;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		count(&b, &c);
		took = elapsed_us(&begin);
		best = took < best ? took : best;
		ck_assert_uint_eq(c.threads, BOX_THREADS + 1);
	}
	printf("looking at %u threads takes %ld us, in five seconds %.2f %% of a CPU\n", c.threads,
	       best, (double)best / 50000);
	box_stop(&b);
}
END_TEST

/* The deepest of the groups that a test has made, or "". Made known before the test, for who cleans up after it. */
static char *nested_dir(void)
{
	static char dir[512] = "";

	return dir;
}

static const char *hierarchy(void)
{
	static const char *const all[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids",
					   "/sys/fs/cgroup" };
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(path, sizeof(path), "%s/cgroup.procs", all[i]);
		if (access(path, W_OK) == 0)
			return all[i];
	}
	return NULL;
}

static void name_nested(void)
{
	if (hierarchy())
		snprintf(nested_dir(), 512, "%s/nsprocfs-test-%d/1/2/3", hierarchy(), getpid());
}

/* As deep as lxcfs does not look. */
static void enter_nested(const struct box *b)
{
	AUTO_FD int fd = -1;
	char path[600], number[16];
	char *slash = path + strlen(hierarchy());

	snprintf(path, sizeof(path), "%s/cgroup.procs", nested_dir());
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		ck_assert_int_eq(mkdir(path, 0755), 0);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CLOEXEC);
	snprintf(number, sizeof(number), "%d", b->init);
	ck_assert_int_eq(fd_write_all(fd, number, strlen(number)), 0);
}

/* Who was in there is dying. */
static void leave_nested(void)
{
	char *dir = nested_dir();
	time_t begin = now_s();
	int i;

	for (i = 0; i < LEVELS && dir[0]; i++) {
		while (rmdir(dir) < 0 && errno == EBUSY && again(begin))
			;
		*strrchr(dir, '/') = '\0';
	}
}

/* The thread that looks. */
static int start(struct load_sampler *s, struct load_crew **ret)
{
	ck_assert_int_eq(load_crew_new(ret), 0);
	ck_assert_int_eq(load_crew_add(*ret, s, -1), 0);
	return load_crew_start(*ret);
}

static void end(struct load_crew *crew, struct load_sampler *s)
{
	load_crew_remove(crew, s);
	load_crew_free(crew);
	load_sampler_free(s);
}

/*
 * Nobody reads: the averages rise from when the sampler began. Two threads of one process, four groups deep; after a
 * period the averages are those of the kernel's formulas (test_load_average.c).
 */
START_TEST(test_deep)
{
	struct resource_load load = { 0 };
	struct load_sampler *s = NULL;
	struct load_crew *crew = NULL;
	struct box b;
	time_t begin;

	box_start(&b);
	if (hierarchy())
		enter_nested(&b);
	else
		puts("not tested: nested control groups (no hierarchy can be written to)");
	ck_assert_int_eq(load_sampler_new(&b.source, b.members, &s), 0);
	ck_assert_int_eq(start(s, &crew), 0);
	load_sampler_take(s, &load);
	ck_assert(load.known);
	ck_assert_uint_eq(load.average[0], 0);
	ck_assert_uint_eq(load.threads, 1);
	box_tell(&b, 'b');
	begin = now_s();
	do {
		load_sampler_take(s, &load);
	} while (load.average[0] == 0 && again(begin));
	ck_assert_uint_eq(load.running, 2);
	ck_assert_uint_eq(load.threads, 3);
	ck_assert_uint_eq(load.average[0], 328);
	ck_assert_uint_eq(load.average[1], 68);
	ck_assert_uint_eq(load.average[2], 22);
	end(crew, s);
	box_stop(&b);
}
END_TEST

/* Threads that end while they are looked at are no error. */
START_TEST(test_coming_and_going)
{
	struct load_counts c = { 0 };
	struct box b;
	int i;

	box_start(&b);
	box_tell(&b, 'e');
	for (i = 0; i < 500; i++) {
		count(&b, &c);
		ck_assert_uint_ge(c.threads, 1);
	}
	box_stop(&b);
}
END_TEST

/* Of a namespace whose init has died there is nothing to count. */
START_TEST(test_gone)
{
	struct load_counts c = { 1, 1, 1 };
	struct box b;

	box_start(&b);
	kill(b.init, SIGKILL);
	waitpid(b.init, NULL, 0);
	count(&b, &c);
	ck_assert_uint_eq(c.running + c.blocked + c.threads, 0);
	box_stop(&b);
}
END_TEST

static void count_as_stranger(void *arg)
{
	const atomic_bool stopping = false;
	struct load_counts c = { 0 };
	struct source host = SOURCE_NULL;
	struct pidmap *all = NULL;

	(void)arg;
	host_test_drop();
	box_threads(3, box_sleep);
	ck_assert_int_eq(source_open_host(&host, NULL), 0);
	ck_assert_int_eq(pidmap_identity_new(&host, &all), 0);
	ck_assert_int_eq(load_count(&host, all, &stopping, &c), 0);
	ck_assert_uint_ge(c.threads, 5); /* ours, and process 1 */
	ck_assert_uint_ge(c.running, 1); /* we */
	pidmap_free(all);
	source_close(&host);
}

START_TEST(test_stranger)
{
	host_test_child(count_as_stranger, NULL);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("host_load");

	tcase_add_unchecked_fixture(tc, name_nested, leave_nested);
	tcase_add_test(tc, test_cost);
	tcase_add_test(tc, test_deep);
	tcase_add_test(tc, test_coming_and_going);
	tcase_add_test(tc, test_gone);
	tcase_add_test(tc, test_stranger);
	return host_test_run("host_load", tc);
}
