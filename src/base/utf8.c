/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* UTF-8, strictly. */

#include "utf8.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A form of RFC 3629, section 3: the lead byte's fixed bits, and the first number that needs it. */
struct form {
	unsigned char mask;
	unsigned char lead;
	uint32_t first;
};

/* By length, from one byte on. */
static const struct form forms[] = {
	{ 0x80, 0x00, 0 },
	{ 0xe0, 0xc0, 0x80 },
	{ 0xf0, 0xe0, 0x800 },
	{ 0xf8, 0xf0, 0x10000 },
};

/* The number of a character of n + 1 bytes, or UINT32_MAX if a byte is missing or wrong. */
static uint32_t decode(struct text t, size_t n)
{
	uint32_t number = (unsigned char)t.p[0] & (unsigned char)~forms[n].mask;
	size_t i;

	if (t.n <= n)
		return UINT32_MAX;
	for (i = 1; i <= n; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if ((c & 0xc0) != 0x80)
			return UINT32_MAX;
		number = number << 6 | (c & 0x3f);
	}
	return number;
}

size_t utf8_first(struct text t, uint32_t *ret)
{
	unsigned char lead = (unsigned char)t.p[0];
	uint32_t number;
	size_t n;

	for (n = 0; n < N_OF(forms); n++) {
		if ((lead & forms[n].mask) == forms[n].lead)
			break;
	}
	if (n == N_OF(forms))
		return 0;
	number = decode(t, n);
	if (number < forms[n].first || number > 0x10ffff)
		return 0;
	if (number >= 0xd800 && number <= 0xdfff)
		return 0;
	*ret = number;
	return n + 1;
}
