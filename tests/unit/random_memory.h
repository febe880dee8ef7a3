/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random machines and control groups: likely ones, limits of every kind, and nonsense. */

#include <stdint.h>

#include "../../src/files/meminfo.h"

/* The next number of the sequence. */
uint64_t random_next(uint64_t *seed);

/* One below n. */
uint64_t random_below(uint64_t *seed, uint64_t n);

/* A state other than absent, and any numbers; parts are not within their totals. */
void random_memory(uint64_t *seed, struct resource_memory *ret);

/* Numbers of which the totals are the sums of their parts, as the kernel makes them; every line is there. */
void random_machine(uint64_t *seed, struct meminfo *ret);
