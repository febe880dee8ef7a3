/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What `explain` says of each line of a text that has been narrowed, named by -DEXPLAIN. */

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "resources.h"
#include "rewrite.h"

/* A copy of the line with not a byte behind it; what is said is one line. */
static inline void explain_lines(const struct resources *resources, struct text text)
{
	struct text line;

	while (text_line(&text, &line, NULL)) {
		AUTO_BUF struct buf rule = { 0 };
		AUTO_BUF struct buf files = { 0 };
		char *copy = malloc(line.n ? line.n : 1);

		if (!copy)
			abort();
		memcpy(copy, line.p, line.n);
		if (EXPLAIN(resources, text_of(copy, line.n), &rule, &files) != 0 ||
		    (rule.len > 0 && memchr(rule.data, '\n', rule.len)) ||
		    (files.len > 0 && memchr(files.data, '\n', files.len)))
			abort();
		free(copy);
	}
}
