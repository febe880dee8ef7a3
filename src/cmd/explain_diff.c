/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a rewriter changed. */

#include <stdio.h>

#include "explain.h"
#include "print.h"

/* More would scroll away what stands above. */
#define CHANGED_MAX  12
#define LEFT_OUT_MAX 3

/* How much of a clipped line is shown before its first difference. */
#define BEFORE_DIFFERENCE 24

static size_t count_lines(struct text t)
{
	struct text line;
	size_t n = 0;

	while (text_line(&t, &line, NULL))
		n++;
	return n;
}

static size_t common_prefix(struct text a, struct text b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

void explain_print(struct text part)
{
	struct text piece;

	while (text_until(&part, '\t', &piece)) {
		print_escaped(stdout, piece);
		if (part.n > 0)
			putchar(' ');
	}
}

/* from is where the part begins that is shown. */
static void print_line(char sign, struct text line, size_t from, size_t width)
{
	struct text part = text_of(line.p + from, line.n - from);

	explain_label("");
	printf("%c %s", sign, from ? "..." : "");
	if (part.n > width)
		part.n = width;
	explain_print(part);
	puts(from + part.n < line.n ? "..." : "");
}

static void print_changed(struct text before, struct text after, size_t width)
{
	size_t same = common_prefix(before, after);
	size_t from = 0;

	if (same > BEFORE_DIFFERENCE && (before.n > width || after.n > width))
		from = same - BEFORE_DIFFERENCE;
	print_line('-', before, from, width);
	print_line('+', after, from, width);
}

/* The first word: in `locks` the number of the row, which is kept when others are left out. */
static bool same_row(struct text a, struct text b)
{
	struct text x = { NULL, 0 }, y = { NULL, 0 };

	text_field(&a, &x);
	text_field(&b, &y);
	return text_equal(x, y);
}

static void print_sum(const struct explain_sum *sum)
{
	explain_label("");
	if (sum->n_changed + sum->n_left_out == 0) {
		puts("no line differs now");
		return;
	}
	printf("%zu %s changed", sum->n_changed, sum->n_changed == 1 ? "line" : "lines");
	if (sum->n_left_out > 0)
		printf(", %zu left out", sum->n_left_out);
	putchar('\n');
}

struct explain_sum explain_diff(struct text before, struct text after, size_t width)
{
	bool all_kept = count_lines(before) == count_lines(after);
	struct explain_sum sum = { 0 };
	struct text was, is;
	bool more = text_line(&after, &is, NULL);

	while (text_line(&before, &was, NULL)) {
		if (!more || (!all_kept && !same_row(was, is))) {
			if (sum.n_left_out++ < LEFT_OUT_MAX)
				print_line('-', was, 0, width);
			continue;
		}
		if (!text_equal(was, is) && sum.n_changed++ < CHANGED_MAX)
			print_changed(was, is, width);
		more = text_line(&after, &is, NULL);
	}
	if (sum.n_changed > CHANGED_MAX || sum.n_left_out > LEFT_OUT_MAX) {
		explain_label("");
		puts("...");
	}
	print_sum(&sum);
	return sum;
}
