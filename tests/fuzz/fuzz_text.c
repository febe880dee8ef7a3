/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of text.h. Input: a byte that is the separator, then the text. */

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "text.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* The lines, each with its end, are the text again; none holds a newline. */
static void check_lines(struct text all)
{
	AUTO_BUF struct buf joined = { 0 };
	struct text rest = all;
	struct text line;
	bool ended = true;

	while (text_line(&rest, &line, &ended)) {
		REQUIRE(line.n == 0 || !memchr(line.p, '\n', line.n));
		REQUIRE(ended || rest.n == 0);
		REQUIRE(buf_append_text(&joined, line) == 0);
		REQUIRE(!ended || buf_append(&joined, "\n", 1) == 0);
	}
	REQUIRE(text_equal(buf_text(&joined), all));
}

/* Every separator ends a piece, and so does the end of a text that is not ended by one. */
static void check_until(struct text all, char separator)
{
	struct text rest = all;
	struct text piece;
	size_t n_separators = 0;
	size_t n_pieces = 0;
	size_t n_bytes = 0;
	size_t i;

	for (i = 0; i < all.n; i++)
		n_separators += all.p[i] == separator;
	while (text_until(&rest, separator, &piece)) {
		REQUIRE(piece.n == 0 || !memchr(piece.p, separator, piece.n));
		n_pieces++;
		n_bytes += piece.n;
	}
	REQUIRE(rest.n == 0);
	REQUIRE(n_bytes + n_separators == all.n);
	REQUIRE(n_pieces == n_separators + (all.n > 0 && all.p[all.n - 1] != separator));
}

static void check_fields(struct text all)
{
	struct text rest = all;
	struct text field, trimmed;

	while (text_field(&rest, &field)) {
		REQUIRE(field.n > 0);
		REQUIRE(!memchr(field.p, ' ', field.n) && !memchr(field.p, '\t', field.n));
		REQUIRE(text_equal(text_trim(field), field));
	}
	REQUIRE(rest.n == 0);
	trimmed = text_trim(all);
	REQUIRE(trimmed.n <= all.n && text_equal(text_trim(trimmed), trimmed));
}

/* What is read as a number is printed as the same digits, leading zeroes apart. */
static void check_numbers(struct text t)
{
	char digits[32];
	uint64_t u, h;
	int64_t i = -1;
	int32_t pid;
	int r = text_u64(t, &u);

	REQUIRE(r == 0 || r == -EINVAL || r == -ERANGE);
	while (r == 0 && t.n > 1 && t.p[0] == '0')
		t = text_of(t.p + 1, t.n - 1);
	if (r == 0) {
		snprintf(digits, sizeof(digits), "%" PRIu64, u);
		REQUIRE(text_equal(t, text_str(digits)));
	}
	REQUIRE((text_i64(t, &i) == 0 && i >= 0) == (r == 0 && u <= INT64_MAX) ||
		(t.n > 1 && t.p[0] == '-' && i == 0));
	REQUIRE(r != 0 || t.n > 16 || text_hex(t, &h) == 0);
	REQUIRE(text_pid(t, &pid) != 0 || (r == 0 && (uint64_t)pid == u && pid > 0));
}

static void check_keys(struct text line)
{
	struct text rest = line;
	struct text key, value;

	if (!text_until(&rest, ':', &key) || key.n == line.n)
		return;
	REQUIRE(text_key(line, key, &value));
	REQUIRE(key.n + 1 + value.n == line.n);
	REQUIRE(text_starts(line, key));
	if (key.n > 0)
		REQUIRE(!text_key(line, text_of(key.p, key.n - 1), &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text all, rest, line, field;

	if (size < 1)
		return 0;
	all = text_of((const char *)data + 1, size - 1);
	check_lines(all);
	check_until(all, (char)data[0]);
	check_fields(all);
	check_numbers(all);
	rest = all;
	while (text_line(&rest, &line, NULL)) {
		check_keys(line);
		while (text_field(&line, &field))
			check_numbers(field);
	}
	return 0;
}
