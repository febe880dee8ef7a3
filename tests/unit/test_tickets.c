/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* tickets.h */

#include "tickets.h"

#include <pthread.h>
#include <stddef.h>

#include "unit.h"

static struct tickets *make(void)
{
	struct tickets *t = NULL;

	ck_assert_int_eq(tickets_new(&t), 0);
	return t;
}

START_TEST(once_and_for_one)
{
	struct tickets *t = make();

	ck_assert(!tickets_take(t, 42, 0, 1000));
	tickets_give(t, 42, 7, 1000);
	ck_assert(!tickets_take(t, 43, 7, 1000));
	ck_assert(!tickets_take(t, 42 + 128, 7, 1000)); /* another of the same set */
	ck_assert(tickets_take(t, 42, 7, 1001));
	ck_assert(!tickets_take(t, 42, 7, 1001));
	tickets_free(t);
}
END_TEST

START_TEST(expiry)
{
	struct tickets *t = make();

	tickets_give(t, 42, 7, 1000);
	ck_assert(tickets_take(t, 42, 7, 1000 + TICKET_MS));
	tickets_give(t, 42, 7, 1000);
	ck_assert(!tickets_take(t, 42, 7, 1001 + TICKET_MS));
	/* and a late one is used up as well */
	ck_assert(!tickets_take(t, 42, 7, 1000));
	tickets_free(t);
}
END_TEST

START_TEST(marks)
{
	struct tickets *t = make();

	tickets_give(t, 42, 7, 1000);
	ck_assert(!tickets_take(t, 42, 8, 1000));
	tickets_give(t, 42, 0, 1000);
	ck_assert(tickets_take(t, 42, 8, 1000));
	tickets_give(t, 42, 7, 1000);
	ck_assert(tickets_take(t, 42, 0, 1000));
	/* the later one counts */
	tickets_give(t, 42, 7, 1000);
	tickets_give(t, 42, 8, 1000);
	ck_assert(!tickets_take(t, 42, 7, 1000));
	tickets_free(t);
}
END_TEST

START_TEST(nobody)
{
	struct tickets *t = make();

	tickets_give(t, 0, 7, 1000);
	ck_assert(!tickets_take(t, 0, 7, 1000));
	ck_assert(!tickets_take(t, 0, 0, 0));
	tickets_give(t, -1, 7, 1000);
	ck_assert(!tickets_take(t, -1, 7, 1000));
	tickets_free(t);
}
END_TEST

/* More threads than there is room for: the oldest lose theirs, the latest have it. */
START_TEST(full)
{
	struct tickets *t = make();
	int i, n = 0;

	for (i = 1; i <= 5000; i++)
		tickets_give(t, i, 7, 1000 + i);
	for (i = 5000; i > 5000 - 500; i--)
		ck_assert(tickets_take(t, i, 7, 6000));
	for (i = 1; i <= 4500; i++)
		n += tickets_take(t, i, 7, 6000);
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, 1500);
	tickets_free(t);
}
END_TEST

struct job {
	struct tickets *t;
	int first, lost;
};

static void *give_and_take(void *context)
{
	struct job *j = context;
	int i;

	for (i = 0; i < 20000; i++) {
		tickets_give(j->t, j->first, 7, i);
		j->lost += !tickets_take(j->t, j->first, 7, i);
	}
	return NULL;
}

START_TEST(many_threads)
{
	struct job jobs[4] = { 0 };
	pthread_t threads[4];
	int i;

	jobs[0].t = make();
	for (i = 0; i < 4; i++) {
		jobs[i] = (struct job){ .t = jobs[0].t, .first = 42 + i * 128 };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, give_and_take, &jobs[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_int_eq(jobs[i].lost, 0);
	}
	tickets_free(jobs[0].t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tickets");
	TCase *tc = tcase_create("tickets");

	tcase_add_test(tc, once_and_for_one);
	tcase_add_test(tc, expiry);
	tcase_add_test(tc, marks);
	tcase_add_test(tc, nobody);
	tcase_add_test(tc, full);
	tcase_add_test(tc, many_threads);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
