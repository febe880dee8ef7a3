/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs mount: the view mounted on a directory. */

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "fault.h"
#include "fd.h"
#include "keeper.h"
#include "print.h"
#include "serve_args.h"
#include "supervise.h"

struct mount_args {
	struct serve_args serve;
	const char *dir;
	bool foreground;
};

static const struct argp_option options[] = {
	{ "foreground", 'f', NULL, 0, "stay in the foreground", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct mount_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		serve_args_begin(&args->serve, state);
		return 0;
	case 'f':
		args->foreground = true;
		return 0;
	case ARGP_KEY_ARG:
		cmd_one_dir(state, arg, &args->dir);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "on which DIR?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR",
	.doc = "Mount the view on a directory. It stays until it is unmounted, the target's init "
	       "dies, "
	       "or the server gets SIGTERM or SIGINT.",
	.children = serve_children,
};

/* In the process the user started: until the keeper says that the view is ready, or ends. */
static int wait_for_keeper(pid_t keeper, int ready_fd)
{
	int status;
	ssize_t n;
	char byte;

	do {
		n = read(ready_fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		return EXIT_SUCCESS;
	/* It has said why. */
	if (waitpid(keeper, &status, 0) == keeper && WIFEXITED(status))
		return WEXITSTATUS(status);
	return EXIT_FAILURE;
}

static int mount_in_background(struct keeper_config *config)
{
	struct fault fault = { 0 };
	int pipe_fds[2];
	pid_t keeper;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
		fault_set(&fault, -errno, NULL, "make a pipe");
		return cmd_fail("mount", &fault, EXIT_FAILURE);
	}
	keeper = fork();
	if (keeper < 0) {
		fault_set(&fault, -errno, NULL, "start a process");
		return cmd_fail("mount", &fault, EXIT_FAILURE);
	}
	if (keeper == 0) {
		close(pipe_fds[0]);
		setsid();
		config->ready_fd = pipe_fds[1];
		return keeper_run(config);
	}
	close(pipe_fds[1]);
	return wait_for_keeper(keeper, pipe_fds[0]);
}

int cmd_mount(int argc, char **argv)
{
	struct mount_args args = { 0 };
	struct keeper_config config = { .view = &args.serve.view, .ready_fd = -1 };
	struct supervise_signals signals;

	cmd_parse(&argp, argc, argv, 0, &args);
	config.dir = args.dir;
	config.patience_ms = args.serve.patience_ms;
	supervise_close_others(NULL, 0);
	supervise_save_signals(&signals);
	return args.foreground ? keeper_run(&config) : mount_in_background(&config);
}
