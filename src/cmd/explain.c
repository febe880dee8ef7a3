/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs explain: why a name or a byte of the view is as it is. */

#include "explain.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "cmd.h"
#include "fault.h"
#include "mount_options.h"
#include "pidmap.h"
#include "print.h"
#include "view_args.h"
#include "view_open.h"

enum { KEY_UNKNOWN = 0x100 };

struct explain_args {
	struct view_args view;
	bool unknown;
	bool json;
	char **paths;
	int n_paths;
};

static const struct argp_option options[] = {
	{ "unknown", KEY_UNKNOWN, NULL, 0,
	  "list the names of the source that the table of entries has no row for; the exit status "
	  "is 1 if there are any",
	  0 },
	{ "json", 'J', NULL, 0, "JSON, not sentences; of each PATH", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain_args *args = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->view;
		state->child_inputs[1] = &args->view;
		state->child_inputs[2] = &args->view;
		return 0;
	case KEY_UNKNOWN:
		args->unknown = true;
		return 0;
	case 'J':
		args->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		args->paths = state->argv + state->next;
		args->n_paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (args->unknown && args->n_paths > 0)
			argp_error(state, "--unknown takes no PATH");
		if (args->json && (args->unknown || args->n_paths == 0))
			argp_error(state, "--json: of which PATH?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &view_argp, 0, "", 1 },
					      { &mount_options_argp, 0, NULL, 0 },
					      { &sys_argp, 0, NULL, 0 },
					      { NULL, 0, NULL, 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[PATH...]",
	.doc = "Say why a name or a byte of the view is as it is: where it comes from, by which "
	       "rule, "
	       "what is translated, what is hidden, and what an error means. Without a PATH, what "
	       "the view is made of.",
	.children = children,
};

static void print_namespace(const struct view_facts *f)
{
	explain_label("view");
	if (f->cgroup)
		printf("control group %s\n", f->cgroup);
	else if (f->level == 0)
		puts("as recorded");
	else if (f->pidns_inode)
		printf("PID namespace %ju", (uintmax_t)f->pidns_inode);
	else
		fputs("a PID namespace", stdout);
	if (f->level > 0)
		printf(", %u %s below the host's\n", f->level, f->level == 1 ? "level" : "levels");
	if (f->init_pid > 0) {
		explain_label("init");
		printf("1 in the view, %d on the host\n", f->init_pid);
	}
}

/* A line each. */
static int print_resources(const struct view *v)
{
	AUTO_BUF struct buf text = { 0 };
	struct text rest, line;
	const char *label = "resources";
	int r = view_describe_resources(v, &text);

	rest = buf_text(&text);
	while (r == 0 && text_line(&rest, &line, NULL)) {
		explain_label(label);
		printf("%.*s\n", (int)line.n, line.p);
		label = "";
	}
	return r;
}

static int explain_view(const struct explain *e, struct fault *fault)
{
	const struct view_facts *f = view_facts(e->view);
	struct pidmap_list list = { 0 };
	int r;

	print_namespace(f);
	explain_label("source");
	printf("%s (%s)\n", f->source, f->source_way);
	if (f->kernel_refusal) {
		explain_label("");
		printf("not kernel: %s\n", f->kernel_refusal);
	}
	explain_label("numbers");
	printf("%s\n", f->pidmap_way);
	explain_label("profile");
	if (e->view->members.strict)
		puts("--sys: only names that the table has a row for");
	else
		puts(e->view->profile == PROFILE_CONTAINER
			     ? "container: without what container engines mask"
			     : "kernel: all that procfs shows");
	explain_hiding(e->view);
	r = print_resources(e->view);
	if (r == 0)
		r = pidmap_list(e->view->members.pids, &list);
	if (r == 0) {
		explain_label("processes");
		printf("%zu\n", list.n);
	}
	pidmap_list_free(&list);
	return r < 0 ? fault_set(fault, r, NULL, "list the processes") : 0;
}

static int explain_paths(const struct explain *e, const struct explain_args *args,
			 struct fault *fault)
{
	int i, r;

	for (i = 0; i < args->n_paths; i++) {
		if (i > 0)
			putchar('\n');
		r = explain_path(e, args->paths[i]);
		if (r < 0)
			return fault_set(fault, r, NULL, "%s", args->paths[i]);
	}
	return 0;
}

/* Returns the exit status. */
static int explain(const struct explain_args *args, const struct view *view)
{
	struct client client = { .uid = geteuid(), .gid = getegid(), .tid = gettid() };
	struct explain e = { .view = view, .client = &client };
	struct fault fault = { 0 };
	size_t n_unknown = 0;
	int r, status;

	if (args->json)
		r = explain_json(&e, args->paths, args->n_paths);
	else if (args->unknown)
		r = explain_unknown(&e, "", &n_unknown);
	else if (args->n_paths > 0)
		r = explain_paths(&e, args, &fault);
	else
		r = explain_view(&e, &fault);
	if (r < 0) {
		fault_set(&fault, r, NULL, "explain");
		return cmd_fail("explain", &fault, EXIT_FAILURE);
	}
	status = cmd_finish("explain");
	return status == EXIT_SUCCESS && n_unknown > 0 ? EXIT_FAILURE : status;
}

int cmd_explain(int argc, char **argv)
{
	struct explain_args args = { 0 };
	struct fault fault = { 0 };
	struct view *view = NULL;
	int status;

	cmd_parse(&argp, argc, argv, 0, &args);
	/* What the table lacks does not depend on these, but a hidden name would be missed. */
	if (args.unknown) {
		args.view.profile = PROFILE_KERNEL;
		args.view.hiding = (struct hiding){ 0 };
	}
	if (view_open(&args.view, &view, &fault) < 0)
		return cmd_fail("explain", &fault, EXIT_FAILURE);
	view_announce("explain", &args.view, view, false);
	status = explain(&args, view);
	view_free(view);
	return status;
}
