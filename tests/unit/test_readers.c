/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of readers.h. What is to happen is waited for; what is not to is asked when all has come to rest. */

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "readers.h"
#include "unit.h"

#define N_THREADS 8
#define N_ROUNDS  20000

struct crew {
	struct readers readers;
	sem_t leave; /* one of those inside may leave, and does not come again */
	sem_t entered;
	atomic_uint n_inside;
	atomic_uint n_most;
};

static void crew_start(struct crew *c, void *(*fn)(void *arg), pthread_t threads[N_THREADS])
{
	int i;

	readers_init(&c->readers);
	sem_init(&c->leave, 0, 0);
	sem_init(&c->entered, 0, 0);
	c->n_inside = c->n_most = 0;
	for (i = 0; i < N_THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, fn, c), 0);
}

static void crew_end(struct crew *c, pthread_t threads[N_THREADS])
{
	int i;

	for (i = 0; i < N_THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	readers_done(&c->readers);
	sem_destroy(&c->leave);
	sem_destroy(&c->entered);
}

static void *goes_once(void *arg)
{
	struct crew *c = arg;

	readers_enter(&c->readers);
	sem_post(&c->entered);
	sem_wait(&c->leave);
	readers_leave(&c->readers);
	return NULL;
}

/* All but two are waiting. */
static bool at_rest(struct readers *r)
{
	bool rest;

	pthread_mutex_lock(&r->lock);
	rest = r->n_inside == 2 && r->n_waiting == N_THREADS - 2;
	pthread_mutex_unlock(&r->lock);
	return rest;
}

static int value_of(sem_t *s)
{
	int value = -1;

	sem_getvalue(s, &value);
	return value;
}

/* Two go in; one more only when both have left, and so on: nobody is left behind. */
START_TEST(test_few)
{
	pthread_t threads[N_THREADS];
	struct crew c;
	int i;

	crew_start(&c, goes_once, threads);
	while (!at_rest(&c.readers))
		usleep(1000);
	sem_wait(&c.entered);
	sem_wait(&c.entered);
	ck_assert_int_eq(value_of(&c.entered), 0);
	sem_post(&c.leave);
	for (i = 0; i < N_THREADS - 2; i++) {
		/* The last one inside goes, and another comes in its place. */
		sem_post(&c.leave);
		sem_wait(&c.entered);
		ck_assert_int_eq(value_of(&c.entered), 0);
	}
	sem_post(&c.leave);
	crew_end(&c, threads);
}
END_TEST

static void *goes_often(void *arg)
{
	struct crew *c = arg;
	unsigned i, n;

	for (i = 0; i < N_ROUNDS; i++) {
		readers_enter(&c->readers);
		n = ++c->n_inside;
		if (n > c->n_most)
			c->n_most = n;
		c->n_inside--;
		readers_leave(&c->readers);
	}
	return NULL;
}

/* At any time at most two, and all of them get through. */
START_TEST(test_many)
{
	pthread_t threads[N_THREADS];
	struct crew c;

	crew_start(&c, goes_often, threads);
	crew_end(&c, threads);
	ck_assert_uint_ge(c.n_most, 1);
	ck_assert_uint_le(c.n_most, 2);
	ck_assert_uint_eq(c.readers.n_inside, 0);
	ck_assert_uint_eq(c.readers.n_waiting, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("readers");
	TCase *tcase = tcase_create("readers");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_few);
	tcase_add_test(tcase, test_many);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
