/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counters as the kernel prints them. */

#include "counter.h"

#include <errno.h>

#include "resources.h"

int counter_append(struct buf *out, uint64_t n)
{
	char digits[20];
	char *p = digits + sizeof(digits);

	/* By hand, as in number_append(): ps reads one line with such a number for each process. */
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return buf_append(out, p, (size_t)(digits + sizeof(digits) - p));
}

int counter_take(struct text *rest, struct text *ret_text, uint64_t *ret)
{
	struct text after = *rest;
	struct text field;

	if (!text_field(&after, &field) || text_u64(field, ret) < 0)
		return -EIO;
	*ret_text = text_of(rest->p, (size_t)(after.p - rest->p));
	*rest = after;
	return 0;
}

uint64_t counter_times(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

uint64_t counter_scale(uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t product;

	while (c > 1 && __builtin_mul_overflow(b, c, &product)) {
		b /= 2;
		c /= 2;
	}
	/* The remainder is less than c, so its product fits. */
	return resource_plus(counter_times(a / c, b), a % c * b / c);
}
