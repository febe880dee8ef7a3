/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Random control groups: likely ones, limits of every kind, and nonsense. The sequence is the same in each program. */

#include <stdint.h>

#include "resources.h"

#define N_CPUS	   256
#define SECOND_NS  UINT64_C(1000000000)
#define LIKELY_MAX (100000 * SECOND_NS) /* a time that is no nonsense */

/* A number below n, which is not 0. */
uint64_t below(uint64_t n);

/* A time: mostly a likely one. */
uint64_t any_ns(void);

/* All that is said of times and of the number of CPUs; the arrays, of n_percpu CPUs, are those of the last call. */
void any_times(struct resources *r, unsigned n_percpu);
