/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lines of /proc/stat that begin with "cpu": "cpu  N N...", the total, and "cpu0 N N..." (fs/proc/stat.c). */

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

/* user nice system idle iowait irq softirq steal guest guest_nice, and some more that may come. */
#define STAT_FIELDS_MIN 4
#define STAT_FIELDS_MAX 16

struct stat_cpu {
	bool total;
	uint64_t number; /* of the CPU, unless it is the total */
	unsigned n;	 /* fields */
	uint64_t fields[STAT_FIELDS_MAX];
};

/* Whether the line is meant to be one of them. */
bool stat_cpu_is(struct text line);

/* Returns 0, or -EIO if it has another form. */
int stat_cpu_parse(struct text line, struct stat_cpu *ret);
