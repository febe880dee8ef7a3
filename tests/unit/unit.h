/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What every unit test program has in common. */

#include <check.h>
#include <stdlib.h>

#define N_OF(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Runs the suite and frees it. Returns the exit status of the program. */
static inline int unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int n_failed;

	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* main() of a program with one test, which is made for each of n cases. */
#define UNIT_LOOP_MAIN(name, test, n)                   \
	int main(void)                                  \
	{                                               \
		Suite *suite = suite_create(name);      \
		TCase *tcase = tcase_create(name);      \
                                                        \
		tcase_add_loop_test(tcase, test, 0, n); \
		suite_add_tcase(suite, tcase);          \
		return unit_run(suite);                 \
	}
