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
	bool of_client; /* client: that of whoever asks */
	enum resource_cpu_count count;
	bool by_high;	  /* memory.high limits as well */
	const char *file; /* --resources=@FILE, absolute, where the choice is read from; NULL */
};

struct fault;
struct text;

/*
 * The value of --resources, but for @FILE, added to those before it; group is the same as a string, or NULL: then there is
 * no group to be named. Returns 0, or -EINVAL with a fault that says which values there are.
 */
int resource_choice_parse(struct text word, const char *group, struct resource_args *args,
			  struct fault *fault);

/*
 * Reads the choice from a file: on, off or -FILE,... in a line; blank lines and those that begin with # do not count. What
 * args has of the choice is replaced, if all is well. Returns 0; -EINVAL: it says something else or is no regular file;
 * -EISDIR; -EFBIG; the errno of open(2) or read(2); with a fault.
 */
int resource_choice_read(const char *file, struct resource_args *args, struct fault *fault);

/* Ends the program with what the two above have said of a value, if they failed. */
void resource_choice_refuse(struct argp_state *state, const struct fault *fault);

/* The argp parser for them; its input is a struct resource_args, all zero at first. */
extern const struct argp resource_argp;

/* Appends the names of these files, with ", " between. Returns 0 or -ENOMEM. */
int resource_files_print(unsigned files, struct buf *out);
