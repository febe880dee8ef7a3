/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks that every rewriter of CPUs and times has to pass. */

#include "resources.h"
#include "rewrite.h"

struct cpu_case {
	const char *what; /* printed when it fails */
	struct resources resources;
	const char *in;
	int r;
	const char *out; /* if r is 0; NULL: the same as in */
};

/* The rewriter gives what the case says. Texts are ended by no NUL, so that ASan sees every overrun. */
void check_cpu(rewrite_fn narrow, const struct cpu_case *c);

/* Every text that is cut off within a line, or empty, is refused; the whole one is not. */
void check_cpu_cut(rewrite_fn narrow, const struct resources *r, const char *in);

/* Replaces each byte in turn by some that may confuse a parser: the answer is 0 or -EIO. */
void check_cpu_garbled(rewrite_fn narrow, const struct resources *r, const char *in);
