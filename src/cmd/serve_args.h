/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Options of the subcommands that serve a view: run and mount. */

#include <argp.h>

#include "view_args.h"

struct serve_args {
	struct view_args view;
	int patience_ms; /* WATCHDOG_PATIENCE_MS unless --patience says otherwise; 0: endless */
};

/* The children of the subcommand's argp: which view, mount options, and the options of serving. */
extern const struct argp_child serve_children[];

/* At ARGP_KEY_INIT: defaults, and the inputs of those children. */
void serve_args_begin(struct serve_args *args, struct argp_state *state);
