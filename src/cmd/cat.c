/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs cat: print files of the view, without FUSE. */

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "cmd.h"
#include "content.h"
#include "fault.h"
#include "mount_options.h"
#include "print.h"
#include "tree.h"
#include "view_args.h"
#include "view_open.h"

struct cat_args {
	struct view_args view;
	char **paths;
	int n_paths;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct cat_args *args = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->view;
		state->child_inputs[1] = &args->view;
		state->child_inputs[2] = &args->view;
		return 0;
	case ARGP_KEY_ARGS:
		args->paths = state->argv + state->next;
		args->n_paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no PATH given");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &view_argp, 0, NULL, 0 },
					      { &mount_options_argp, 0, NULL, 0 },
					      { &sys_argp, 0, NULL, 0 },
					      { NULL, 0, NULL, 0 } };

static const struct argp argp = {
	.parser = parse,
	.args_doc = "PATH...",
	.doc = "Print files of the view as a client would read them, by the engine, without FUSE. "
	       "Of a symbolic link, print the text.",
	.children = children,
};

static int print_one(const struct view *view, const char *path, struct fault *fault)
{
	struct client client = { .uid = geteuid(), .gid = getegid(), .tid = gettid() };
	AUTO_PLACE struct place place = PLACE_NULL;
	AUTO_BUF struct buf text = { 0 };
	struct stat st = { 0 };
	int r;

	r = tree_walk(view, &client, view_path(path), &place, &st);
	if (r == 0 && S_ISDIR(st.st_mode))
		r = -EISDIR;
	if (r == 0 && S_ISLNK(st.st_mode)) {
		r = tree_readlink(view, &client, &place, &text);
		if (r == 0)
			r = buf_append_str(&text, "\n");
	} else if (r == 0) {
		r = content_read_all(view, &client, &place, true, &text);
	}
	if (r < 0)
		return fault_set(fault, r, NULL, "%s", path);
	fwrite(text.data ? text.data : "", 1, text.len, stdout);
	return 0;
}

/* Prints all that can be printed, and says what could not. Returns the exit status. */
static int print_all(const struct cat_args *args, const struct view *view)
{
	int status = EXIT_SUCCESS;
	int i;

	for (i = 0; i < args->n_paths; i++) {
		struct fault fault = { 0 };

		if (print_one(view, args->paths[i], &fault) < 0)
			status = cmd_fail("cat", &fault, EXIT_FAILURE);
	}
	return status ? status : cmd_finish("cat");
}

int cmd_cat(int argc, char **argv)
{
	struct cat_args args = { 0 };
	struct fault fault = { 0 };
	struct view *view = NULL;
	int status;

	cmd_parse(&argp, argc, argv, 0, &args);
	if (view_open(&args.view, &view, &fault) < 0)
		return cmd_fail("cat", &fault, EXIT_FAILURE);
	view_announce("cat", &args.view, view, false);
	status = print_all(&args, view);
	view_free(view);
	return status;
}
