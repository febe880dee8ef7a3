/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What `explain` says of a line. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fd.h"
#include "resources.h"
#include "rewrite.h"

/* "RULE (FILES)", as it is printed. */
static inline void explain_say(explain_line_fn fn, const struct resources *r, const char *line,
			       struct buf *out)
{
	AUTO_BUF struct buf files = { 0 };

	ck_assert_int_eq(fn(r, text_of(line, strlen(line)), out, &files), 0);
	if (files.len > 0)
		ck_assert_int_eq(buf_printf(out, " (%s)", files.data), 0);
	ck_assert_int_eq(buf_append(out, "", 0), 0);
}

static inline void explain_check(explain_line_fn fn, const struct resources *r, const char *line,
				 const char *words)
{
	AUTO_BUF struct buf out = { 0 };

	explain_say(fn, r, line, &out);
	ck_assert_msg(strcmp(out.data ? out.data : "", words) == 0, "%s: %s", line,
		      out.data ? out.data : "");
}

/* docs/resources.md ($NSPROCFS_DOCS is the folder), without the marks of code. */
static inline void explain_read_docs(struct buf *out)
{
	const char *dir = getenv("NSPROCFS_DOCS");
	AUTO_BUF struct buf raw = { 0 };
	AUTO_FD int fd = -1;
	char path[4096];
	size_t i;

	ck_assert_msg(dir != NULL, "NSPROCFS_DOCS is not set");
	snprintf(path, sizeof(path), "%s/resources.md", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_msg(fd >= 0, "cannot open %s", path);
	ck_assert_int_eq(fd_read_all(fd, 1 << 20, &raw), 0);
	for (i = 0; i < raw.len; i++) {
		if (raw.data[i] != '`')
			ck_assert_int_eq(buf_append(out, raw.data + i, 1), 0);
	}
}
