/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of cgroup_io.h: the input as io.stat, and as both files of version 1. */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "cgroup_io.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* Each device is there once. */
static void check(int r, struct resources *res)
{
	const struct resource_disks *d = &res->disks;
	unsigned i, k;

	REQUIRE(r == 0 || r == -EIO || r == -E2BIG);
	for (i = 0; i < d->n; i++) {
		for (k = 0; k < i; k++)
			REQUIRE(d->disk[i].major != d->disk[k].major ||
				d->disk[i].minor != d->disk[k].minor);
	}
	resources_done(res);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = text_of((const char *)data, size);
	struct resources res = { 0 };

	check(cgroup_io_parse_stat(in, &res.disks), &res);
	check(cgroup_io_parse_blkio(in, BLKIO_BYTES, &res.disks), &res);
	check(cgroup_io_parse_blkio(in, BLKIO_IOS, &res.disks), &res);
	return 0;
}
