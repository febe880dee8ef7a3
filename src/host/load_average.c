/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel's load averages. */

#include "load_average.h"

/* EXP_1, EXP_5, EXP_15: what is left of an average after a period, in fixed point. */
static const uint64_t decay[LOAD_N] = { 1884, 2014, 2037 };

/* calc_load() */
static uint64_t step(uint64_t load, uint64_t left, uint64_t active)
{
	uint64_t next = load * left + active * (LOAD_ONE - left);

	if (active >= load)
		next += LOAD_ONE - 1;
	return next / LOAD_ONE;
}

/* fixed_power_int() */
static uint64_t power(uint64_t x, uint64_t n)
{
	uint64_t result = LOAD_ONE;

	for (; n > 0; n >>= 1) {
		if (n & 1)
			result = (result * x + LOAD_ONE / 2) >> RESOURCE_LOAD_SHIFT;
		x = (x * x + LOAD_ONE / 2) >> RESOURCE_LOAD_SHIFT;
	}
	return result;
}

void load_average_advance(uint64_t average[LOAD_N], uint32_t active, uint64_t n_periods)
{
	unsigned i;

	if (n_periods == 0)
		return;
	for (i = 0; i < LOAD_N; i++)
		average[i] = step(average[i], power(decay[i], n_periods), active * LOAD_ONE);
}

void load_average_settle(uint64_t average[LOAD_N], uint32_t active)
{
	unsigned i;

	for (i = 0; i < LOAD_N; i++)
		average[i] = active * LOAD_ONE;
}
