/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checks that every rewriter has to pass. */

#include "rewrite_check.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
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

static int run(rewrite_fn rewrite, enum fake_view view, struct text in, struct text beside,
	       struct buf *out)
{
	struct rewrite rw = { .pids = fake_pidmap(view), .beside = beside };

	buf_clear(out);
	return rewrite(&rw, in, out);
}

void check_rewrite(rewrite_fn rewrite, const struct rewrite_case *c)
{
	size_t n = strlen(c->in);
	size_t n_beside = c->beside ? strlen(c->beside) : 0;
	char *in = copy_of(c->in, n);
	char *beside = copy_of(c->beside ? c->beside : "", n_beside);
	AUTO_BUF struct buf out = { 0 };
	int r;

	r = run(rewrite, c->view, text_of(in, n), text_of(beside, n_beside), &out);
	ck_assert_msg(r == c->r, "%s: returned %d, not %d", c->what, r, c->r);
	if (r == 0)
		ck_assert_msg(text_equal(buf_text(&out), text_str(c->out)),
			      "%s: gave\n%.*s\nnot\n%s", c->what, (int)out.len,
			      out.data ? out.data : "", c->out);
	free(in);
	free(beside);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number begins with 40, as those of the host do. */
static bool leaks(const struct buf *b)
{
	size_t i;

	for (i = 0; i + 1 < b->len; i++) {
		if ((i == 0 || !is_digit(b->data[i - 1])) && b->data[i] == '4' &&
		    b->data[i + 1] == '0')
			return true;
	}
	return false;
}

static void check_answer(int r, const char *what, size_t offset, const struct buf *out)
{
	ck_assert_msg(r == 0 || r == -EIO || r == -ESRCH, "%s at %zu: returned %d", what, offset,
		      r);
	if (r == 0 && out)
		ck_assert_msg(!leaks(out), "%s at %zu: a number of the host in\n%.*s", what, offset,
			      (int)out->len, out->data ? out->data : "");
}

void check_truncations(rewrite_fn rewrite, enum fake_view view, const char *in, const char *beside)
{
	size_t n_beside = beside ? strlen(beside) : 0;
	AUTO_BUF struct buf out = { 0 };
	size_t n = strlen(in);
	size_t i;
	int r = 0;

	for (i = 0; i <= n; i++) {
		char *cut = copy_of(in, i);

		r = run(rewrite, view, text_of(cut, i), text_of(beside, n_beside), &out);
		check_answer(r, "text cut", i, &out);
		free(cut);
	}
	ck_assert_int_eq(r, 0);
	for (i = 0; i <= n_beside; i++) {
		char *cut = copy_of(beside ? beside : "", i);

		r = run(rewrite, view, text_of(in, n), text_of(cut, i), &out);
		check_answer(r, "text beside cut", i, &out);
		free(cut);
	}
	ck_assert_int_eq(r, 0);
}

void check_garbling(rewrite_fn rewrite, enum fake_view view, const char *in, const char *beside)
{
	static const char bytes[] = "\0\n\t ()-:/.0,9>x\xff";
	struct text other = text_of(beside, beside ? strlen(beside) : 0);
	AUTO_BUF struct buf out = { 0 };
	size_t n = strlen(in);
	size_t i, k;

	for (i = 0; i < n; i++) {
		char *bad = copy_of(in, n);

		for (k = 0; k < sizeof(bytes) - 1; k++) {
			bad[i] = bytes[k];
			check_answer(run(rewrite, view, text_of(bad, n), other, &out),
				     "byte replaced", i, NULL);
		}
		free(bad);
	}
}
