/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks that every rewriter has to pass. */

#include <stddef.h>

#include "fake_pidmap.h"
#include "rewrite.h"

struct rewrite_case {
	const char *what; /* printed when it fails */
	enum fake_view view;
	const char *in;
	const char *beside; /* NULL: empty */
	int r;
	const char *out; /* if r is 0 */
};

/* The rewriter gives what the case says. Texts are ended by no NUL, so that ASan sees every overrun. */
void check_rewrite(rewrite_fn rewrite, const struct rewrite_case *c);

/*
 * Cuts the text, and then the text beside, at every offset, as a race or a full buffer might: the
 * rewriter answers 0 or an errno it may give, and no number of the host, nor the beginning of one,
 * gets into the output. The uncut texts must be rewritten with success.
 */
void check_truncations(rewrite_fn rewrite, enum fake_view view, const char *in, const char *beside);

/*
 * The same with each byte in turn replaced by some that may confuse a parser; here numbers may get
 * through, since what is broken may be the very key of a line.
 */
void check_garbling(rewrite_fn rewrite, enum fake_view view, const char *in, const char *beside);
