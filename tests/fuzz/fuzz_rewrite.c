/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fuzz target of one rewriter, named by -DREWRITER=rewrite_status and the like; -DCOLUMNS=1 if it passes
 * columns that tell numbers of the view by themselves. Input: a byte that chooses the level, two with
 * the size of the text beside (low byte first), that text, the text.
 *
 * Whatever comes in, the answer is 0 or an errno of rewrite.h. What comes out holds no number but the
 * map's at any place where the rewriter itself, given the output, would look for one; and it is what
 * the kernel of the view would print: rewriting it with numbers as they are changes nothing.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "pidmap.h"
#include "rewrite.h"

/* Numbers of the view in these tests; tests/fuzz/corpus has columns that agree. */
#define HERE_FIRST 500000
#define HERE_LAST  500999

#ifndef COLUMNS
#define COLUMNS 0
#endif

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* A fifth of all numbers is not visible. */
static pid_t to_view(const struct pidmap *m, pid_t there)
{
	(void)m;
	return there % 5 == 0 ? 0 : HERE_FIRST + there % 1000;
}

static pid_t require_here(const struct pidmap *m, pid_t there)
{
	(void)m;
	REQUIRE(there >= HERE_FIRST && there <= HERE_LAST);
	return there;
}

static pid_t as_it_is(const struct pidmap *m, pid_t there)
{
	(void)m;
	return there;
}

static const struct pidmap_ops view_ops = { .to_view = to_view, .group_to_view = to_view };
static const struct pidmap_ops strict_ops = { .to_view = require_here,
					      .group_to_view = require_here };
/* Below level 0, groups come from columns. */
static const struct pidmap_ops task_ops = { .to_view = require_here, .group_to_view = as_it_is };
static const struct pidmap_ops lax_ops = { .to_view = as_it_is, .group_to_view = as_it_is };

/* The map for looking at output of that level. */
static const struct pidmap_ops *ops_for(unsigned level)
{
	if (level == 0)
		return &strict_ops;
	return COLUMNS ? &lax_ops : &task_ops;
}

/* A copy with not a byte behind it. */
static char *copy_of(const uint8_t *data, size_t n)
{
	char *p = malloc(n ? n : 1);

	REQUIRE(p);
	memcpy(p, data, n);
	return p;
}

static void check_output(unsigned level, const struct buf *out)
{
	struct pidmap map = { .ops = ops_for(level) };
	struct rewrite rw = { .pids = &map };
	AUTO_BUF struct buf again = { 0 };

	REQUIRE(REWRITER(&rw, buf_text(out), &again) == 0);
	REQUIRE(text_equal(buf_text(&again), buf_text(out)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pidmap map = { .ops = &view_ops };
	struct rewrite rw = { .pids = &map };
	AUTO_BUF struct buf out = { 0 };
	size_t n_beside;
	char *beside, *in;
	int r;

	if (size < 3)
		return 0;
	map.level = data[0] & 3;
	n_beside = data[1] + 256U * data[2];
	data += 3;
	size -= 3;
	if (n_beside > size)
		n_beside = size;
	beside = copy_of(data, n_beside);
	in = copy_of(data + n_beside, size - n_beside);
	rw.beside = text_of(beside, n_beside);
	r = REWRITER(&rw, text_of(in, size - n_beside), &out);
	REQUIRE(r == 0 || r == -EIO || r == -ESRCH);
	/* No number takes more than eleven bytes, nor less than one with what parts it from the next. */
	REQUIRE(out.len <= 12 * (size - n_beside) + 12);
	if (r == 0)
		check_output(map.level, &out);
	free(beside);
	free(in);
	return 0;
}
