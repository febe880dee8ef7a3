/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of utf8.h. Input: the text. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* The one form of a character (RFC 3629, section 3). Returns its length. */
static size_t encode(uint32_t c, unsigned char *out)
{
	static const unsigned char leads[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n - 1; i > 0; i--) {
		out[i] = (unsigned char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (unsigned char)(leads[n - 1] | c);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = text_of((const char *)data, size);
	unsigned char again[4];

	while (rest.n > 0) {
		uint32_t c = UINT32_MAX;
		size_t n = utf8_first(rest, &c);

		REQUIRE(n <= 4 && n <= rest.n);
		if (n == 0) {
			REQUIRE((unsigned char)rest.p[0] >= 0x80); /* ASCII is always well formed */
			n = 1;
		} else {
			REQUIRE(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
			REQUIRE(encode(c, again) == n && memcmp(again, rest.p, n) == 0);
		}
		rest = text_of(rest.p + n, rest.n - n);
	}
	return 0;
}
