/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The kernel's load averages (kernel/sched/loadavg.c, include/linux/sched/loadavg.h): fixed point numbers that approach the
 * number of active threads, a step every five seconds. Pure.
 */

#include <stdint.h>

#include "resources.h"

#define LOAD_ONE       (1ULL << RESOURCE_LOAD_SHIFT) /* FIXED_1 */
#define LOAD_PERIOD_NS 5000000000ULL /* LOAD_FREQ, without the tick that it has on top */
#define LOAD_N	       RESOURCE_LOAD_N

/*
 * The averages after n periods in all of which so many threads were active (calc_load(), and calc_load_n() for those
 * that were missed). Saturates at what 32 bits of threads can give.
 */
void load_average_advance(uint64_t average[LOAD_N], uint32_t active, uint64_t n_periods);

/* The averages that never changed while so many threads were active. */
void load_average_settle(uint64_t average[LOAD_N], uint32_t active);
