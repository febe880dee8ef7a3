/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checks that every rewriter of CPUs and times has to pass. */

#include "cpu_check.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A copy with not a byte behind it. */
static char *copy_of(const char *s, size_t n)
{
	char *p = malloc(n ? n : 1);

	if (!p)
		abort();
	memcpy(p, s, n);
	return p;
}

static int run(rewrite_fn narrow, const struct resources *r, const char *in, size_t n,
	       struct buf *out)
{
	struct rewrite rw = { .resources = r };
	char *copy = copy_of(in, n);
	int result;

	buf_clear(out);
	result = narrow(&rw, text_of(copy, n), out);
	free(copy);
	return result;
}

void check_cpu(rewrite_fn narrow, const struct cpu_case *c)
{
	const char *expected = c->out ? c->out : c->in;
	AUTO_BUF struct buf out = { 0 };
	int r;

	r = run(narrow, &c->resources, c->in, strlen(c->in), &out);
	ck_assert_msg(r == c->r, "%s: returned %d, not %d", c->what, r, c->r);
	if (r == 0)
		ck_assert_msg(text_equal(buf_text(&out), text_str(expected)),
			      "%s: gave\n%.*s\nnot\n%s", c->what, (int)out.len,
			      out.data ? out.data : "", expected);
}

void check_cpu_cut(rewrite_fn narrow, const struct resources *r, const char *in)
{
	AUTO_BUF struct buf out = { 0 };
	size_t n = strlen(in);
	size_t i;

	for (i = 0; i < n; i++) {
		int result = run(narrow, r, in, i, &out);

		/* What ends with a line might have been all. */
		if (result == 0 && i > 0 && in[i - 1] == '\n')
			continue;
		ck_assert_msg(result == -EIO, "cut at %zu: returned %d", i, result);
	}
	ck_assert_int_eq(run(narrow, r, in, n, &out), 0);
}

void check_cpu_garbled(rewrite_fn narrow, const struct resources *r, const char *in)
{
	static const char bytes[] = "\0\n\t ()-:/.0,9>x\xff";
	AUTO_BUF struct buf out = { 0 };
	size_t n = strlen(in);
	char *bad = copy_of(in, n);
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < sizeof(bytes) - 1; k++) {
			int result;

			bad[i] = bytes[k];
			result = run(narrow, r, bad, n, &out);
			ck_assert_msg(result == 0 || result == -EIO,
				      "byte %zu replaced: returned %d", i, result);
		}
		bad[i] = in[i];
	}
	free(bad);
}
