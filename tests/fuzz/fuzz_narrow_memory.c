/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fuzz target of one rewriter that narrows to a container's memory, named by -DREWRITER=rewrite_meminfo and the
 * like. Input: eight bytes from which the group is made, the text.
 *
 * Whatever comes in, the answer is 0 or -EIO, and what comes out is a text that the same group has nothing to narrow
 * in: so no number of it is above a limit.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/random_memory.h"
#include "buf.h"
#include "explain_lines.h"
#include "resources.h"
#include "rewrite.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct resources facts = { .files = ~0U, .facts = FACTS_MEMORY };
	struct rewrite rw = { .resources = &facts };
	AUTO_BUF struct buf again = { 0 };
	AUTO_BUF struct buf out = { 0 };
	uint64_t seed;
	char *in;
	int r;

	if (size < sizeof(seed))
		return 0;
	memcpy(&seed, data, sizeof(seed));
	random_memory(&seed, &facts.memory);
	data += sizeof(seed);
	size -= sizeof(seed);
	/* A copy with not a byte behind it. */
	in = malloc(size ? size : 1);
	REQUIRE(in);
	memcpy(in, data, size);
	r = REWRITER(&rw, text_of(in, size), &out);
	free(in);
	REQUIRE(r == 0 || r == -EIO);
	if (r < 0)
		return 0;
	explain_lines(&facts, buf_text(&out));
	/* A short number may get its column's blanks. */
	REQUIRE(out.len <= 4 * size + 64);
	REQUIRE(REWRITER(&rw, buf_text(&out), &again) == 0);
	REQUIRE(text_equal(buf_text(&again), buf_text(&out)));
	return 0;
}
