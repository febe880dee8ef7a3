/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What time it is by a clock of clock_gettime(2) that always works (CLOCK_MONOTONIC, CLOCK_BOOTTIME, ...). */

#include <stdint.h>
#include <time.h>

/* In nanoseconds. */
uint64_t clock_ns(clockid_t clock);

/* In whole milliseconds. */
int64_t clock_ms(clockid_t clock);
