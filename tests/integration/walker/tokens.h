/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tokens of a text: words and numbers, runs of blanks, single other bytes. */

#include "walker.h"

enum token_kind { TOKEN_WORD, TOKEN_BLANK, TOKEN_BYTE };

struct token {
	enum token_kind kind;
	struct text text;
	size_t line, word; /* from 1; word counts within the line */
};

struct tokens {
	struct token *items;
	size_t n;
};

void tokens_free(struct tokens *ts);
#define AUTO_TOKENS __attribute__((cleanup(tokens_free)))

/* Splits t, which must stay where it is. */
void tokens_split(struct text t, struct tokens *out);

/* The same kinds in the same order, and the same single bytes, newlines among them. */
bool tokens_same_structure(const struct tokens *a, const struct tokens *b);

/*
 * All n texts as numbers of one form: decimal with sign and fraction, hexadecimal of one width, or
 * with one unit. Returns false if they are not.
 */
bool token_numbers(const struct text t[], size_t n, __int128 ret[]);

/* The line of t that the token is in, without its newline. */
struct text line_of(struct text t, const struct token *k);

/*
 * A name for the token: "stat.8" in PID/stat, "MemFree.2" (key and word) in lines that start with a
 * key, else "L3.2" (line and word).
 */
void token_label(const char *normal, struct text t, const struct token *k, char label[LABEL_BYTES]);
