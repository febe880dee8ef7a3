/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the parts of the table of /sys/devices/system share. */

#include "entry.h"

/* cpuN: the CPUs that the container is shown, renumbered. */
extern const struct entry_names sys_cpu_names;
