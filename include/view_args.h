/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options that say which view is meant, shared by all subcommands. */

#include <argp.h>
#include <stdbool.h>
#include <sys/types.h>

#include "view.h"

enum source_choice { CHOOSE_AUTO, CHOOSE_KERNEL, CHOOSE_HOST, CHOOSE_TREE };

enum pidmap_choice { PIDMAP_AUTO, PIDMAP_KERNEL, PIDMAP_NSPID };

enum links_choice { LINKS_AUTO, LINKS_GUESS };

struct view_args {
	pid_t target;	   /* --target; 0 if not given */
	const char *pidns; /* --pidns; NULL */
	const char *tree;  /* --tree; NULL */
	enum source_choice source;
	enum pidmap_choice pidmap;
	enum links_choice links;
	enum profile profile;
	struct hiding hiding; /* mount_options.h; exempts is not decided yet */
	bool writable;	      /* --rw, of the subcommands that mount */
	bool verbose;
};

/*
 * The argp parser for them, to be a child of a subcommand's: its input is a struct view_args (all zero
 * at first). Bad values, options that contradict each other and options that name no view end the program
 * with argp's usage error and argp_err_exit_status.
 */
extern const struct argp view_argp;
