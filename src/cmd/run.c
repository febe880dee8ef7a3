/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs run: a command whose /proc is the view. */

#include <argp.h>
#include <stdlib.h>

#include "cmd.h"
#include "print.h"
#include "relay.h"
#include "serve_args.h"
#include "supervise.h"
#include "supervisor.h"

/* Above those of view_args.c. */
enum { KEY_UNSHARE_PID = 0x200, KEY_MOUNT_PROC };

struct run_args {
	struct serve_args serve;
	const char *dir; /* NULL: /proc */
	char **command;	 /* NULL-terminated */
};

static const struct argp_option options[] = {
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
		serve_args_begin(&args->serve, state);
		/* The view is the command's own, and it can change nothing but itself. */
		args->serve.view.own_writable = true;
		args->serve.view.sys_way = SYS_BESIDE;
		return 0;
	case KEY_UNSHARE_PID:
		args->serve.view.made = true;
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

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[--] [COMMAND [ARGUMENT...]]",
	.doc = "Run a command (default: $SHELL) whose /proc is the view, in a mount namespace of "
	       "its "
	       "own. When it ends, what it has left running is killed, and nothing stays behind.",
	.children = serve_children,
};

int cmd_run(int argc, char **argv)
{
	struct run_args args = { 0 };
	struct supervise_signals signals;
	struct supervisor_config config = { .view = &args.serve.view, .signals = &signals };
	char *shell = getenv("SHELL");
	char sh[] = "/bin/sh";
	char *fallback[] = { shell && shell[0] ? shell : sh, NULL };
	int status;

	argp_err_exit_status = EXIT_RUN_FAILED;
	cmd_parse(&argp, argc, argv, ARGP_IN_ORDER, &args);
	config.patience_ms = args.serve.patience_ms;
	config.command = args.command ? args.command : fallback;
	config.unshare_pid = args.serve.view.made;
	config.dir = args.dir ? args.dir : "/proc";
	supervise_save_signals(&signals);
	if (relay_if_needed(&status))
		return status;
	return supervisor_run(&config);
}
