/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A program of the form `PROGRAM [--here] DIR`: starts processes in a new pid namespace (--here: in ours)
 * and prints `init PID`. Then each line of stdin, FIRST SECOND [WORD...], is an order: the two trees are
 * opened, and something is done with them in the namespace, which prints what it likes; `done STATUS`
 * ends it. Status 2 means that it could not be done. The program ends with stdin.
 */

struct fixture {
	/* In the namespace, once. dir is the argument of the program. Returns 0 or -errno. */
	int (*start)(void *state, const char *dir);
	/* For each order. roots are borrowed, and words may be written to. Returns the status. */
	int (*run)(void *state, const int roots[2], char *words);
	/* At the end. */
	void (*stop)(void *state);
	void *state;
};

/* The status that main() returns. */
int fixture_main(const struct fixture *f, int argc, char **argv);
