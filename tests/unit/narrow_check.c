/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checks of rewriters that narrow the machine's resources to a container's. */

#include "narrow_check.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(const char *s, size_t n)
{
	char *p = malloc(n ? n : 1);

	if (!p)
		abort();
	memcpy(p, s, n);
	return p;
}

static int run(rewrite_fn rewrite, const struct resource_memory *memory, struct text in,
	       struct buf *out)
{
	struct resources facts = { .files = ~0U, .facts = FACTS_MEMORY, .memory = *memory };
	struct rewrite rw = { .resources = &facts };

	buf_clear(out);
	return rewrite(&rw, in, out);
}

/* A text made a second time is the same; and there is nothing left to narrow in what was. */
static void check_again(rewrite_fn rewrite, const struct narrow_case *c, struct text first)
{
	AUTO_BUF struct buf again = { 0 };

	ck_assert_int_eq(first.p[first.n - 1], '\n');
	ck_assert_int_eq(run(rewrite, &c->memory, text_str(c->in), &again), 0);
	ck_assert_msg(text_equal(buf_text(&again), first), "%s: another text", c->what);
	ck_assert_int_eq(run(rewrite, &c->memory, first, &again), 0);
	ck_assert_msg(text_equal(buf_text(&again), first), "%s: twice gives\n%.*s", c->what,
		      (int)again.len, again.data);
}

void check_narrow(rewrite_fn rewrite, const struct narrow_case *c)
{
	size_t n = strlen(c->in);
	char *in = copy_of(c->in, n);
	AUTO_BUF struct buf out = { 0 };
	int r;

	r = run(rewrite, &c->memory, text_of(in, n), &out);
	ck_assert_msg(r == c->r, "%s: returned %d, not %d", c->what, r, c->r);
	if (r == 0)
		ck_assert_msg(text_equal(buf_text(&out), text_str(c->out)),
			      "%s: gave\n%.*s\nnot\n%s", c->what, (int)out.len,
			      out.data ? out.data : "", c->out);
	if (r == 0 && out.len > 0)
		check_again(rewrite, c, buf_text(&out));
	free(in);
}

void check_narrow_broken(rewrite_fn rewrite, const struct resource_memory *memory, const char *in)
{
	static const char bytes[] = "\0\n\t :-kB09(\xff";
	AUTO_BUF struct buf out = { 0 };
	size_t n = strlen(in);
	size_t i, k;
	int r;

	for (i = 1; i < n; i++) {
		char *cut = copy_of(in, i);

		r = run(rewrite, memory, text_of(cut, i), &out);
		ck_assert_msg(r == -EIO || (r == 0 && in[i - 1] == '\n'), "cut at %zu: %d", i, r);
		free(cut);
	}
	for (i = 0; i < n; i++) {
		char *bad = copy_of(in, n);

		for (k = 0; k < sizeof(bytes) - 1; k++) {
			bad[i] = bytes[k];
			r = run(rewrite, memory, text_of(bad, n), &out);
			ck_assert_msg(r == 0 || r == -EIO, "byte replaced at %zu: %d", i, r);
		}
		free(bad);
	}
}
