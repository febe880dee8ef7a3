/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The line of PID/stat: "PID (COMM) STATE PPID ...". */

#include <stddef.h>

#include "text.h"

/*
 * Behind ") " where it stands last: COMM is raw and may hold this as well, but after it there are only numbers and a
 * letter. Returns 0 or -EIO.
 */
int stat_line_comm_end(struct text line, size_t *ret);
