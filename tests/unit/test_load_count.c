/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of load_count.h and load_sampler.h on recorded trees. */

#include "load_count.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "buf.h"
#include "load_crew.h"
#include "load_sampler.h"
#include "pidmap.h"
#include "pidmap_kernel.h"
#include "resources.h"
#include "scratch.h"
#include "source.h"
#include "unit.h"

/* Fields 4 to 19, as a shell of this machine has them. */
#define MIDDLE " 1 50 50 0 -1 4194560 1089 1507 0 0 0 1 0 0 20 0 "

static const struct {
	const char *text;
	int r;
	char state;
	unsigned n_threads;
} texts[] = {
	{ "50 (sh) S" MIDDLE "1 0 5023 2711552\n", 0, 'S', 1 },
	{ "50 (sh) R" MIDDLE "1234 0 5023 2711552\n", 0, 'R', 1234 },
	/* names may hold anything */
	{ "50 (a) R 7 (b) D" MIDDLE "3 0 5023\n", 0, 'D', 3 },
	{ "50 ()) S) Z" MIDDLE "0 0 5023\n", 0, 'Z', 0 },
	{ "50 (\n) R" MIDDLE "1 0\n", 0, 'R', 1 },
	/* cut off anywhere before the end of field 20 */
	{ "50 (sh) R" MIDDLE "12", -EIO, 0, 0 },
	{ "50 (sh) R" MIDDLE, -EIO, 0, 0 },
	{ "50 (sh) R 1 50", -EIO, 0, 0 },
	{ "50 (sh) ", -EIO, 0, 0 },
	{ "50 (sh R" MIDDLE "1 0 5023\n", -EIO, 0, 0 },
	{ "", -EIO, 0, 0 },
	/* not what the kernel prints */
	{ "50 (sh) RR" MIDDLE "1 0 5023\n", -EIO, 0, 0 },
	{ "50 (sh) R" MIDDLE "x 0 5023\n", -EIO, 0, 0 },
	{ "50 (sh) R" MIDDLE "-1 0 5023\n", -EIO, 0, 0 },
	{ "50 (sh) R" MIDDLE "18446744073709551616 0\n", -EIO, 0, 0 },
	{ "50 (sh) R" MIDDLE "2147483648 0\n", -EIO, 0, 0 },
};

START_TEST(test_text)
{
	struct load_thread t = { 0 };

	ck_assert_int_eq(load_parse_thread(text_str(texts[_i].text), &t), texts[_i].r);
	ck_assert_int_eq(t.state, texts[_i].state);
	ck_assert_uint_eq(t.n_threads, texts[_i].n_threads);
}
END_TEST

struct tree {
	struct scratch dir;
	struct source source;
	struct pidmap *members;
	struct load_crew *crew; /* of some tests */
};

static void record(const struct tree *t, const char *where, const char *state,
		   const char *n_threads)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "%s/stat", where);
	snprintf(text, sizeof(text), "7 (R) D) %s" MIDDLE "%s 0 5023\n", state, n_threads);
	scratch_file(&t->dir, path, text);
}

static void tree_open(struct tree *t)
{
	scratch_open(&t->dir);
	ck_assert_int_eq(source_open_tree(t->dir.dir, &t->source, NULL), 0);
	ck_assert_int_eq(pidmap_identity_new(&t->source, &t->members), 0);
}

static void tree_close(struct tree *t)
{
	pidmap_free(t->members);
	source_close(&t->source);
	scratch_close(&t->dir);
}

/* Two run, of which one in a process whose leader sleeps; one waits; one has ended and is not reaped. */
static void record_some(const struct tree *t)
{
	record(t, "1/task/1", "S", "1");
	record(t, "20/task/20", "S", "3");
	record(t, "20/task/21", "R", "3");
	record(t, "20/task/22", "D", "3");
	record(t, "30/task/30", "R", "1");
	record(t, "40/task/40", "Z", "1");
	scratch_file(&t->dir, "50/status", "has gone while it was listed\n");
	scratch_file(&t->dir, "60/task/60/stat", "no text of the kernel's");
}

START_TEST(test_count)
{
	atomic_bool stopping = false;
	struct load_counts c = { 0 };
	struct tree t;

	tree_open(&t);
	record_some(&t);
	ck_assert_int_eq(load_count(&t.source, t.members, &stopping, &c), 0);
	ck_assert_uint_eq(c.running, 2);
	ck_assert_uint_eq(c.blocked, 1);
	ck_assert_uint_eq(c.threads, 6);
	stopping = true;
	ck_assert_int_eq(load_count(&t.source, t.members, &stopping, &c), -ECANCELED);
	ck_assert_uint_eq(c.threads, 6);
	tree_close(&t);
}
END_TEST

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

/* The first answer is what is there, whether anybody has read before or not. */
START_TEST(test_first)
{
	struct resource_load load = { 0 };
	struct load_sampler *s = NULL;
	struct load_crew *crew = NULL;
	struct tree t;
	int i;

	tree_open(&t);
	record_some(&t);
	ck_assert_int_eq(load_sampler_new(&t.source, t.members, &s), 0);
	if (_i)
		ck_assert_int_eq(start(s, &crew), 0);
	load_sampler_take(s, &load);
	ck_assert(load.known);
	ck_assert_uint_eq(load.running, 2);
	ck_assert_uint_eq(load.blocked, 1);
	ck_assert_uint_eq(load.threads, 6);
	for (i = 0; i < 3; i++)
		ck_assert_uint_eq(load.average[i], 3 * 2048);
	end(crew, s);
	tree_close(&t);
}
END_TEST

/* Counts follow within a second or so; averages do not jump. */
START_TEST(test_later)
{
	struct resource_load load = { 0 };
	struct load_sampler *s = NULL;
	struct tree t;

	tree_open(&t);
	record_some(&t);
	ck_assert_int_eq(load_sampler_new(&t.source, t.members, &s), 0);
	load_sampler_take(s, &load);
	record(&t, "1/task/1", "R", "1");
	while (load.running != 3) /* until check(3) has had enough */
		load_sampler_take(s, &load);
	ck_assert_uint_eq(load.average[0], 3 * 2048);
	load_sampler_free(s);
	tree_close(&t);
}
END_TEST

/* What cannot be looked at is not known, and not nothing. */
START_TEST(test_unknown)
{
	struct resource_load load = { .known = true };
	struct source gone = SOURCE_NULL;
	struct load_sampler *s = NULL;
	struct load_crew *crew = NULL;
	struct pidmap *members;

	ck_assert_int_eq(pidmap_identity_new(&gone, &members), 0);
	ck_assert_int_eq(load_sampler_new(&gone, members, &s), 0);
	ck_assert_int_eq(start(s, &crew), 0);
	load_sampler_take(s, &load);
	ck_assert(!load.known);
	end(crew, s);
	load_sampler_free(NULL);
	pidmap_free(members);
}
END_TEST

/* Another thread of ours sleeps: the sampler's, which has nothing else to wait for. */
static bool other_sleeps(void)
{
	struct source own = SOURCE_NULL;
	struct pidmap_list threads = { 0 };
	bool sleeps = false;
	size_t i;

	ck_assert_int_eq(source_open_tree("/proc/self/task", &own, NULL), 0);
	ck_assert_int_eq(source_list_numbers(&own, -1, "", &threads), 0);
	for (i = 0; i < threads.n; i++) {
		AUTO_BUF struct buf text = { 0 };
		struct load_thread t = { 0 };
		char path[32];

		snprintf(path, sizeof(path), "%d/stat", threads.pairs[i].there);
		if (threads.pairs[i].there != getpid() &&
		    source_read(&own, -1, path, 4096, &text) == 0 &&
		    load_parse_thread(buf_text(&text), &t) == 0)
			sleeps = sleeps || t.state == 'S';
	}
	pidmap_list_free(&threads);
	source_close(&own);
	return sleeps;
}

/* The thread sleeps for seconds, and its end does not: twenty would take more than a minute. */
START_TEST(test_end)
{
	struct timespec begin, now;
	struct load_crew *crew;
	struct load_sampler *s;
	struct tree t;
	int i;

	tree_open(&t);
	record_some(&t);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < 20; i++) {
		ck_assert_int_eq(load_sampler_new(&t.source, t.members, &s), 0);
		ck_assert_int_eq(start(s, &crew), 0);
		while (!other_sleeps())
			;
		end(crew, s);
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	ck_assert_int_lt(now.tv_sec - begin.tv_sec, 15);
	tree_close(&t);
}
END_TEST

static void *come_and_go(void *arg)
{
	struct tree *t = arg;
	struct load_sampler *s;
	int i;

	for (i = 0; i < 200; i++) {
		ck_assert_int_eq(load_sampler_new(&t->source, t->members, &s), 0);
		ck_assert_int_eq(load_crew_add(t->crew, s, -1), 0);
		load_sampler_work(s);
		load_crew_remove(t->crew, s);
		load_sampler_free(s);
	}
	return NULL;
}

/* One thread for all, however they come and go; who was never added may be removed. */
START_TEST(test_crew)
{
	struct load_sampler *kept = NULL;
	pthread_t threads[4];
	struct tree t;
	size_t i;

	tree_open(&t);
	record_some(&t);
	ck_assert_int_eq(load_sampler_new(&t.source, t.members, &kept), 0);
	ck_assert_int_eq(start(kept, &t.crew), 0);
	for (i = 0; i < N_OF(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, come_and_go, &t), 0);
	for (i = 0; i < N_OF(threads); i++)
		pthread_join(threads[i], NULL);
	load_crew_remove(t.crew, kept);
	end(t.crew, kept);
	load_crew_remove(NULL, NULL);
	tree_close(&t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("load_count");
	TCase *tc = tcase_create("load_count");

	scratch_fixture(tc);
	tcase_add_loop_test(tc, test_text, 0, N_OF(texts));
	tcase_add_test(tc, test_count);
	tcase_add_loop_test(tc, test_first, 0, 2);
	tcase_add_test(tc, test_later);
	tcase_add_test(tc, test_unknown);
	tcase_add_test(tc, test_end);
	tcase_add_test(tc, test_crew);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
