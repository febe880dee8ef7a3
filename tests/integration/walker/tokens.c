/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From text to tokens, and what is said about one token of three readings. */

#include "tokens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NANO 1000000000

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool all_digits(const char *p, size_t n)
{
	while (n > 0 && is_digit(p[n - 1]))
		n--;
	return n == 0;
}

/* Length of the word at p, with the fraction of a decimal number. */
static size_t word_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_word(p[i]))
		i++;
	if (all_digits(p, i) && i + 1 < n && p[i] == '.' && is_digit(p[i + 1])) {
		for (i++; i < n && is_digit(p[i]);)
			i++;
	}
	return i;
}

static struct token next_token(struct text t, size_t at)
{
	struct token k = { .kind = TOKEN_BYTE, .text = text_of(t.p + at, 1) };
	bool minus = t.p[at] == '-' && (at == 0 || !is_word(t.p[at - 1]));
	size_t n;

	if (minus && at + 1 < t.n && is_digit(t.p[at + 1])) {
		k.kind = TOKEN_WORD;
		k.text.n = 1 + word_length(t.p + at + 1, t.n - at - 1);
	} else if (is_word(t.p[at])) {
		k.kind = TOKEN_WORD;
		k.text.n = word_length(t.p + at, t.n - at);
	} else if (t.p[at] == ' ' || t.p[at] == '\t') {
		for (n = 1; at + n < t.n && (t.p[at + n] == ' ' || t.p[at + n] == '\t');)
			n++;
		k.kind = TOKEN_BLANK;
		k.text.n = n;
	}
	return k;
}

void tokens_free(struct tokens *ts)
{
	free(ts->items);
	*ts = (struct tokens){ 0 };
}

void tokens_split(struct text t, struct tokens *out)
{
	size_t room = 0, line = 1, word = 0;

	tokens_free(out);
	for (size_t at = 0; at < t.n;) {
		struct token k = next_token(t, at);

		if (out->n == room) {
			room = room ? room * 2 : 64;
			out->items = reallocarray(out->items, room, sizeof(*out->items));
			must(out->items ? 0 : -ENOMEM);
		}
		word += k.kind == TOKEN_WORD;
		k.line = line;
		k.word = word;
		if (k.kind == TOKEN_BYTE && *k.text.p == '\n') {
			line++;
			word = 0;
		}
		out->items[out->n++] = k;
		at += k.text.n;
	}
}

bool tokens_same_structure(const struct tokens *a, const struct tokens *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct token *x = &a->items[i], *y = &b->items[i];

		if (x->kind != y->kind || (x->kind == TOKEN_BYTE && *x->text.p != *y->text.p))
			return false;
	}
	return true;
}

/* [-]digits[.digits] in units of 10^-9. */
static bool decimal(struct text t, __int128 *ret)
{
	bool negative = t.n > 0 && t.p[0] == '-';
	struct text rest = text_of(t.p + negative, t.n - negative), whole;
	uint64_t number, fraction = 0;
	__int128 v;

	if (!text_until(&rest, '.', &whole) || text_u64(whole, &number) < 0)
		return false;
	if (rest.n > 9 || (rest.n > 0 && text_u64(rest, &fraction) < 0))
		return false;
	for (size_t i = rest.n; i < 9; i++)
		fraction *= 10;
	v = (__int128)number * NANO + fraction;
	*ret = negative ? -v : v;
	return true;
}

static bool hexadecimal(struct text t, __int128 *ret)
{
	uint64_t v;

	if (text_hex(t, &v) < 0)
		return false;
	*ret = (__int128)v * NANO;
	return true;
}

/* A number with a unit of one letter, as keys has ("59s", "2d"); not across units. */
static bool with_unit(struct text t, char unit, __int128 *ret)
{
	return t.n > 1 && t.p[t.n - 1] == unit && !is_digit(unit) &&
	       decimal(text_of(t.p, t.n - 1), ret);
}

bool token_numbers(const struct text t[], size_t n, __int128 ret[])
{
	bool is_decimal = true, is_hex = true, is_unit = true;

	for (size_t i = 0; i < n; i++)
		is_decimal = is_decimal && decimal(t[i], &ret[i]);
	if (is_decimal)
		return true;
	/* Columns of fixed width, with leading zeros: net/tcp and the like. */
	for (size_t i = 0; i < n; i++)
		is_hex = is_hex && t[i].n == t[0].n && hexadecimal(t[i], &ret[i]);
	if (is_hex)
		return true;
	for (size_t i = 0; i < n; i++)
		is_unit = is_unit && with_unit(t[i], t[0].p[t[0].n - 1], &ret[i]);
	return is_unit;
}

struct text line_of(struct text t, const struct token *k)
{
	const char *start = k->text.p, *end = k->text.p + k->text.n;

	while (start > t.p && start[-1] != '\n')
		start--;
	while (end < t.p + t.n && *end != '\n')
		end++;
	return text_of(start, (size_t)(end - start));
}

/* The field of PID/stat: the second ends at the last parenthesis (comm may hold any byte). */
static bool stat_label(struct text t, const struct token *k, char label[LABEL_BYTES])
{
	const char *end = memrchr(t.p, ')', t.n);
	unsigned field = 2;

	if (!end)
		return false;
	if (k->text.p <= end)
		field = k->text.p == t.p ? 1 : 2;
	for (const char *p = end; p < k->text.p; p++)
		field += *p == ' ';
	snprintf(label, LABEL_BYTES, "stat.%u", field);
	return true;
}

void token_label(const char *normal, struct text t, const struct token *k, char label[LABEL_BYTES])
{
	struct text line = line_of(t, k), rest = line, key;
	AUTO_BUF struct buf name = { 0 };

	if (path_matches(normal, "PID/stat") && stat_label(t, k, label))
		return;
	if (memchr(line.p, ':', line.n)) {
		text_until(&rest, ':', &key);
		key = text_trim(key);
	} else {
		key = text_of(line.p, line.n ? word_length(line.p, line.n) : 0);
		if (key.n > 0 && is_digit(key.p[0]))
			key.n = 0;
	}
	escape(key, LABEL_BYTES / 3, &name);
	/* Rows of tables have numbers, no keys. */
	if (key.n == 0)
		snprintf(label, LABEL_BYTES, "L%zu.%zu", k->line, k->word);
	else
		snprintf(label, LABEL_BYTES, "%s.%zu", name.data, k->word);
}
