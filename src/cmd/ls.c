/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs ls: list a directory of the view, without FUSE. */

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cmd.h"
#include "fault.h"
#include "listing.h"
#include "mount_options.h"
#include "print.h"
#include "tree.h"
#include "view_args.h"
#include "view_open.h"

struct ls_args {
	struct view_args view;
	const char *path;
	bool all;
	bool long_format;
};

static const struct argp_option options[] = {
	{ NULL, 'a', NULL, 0, "list . and .. too", 0 },
	{ NULL, 'l', NULL, 0, "type and mode, links, owner, group, size, name, text of links", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct ls_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->view;
		state->child_inputs[1] = &args->view;
		state->child_inputs[2] = &args->view;
		return 0;
	case 'a':
		args->all = true;
		return 0;
	case 'l':
		args->long_format = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->path)
			argp_error(state, "one PATH at a time");
		args->path = arg;
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
	.options = options,
	.parser = parse,
	.args_doc = "[PATH]",
	.doc = "List a directory of the view in the view's own order, by the engine, without FUSE.",
	.children = children,
};

/* One run of ls: what to print with. */
struct ls_run {
	const struct ls_args *args;
	const struct view *view;
	const struct client *client;
	const struct place *dir;
	int r;
};

/* "dr-xr-xr-x" (stat(2), inode(7)). */
static void mode_text(mode_t mode, char text[11])
{
	static const char bits[] = "rwxrwxrwx";
	int i;

	text[0] = S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : S_ISREG(mode) ? '-' : '?';
	for (i = 0; i < 9; i++)
		text[i + 1] = mode & (0400 >> i) ? bits[i] : '-';
	text[10] = '\0';
}

static void print_link_text(struct ls_run *run, const struct place *place)
{
	AUTO_BUF struct buf text = { 0 };
	int r = tree_readlink(run->view, run->client, place, &text);

	if (r < 0) {
		printf(" -> ? (%s)", strerror(-r));
		return;
	}
	fputs(" -> ", stdout);
	print_escaped(stdout, buf_text(&text));
}

static void print_long(struct ls_run *run, const char *name)
{
	AUTO_PLACE struct place place = PLACE_NULL;
	char mode[11];
	struct stat st;
	int r;

	r = tree_lookup(run->view, run->client, run->dir, text_str(name), NULL, &place, &st);
	if (r < 0) {
		printf("?????????? ? ? ? ? %s (%s)\n", name, strerror(-r));
		return;
	}
	mode_text(st.st_mode, mode);
	printf("%s %3ju %5u %5u %6jd ", mode, (uintmax_t)st.st_nlink, st.st_uid, st.st_gid,
	       (intmax_t)st.st_size);
	print_escaped(stdout, text_str(name));
	if (S_ISLNK(st.st_mode))
		print_link_text(run, &place);
	putchar('\n');
}

static bool print_name(void *context, const struct listing_name *name)
{
	struct ls_run *run = context;
	bool dot = strcmp(name->name, ".") == 0 || strcmp(name->name, "..") == 0;

	if (dot && !run->args->all)
		return true;
	if (run->args->long_format && !dot) {
		print_long(run, name->name);
		return true;
	}
	print_escaped(stdout, text_str(name->name));
	putchar('\n');
	return !ferror(stdout);
}

static int list_directory(struct ls_run *run, const struct place *dir)
{
	struct listing *listing = NULL;
	int r;

	run->dir = dir;
	r = listing_open(run->view, run->client, dir, &listing);
	if (r == 0)
		r = listing_each(listing, run->client, 0, print_name, run);
	listing_free(listing);
	return r;
}

static int list(const struct ls_args *args, const struct view *view, struct fault *fault)
{
	struct client client = { .uid = geteuid(), .gid = getegid(), .tid = gettid() };
	struct ls_run run = { .args = args, .view = view, .client = &client };
	const char *path = args->path ? args->path : "/";
	AUTO_PLACE struct place dir = PLACE_NULL;
	struct stat st;
	int r;

	r = tree_walk(view, &client, view_path(path), &dir, &st);
	if (r == 0)
		r = list_directory(&run, &dir);
	return r < 0 ? fault_set(fault, r, NULL, "%s", path) : 0;
}

int cmd_ls(int argc, char **argv)
{
	struct ls_args args = { 0 };
	struct fault fault = { 0 };
	struct view *view = NULL;
	int r;

	cmd_parse(&argp, argc, argv, 0, &args);
	r = view_open(&args.view, &view, &fault);
	if (r == 0) {
		view_announce("ls", &args.view, view, false);
		r = list(&args, view, &fault);
	}
	view_free(view);
	return r < 0 ? cmd_fail("ls", &fault, EXIT_FAILURE) : cmd_finish("ls");
}
