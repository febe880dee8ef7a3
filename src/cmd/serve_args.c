/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Options of run and mount. */

#include "serve_args.h"

#include "mount_options.h"
#include "print.h"
#include "watchdog.h"

enum { KEY_RW = 0x300, KEY_PATIENCE }; /* above those of view_args.c and of the subcommands */

static const struct argp_option options[] = {
	{ "rw", KEY_RW, NULL, 0, "let the view be written to, each write with its writer's rights",
	  0 },
	{ "patience", KEY_PATIENCE, "SECONDS", 0,
	  "when requests wait and the server answers nothing for so long, end it and the view "
	  "(default 5; 0: never)",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct serve_args *args = state->input;

	switch (key) {
	case KEY_RW:
		args->view.writable = true;
		return 0;
	case KEY_PATIENCE:
		args->patience_ms = cmd_patience(state, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp serve_argp = { .options = options, .parser = parse };

const struct argp_child serve_children[] = { { &serve_argp, 0, NULL, 0 },
					     { &view_argp, 0, NULL, 0 },
					     { &mount_options_argp, 0, NULL, 0 },
					     { &sys_argp, 0, NULL, 0 },
					     { NULL, 0, NULL, 0 } };

void serve_args_begin(struct serve_args *args, struct argp_state *state)
{
	args->view.may_follow = true;
	args->patience_ms = WATCHDOG_PATIENCE_MS;
	state->child_inputs[0] = args;
	state->child_inputs[1] = &args->view;
	state->child_inputs[2] = &args->view;
	state->child_inputs[3] = &args->view;
}
