/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options that say whose resources the view shows. */

#include <argp.h>

#include "resources.h"

struct buf;

enum resource_choice {
	RESOURCES_BY_PROFILE = 0, /* on with profile container, off with kernel */
	RESOURCES_ON,
	RESOURCES_OFF,
};

struct resource_args {
	enum resource_choice choice;
	unsigned without; /* enum resource_file: the machine's all the same */
	const char *
		group; /* the control group whose resources they are; NULL: that of the target's init */
	enum resource_cpu_count count;
};

/* All of enum resource_file. */
#define RESOURCE_FILES_ALL ((RESOURCE_PRESSURE << 1) - 1)

/* The argp parser for them; its input is a struct resource_args, all zero at first. */
extern const struct argp resource_argp;

/* Appends the names of these files, with ", " between. Returns 0 or -ENOMEM. */
int resource_files_print(unsigned files, struct buf *out);
