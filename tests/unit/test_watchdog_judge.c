/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Unit tests of watchdog.h: the decision. */

#include <check.h>

#include "unit.h"
#include "watchdog.h"

/* How often each of these looks is repeated, one after the other, before the next line's. */
struct look {
	int times;
	struct watchdog_facts facts;
	bool moves; /* taken grows by one in each */
};

/*
 * The patience is 10 looks (WATCHDOG_LOOKS) after the first in doubt, so the 11th without a sign of life
 * is the one that bites; and 10 times as many if the server works hard.
 */
static const struct {
	const char *what;
	struct look looks[4];
	int bites; /* at which look, from 1; 0: never */
} cases[] = {
	{ "nobody asks for anything", { { 1000, { 0 }, false } }, 0 },
	{ "stopped before it took the request",
	  { { 5, { 0 }, false }, { 100, { .queued = true }, false } },
	  5 + 11 },
	{ "stopped with a request in work",
	  { { 1, { .taken = 7, .pending = 1 }, true },
	    { 100, { .taken = 8, .pending = 1 }, false } },
	  1 + 11 },
	{ "one slow request, the server is well",
	  { { 1, { .taken = 7, .pending = 1 }, true },
	    { 1000, { .taken = 8, .pending = 1, .heard = true }, false } },
	  0 },
	{ "one slow request, others move and others wait",
	  { { 1000, { .queued = true, .pending = 1 }, true } },
	  0 },
	{ "all threads hang: nobody takes the next request, though the server is well",
	  { { 1, { .taken = 10, .pending = 10 }, true },
	    { 100, { .queued = true, .taken = 11, .pending = 10, .heard = true }, false } },
	  1 + 11 },
	{ "all threads work hard: ten times the patience",
	  { { 1, { .taken = 10, .pending = 10 }, true },
	    { 200,
	      { .queued = true, .taken = 11, .pending = 10, .heard = true, .busy = true },
	      false } },
	  1 + 101 },
	{ "hard work that ends in time",
	  { { 90, { .queued = true, .pending = 10, .busy = true }, false },
	    { 1, { .queued = true, .pending = 10, .busy = true }, true },
	    { 90, { .queued = true, .taken = 1, .pending = 10, .busy = true }, false },
	    { 1, { 0 }, false } },
	  0 },
	{ "hangs with a lock: takes nothing, does not answer, spins",
	  { { 200, { .queued = true, .pending = 3, .busy = true }, false } },
	  101 + 1 }, /* the first look sees three more in work than before */
	{ "stopped and continued within the patience, again and again",
	  { { 10, { .queued = true }, false },
	    { 1, { .queued = true, .taken = 0 }, true },
	    { 10, { .queued = true, .taken = 1 }, false },
	    { 1, { .taken = 1 }, false } },
	  0 },
	{ "the last request was answered, nobody waits",
	  { { 10, { .pending = 1 }, false }, { 1000, { .taken = 0 }, false } },
	  0 },
	{ "an answer a look is a sign of life",
	  { { 1, { .queued = true, .pending = 4 }, false },
	    { 10, { .queued = true, .pending = 4 }, false },
	    { 10, { .queued = true, .pending = 3 }, false },
	    { 10, { .queued = true, .pending = 2 }, false } },
	  0 },
	{ "who was not heard once in a while is well, if heard the next time",
	  { { 9, { .taken = 1, .pending = 1 }, false },
	    { 1, { .taken = 1, .pending = 1, .heard = true }, false },
	    { 9, { .taken = 1, .pending = 1 }, false },
	    { 1, { .taken = 1, .pending = 1, .heard = true }, false } },
	  0 },
};

START_TEST(test_cases)
{
	struct watchdog_memory memory = { 0 };
	int n = 0, bites = 0, i, k;

	for (i = 0; i < N_OF(cases[_i].looks); i++) {
		struct watchdog_facts facts = cases[_i].looks[i].facts;

		for (k = 0; k < cases[_i].looks[i].times; k++) {
			n++;
			if (cases[_i].looks[i].moves)
				facts.taken++;
			if (watchdog_judge(&memory, &facts) == WATCHDOG_WEDGED && !bites)
				bites = n;
		}
	}
	ck_assert_msg(bites == cases[_i].bites, "%s: bites at look %d, not %d", cases[_i].what,
		      bites, cases[_i].bites);
}
END_TEST

/* What decides how soon the next look is. */
START_TEST(test_verdicts)
{
	struct watchdog_memory memory = { 0 };
	struct watchdog_facts facts = { 0 };

	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_IDLE);
	facts.taken = 1; /* and has been answered */
	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_IDLE);
	facts.pending = 1;
	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_ALIVE);
	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_DOUBT);
	facts.heard = true;
	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_ALIVE);
	facts.queued = true;
	ck_assert_int_eq(watchdog_judge(&memory, &facts), WATCHDOG_DOUBT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("watchdog");
	TCase *tcase = tcase_create("watchdog");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, test_cases, 0, N_OF(cases));
	tcase_add_test(tcase, test_verdicts);
	return unit_run(suite);
}
