/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks of rewriters that narrow the machine's resources to a container's. */

#include <stddef.h>

#include "resources.h"
#include "rewrite.h"

struct narrow_case {
	const char *what; /* printed when it fails */
	const char *in;
	struct resource_memory memory;
	int r;
	const char *out; /* if r is 0 */
};

/* The rewriter gives what the case says. The text is ended by no NUL, so that ASan sees every overrun. */
void check_narrow(rewrite_fn rewrite, const struct narrow_case *c);

/*
 * Cut at every offset the text gives -EIO, or, where a line ends, perhaps something; with each byte in turn
 * replaced by some that may confuse a parser it gives 0 or -EIO.
 */
void check_narrow_broken(rewrite_fn rewrite, const struct resource_memory *memory, const char *in);

#define KIB(n) ((uint64_t)(n)*1024)
#define MIB(n) ((uint64_t)(n)*1024 * 1024)

/* A group's limits, and the least that is left in it and those above it. */
#define MEM_LIMIT(limit, headroom) \
	.state = RESOURCE_V2, .limit_bytes = (limit), .headroom_bytes = (headroom)
#define SWAP_LIMIT(limit, headroom) \
	.swap_counted = true, .swap_limit_bytes = (limit), .swap_headroom_bytes = (headroom)

/* A group that nothing limits and that has used nothing, but for what is given. */
#define NO_SWAP_LIMIT SWAP_LIMIT(RESOURCE_NONE, RESOURCE_NONE)
#define FREE_MEMORY   MEM_LIMIT(RESOURCE_NONE, RESOURCE_NONE)
#define FREE_GROUP    FREE_MEMORY, NO_SWAP_LIMIT

/* What every text of meminfo has to have. */
#define MEM(total, free, available)                                                             \
	"MemTotal:       " total " kB\nMemFree:        " free " kB\nMemAvailable:   " available \
	" kB\n"
