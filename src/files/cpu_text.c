/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sets of CPUs as the kernel prints them. */

#include "cpu_text.h"

#include <errno.h>

#include "counter.h"
#include "cpu_view.h"

#define CHUNK_BITS   32
#define CHUNK_DIGITS 8

/* "3" or "3-5". */
static int parse_range(struct text range, uint64_t *ret_first, uint64_t *ret_last)
{
	struct text first = { 0 };
	size_t n = range.n;

	if (!text_until(&range, '-', &first) || text_u64(first, ret_first) < 0)
		return -EIO;
	*ret_last = *ret_first;
	if (first.n < n && (text_u64(range, ret_last) < 0 || *ret_last <= *ret_first))
		return -EIO;
	return *ret_last < RESOURCE_CPUS_MAX ? 0 : -EIO;
}

int cpu_list_parse(struct text list, struct resource_cpus *ret)
{
	uint64_t first, last, least = 0;
	struct text range;

	*ret = (struct resource_cpus){ 0 };
	if (list.n > 0 && list.p[list.n - 1] == ',')
		return -EIO;
	while (text_until(&list, ',', &range)) {
		if (parse_range(range, &first, &last) < 0 || first < least)
			return -EIO;
		least = last + 1;
		for (; first <= last; first++)
			cpu_set_add(ret, first);
	}
	return 0;
}

int cpu_list_append(const struct resource_cpus *set, struct buf *out)
{
	const char *comma = "";
	unsigned first, last;
	int r = 0;

	for (first = 0; r == 0 && first < RESOURCE_CPUS_MAX; first++) {
		if (!resource_cpus_has(set, first))
			continue;
		for (last = first; resource_cpus_has(set, last + 1);)
			last++;
		r = buf_append_str(out, comma);
		if (r == 0)
			r = counter_append(out, first);
		if (r == 0 && last > first)
			r = buf_append_str(out, "-");
		if (r == 0 && last > first)
			r = counter_append(out, last);
		comma = ",";
		first = last;
	}
	return r;
}

int cpu_mask_parse(struct text mask, struct resource_cpus *ret)
{
	uint64_t bits, lowest = 0;
	struct text chunk;
	unsigned bit;
	size_t i;

	*ret = (struct resource_cpus){ 0 };
	if (mask.n == 0 || mask.p[mask.n - 1] == ',')
		return -EIO;
	for (i = 0; i < mask.n; i++)
		lowest += mask.p[i] == ',' ? CHUNK_BITS : 0;
	for (; text_until(&mask, ',', &chunk); lowest -= CHUNK_BITS) {
		if (chunk.n > CHUNK_DIGITS || text_hex(chunk, &bits) < 0)
			return -EIO;
		for (bit = 0; bit < CHUNK_BITS; bit++) {
			if ((bits >> bit & 1) && cpu_set_add(ret, lowest + bit) < 0)
				return -EIO;
		}
	}
	return 0;
}

static uint64_t chunk_of(const struct resource_cpus *set, unsigned i)
{
	return set->bits[i / 2] >> i % 2 * CHUNK_BITS & UINT32_MAX;
}

int cpu_mask_append(const struct resource_cpus *set, unsigned n, struct buf *out)
{
	unsigned i = (n + CHUNK_BITS - 1) / CHUNK_BITS;
	unsigned bits = n - (i - 1) * CHUNK_BITS;
	int r = 0;

	while (r == 0 && i-- > 0) {
		r = buf_printf(out, "%0*llx%s", (int)(bits + 3) / 4,
			       (unsigned long long)chunk_of(set, i), i > 0 ? "," : "");
		bits = CHUNK_BITS;
	}
	return r;
}
