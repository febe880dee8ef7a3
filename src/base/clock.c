/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Clocks as one number. */

#include "clock.h"

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

uint64_t clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int64_t clock_ms(clockid_t clock)
{
	return (int64_t)(clock_ns(clock) / NS_PER_MS);
}
