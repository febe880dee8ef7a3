/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Counters as the kernel prints them: decimal, without a sign. */

#include <stdint.h>

#include "buf.h"
#include "text.h"

/* Appends n in decimal. Returns 0 or -ENOMEM. */
int counter_append(struct buf *out, uint64_t n);

/*
 * Takes the next number off *rest, with the blanks before it; the byte after it is a blank or the end. *ret_text is
 * what was taken. Returns 0; -EIO if what follows is no number or none that fits, and *rest is as it was.
 */
int counter_take(struct text *rest, struct text *ret_text, uint64_t *ret);

/* a * b, or UINT64_MAX. */
uint64_t counter_times(uint64_t a, uint64_t b);

/* a * b / c, or UINT64_MAX; exact to one part in 2^31 where the product of b and c does not fit. c is not 0. */
uint64_t counter_scale(uint64_t a, uint64_t b, uint64_t c);
