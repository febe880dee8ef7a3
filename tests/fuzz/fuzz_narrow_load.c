/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fuzz target of narrow_loadavg() or narrow_diskstats(), named by -DREWRITER. Whatever comes in, the answer is 0 or
 * -EIO, and the output, as the machine's text, gives itself.
 */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "explain_lines.h"
#include "resources.h"
#include "rewrite.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static struct resource_disk used[] = {
	{ 254, 0, 1792, 1048576, 2, 9, 0, 0 },
	{ 8, 16, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
};

static const struct resources facts = {
	.files = RESOURCE_LOADAVG | RESOURCE_DISKSTATS,
	.disks = { .state = RESOURCE_V2, .n = 2, .disk = used },
	.load = { .known = true,
		  .average = { UINT64_MAX, 2594, 0 },
		  .running = UINT32_MAX,
		  .threads = UINT32_MAX },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rewrite rw = { .resources = &facts };
	AUTO_BUF struct buf out = { 0 };
	AUTO_BUF struct buf again = { 0 };
	char *in = malloc(size ? size : 1);
	int r;

	REQUIRE(in);
	memcpy(in, data, size);
	r = REWRITER(&rw, text_of(in, size), &out);
	REQUIRE(r == 0 || r == -EIO);
	if (r == 0) {
		explain_lines(&facts, buf_text(&out));
		REQUIRE(REWRITER(&rw, buf_text(&out), &again) == 0);
		REQUIRE(text_equal(buf_text(&again), buf_text(&out)));
	}
	free(in);
	return 0;
}
