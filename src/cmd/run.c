/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs run: a command whose /proc is the view. */

#include <argp.h>
#include <stdlib.h>

#include "cmd.h"
#include "mount_options.h"
#include "print.h"
#include "relay.h"
#include "supervise.h"
#include "supervisor.h"
#include "view_args.h"
#include "watchdog.h"

/* Above those of view_args.c. */
enum { KEY_PATIENCE = 0x200, KEY_UNSHARE_PID, KEY_MOUNT_PROC, KEY_RW };

struct run_args {
	struct view_args view;
	int patience_ms;
	const char *dir; /* NULL: /proc */
	char **command;	 /* NULL-terminated */
};

static const struct argp_option options[] = {
	{ "rw", KEY_RW, NULL, 0, "let the view be written to, each write with its writer's rights",
	  0 },
	{ "patience", KEY_PATIENCE, "SECONDS", 0,
	  "when requests wait and the server answers nothing for so long, end it and the view "
	  "(default 5; 0: never)",
	  0 },
	{ "unshare-pid", KEY_UNSHARE_PID, NULL, 0,
	  "run the command in a new PID namespace, whose /proc is the view", 0 },
	{ "mount-proc", KEY_MOUNT_PROC, "DIR", 0,
	  "mount the view on DIR, not on /proc: for a command that is to bind it where it wants",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args->view.may_follow = true;
		state->child_inputs[0] = &args->view;
		state->child_inputs[1] = &args->view;
		return 0;
	case KEY_RW:
		args->view.writable = true;
		return 0;
	case KEY_PATIENCE:
		args->patience_ms = cmd_patience(state, arg);
		return 0;
	case KEY_UNSHARE_PID:
		args->view.made = true;
		return 0;
	case KEY_MOUNT_PROC:
		args->dir = arg;
		return 0;
	case ARGP_KEY_ARG:
		(void)arg;
		args->command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &view_argp, 0, NULL, 0 },
					      { &mount_options_argp, 0, NULL, 0 },
					      { NULL, 0, NULL, 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[--] [COMMAND [ARGUMENT...]]",
	.doc = "Run a command (default: $SHELL) whose /proc is the view, in a mount namespace of "
	       "its "
	       "own. When it ends, what it has left running is killed, and nothing stays behind.",
	.children = children,
};

int cmd_run(int argc, char **argv)
{
	struct run_args args = { .patience_ms = WATCHDOG_PATIENCE_MS };
	struct supervise_signals signals;
	struct supervisor_config config = { .view = &args.view, .signals = &signals };
	char *shell = getenv("SHELL");
	char sh[] = "/bin/sh";
	char *fallback[] = { shell && shell[0] ? shell : sh, NULL };
	int status;

	argp_err_exit_status = EXIT_RUN_FAILED;
	cmd_parse(&argp, argc, argv, ARGP_IN_ORDER, &args);
	config.patience_ms = args.patience_ms;
	config.command = args.command ? args.command : fallback;
	config.unshare_pid = args.view.made;
	config.dir = args.dir ? args.dir : "/proc";
	supervise_save_signals(&signals);
	if (relay_if_needed(&status))
		return status;
	return supervisor_run(&config);
}
