/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Why a set-up step failed, in words a person can use: what was tried on what, and what to do. Filled
 * where the failure is known, printed once at the edge (src/cmd). Serving requests uses plain errno
 * values instead: there the errno is the answer.
 */

#include <stdarg.h>

#define FAULT_TEXT_BYTES 512

struct fault {
	int r;			     /* negative errno; 0 while nothing has failed */
	char what[FAULT_TEXT_BYTES]; /* "open pid namespace of pid 42"; cut if longer */
	const char *advice;	     /* "run as root, or ..."; NULL if there is none */
};

/*
 * Records the failure r (a negative errno) and returns r. advice is a literal or NULL. The first
 * failure stays: a later one does not overwrite it. f may be NULL.
 */
int fault_set(struct fault *f, int r, const char *advice, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Forgets the failure, e.g. before the next way is tried. */
void fault_clear(struct fault *f);
