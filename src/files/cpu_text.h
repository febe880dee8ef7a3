/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sets of CPUs as the kernel prints them (lib/vsprintf.c, bitmap_list_string() and bitmap_string()). */

#include "buf.h"
#include "resources.h"
#include "text.h"

/*
 * "%*pbl", without the newline: "0-3,8"; "" is the empty set. Numbers ascend. Returns 0, or -EIO for anything else, or
 * for a CPU that no machine has.
 */
int cpu_list_parse(struct text list, struct resource_cpus *ret);

/* Returns 0 or -ENOMEM. */
int cpu_list_append(const struct resource_cpus *set, struct buf *out);

/*
 * "%*pb", without the newline: "f", "3,ffffffff": hexadecimal digits in chunks of 32 CPUs, the highest first. Returns
 * as above.
 */
int cpu_mask_parse(struct text mask, struct resource_cpus *ret);

/* As wide as on a machine with n CPUs; n is at least 1. Returns 0 or -ENOMEM. */
int cpu_mask_append(const struct resource_cpus *set, unsigned n, struct buf *out);
