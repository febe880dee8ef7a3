/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs pids: the processes of the view, with their numbers at every level. */

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "cmd.h"
#include "fault.h"
#include "levels.h"
#include "pidmap.h"
#include "pids_table.h"
#include "print.h"
#include "source.h"
#include "task_cgroup.h"
#include "view_args.h"
#include "view_open.h"

#define CGROUP_BYTES_MAX (1 << 20)

enum { KEY_TO_HOST = 0x100, KEY_FROM_HOST };

struct pids_args {
	struct view_args view;
	pid_t to_host;	    /* 0 if not asked */
	pid_t from_host;    /* 0 if not asked */
	const char *cgroup; /* of the view, only these; NULL: all */
	struct pids_style style;
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "What to print:", 0 },
	{ "to-host", KEY_TO_HOST, "N", 0,
	  "only the host's number of the process or thread N of the view", 0 },
	{ "from-host", KEY_FROM_HOST, "N", 0,
	  "only the view's number of the process or thread N of the host", 0 },
	{ "json", 'J', NULL, 0, "JSON, not a table", 0 },
	{ "output", 'o', "LIST", 0,
	  "columns: PID (in the view), HOST, L1 L2 ... (between), NSPID (at all levels from the "
	  "host "
	  "down), COMM, CGROUP; +LIST adds them to the default",
	  0 },
	{ "noheadings", 'n', NULL, 0, "no line of headings", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static pid_t parse_number(struct argp_state *state, const char *option, const char *arg)
{
	int32_t pid = 0;

	if (text_pid(text_str(arg), &pid) < 0)
		argp_error(state, "--%s: '%s' is not the number of a process", option, arg);
	return pid;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct pids_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->view;
		args->view.cgroup_chooses = true;
		return 0;
	case KEY_TO_HOST:
		args->to_host = parse_number(state, "to-host", arg);
		return 0;
	case KEY_FROM_HOST:
		args->from_host = parse_number(state, "from-host", arg);
		return 0;
	case 'J':
		args->style.json = true;
		return 0;
	case 'o':
		args->style.chosen = arg;
		return 0;
	case 'n':
		args->style.no_headings = true;
		return 0;
	case ARGP_KEY_END:
		if (args->to_host && args->from_host)
			argp_error(state, "--to-host and --from-host: give one of them");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &view_argp, 0, "", 1 }, { NULL, 0, NULL, 0 } };

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "List the processes of the view with their numbers: in the view, on the host (the "
	       "PID "
	       "namespace we stand in), and at each level between.\v"
	       "Column CGROUP is the path in the unified hierarchy; where that is the root, as on "
	       "a "
	       "machine that uses version 1, CONTROLLER:PATH in the first of name=systemd, memory, "
	       "pids, cpu, or any other in which the process is below the root.",
	.children = children,
};

/* Whose numbers are the host's: the /proc we stand in, or the recorded tree itself. */
struct host_side {
	const struct source *source;
	const struct pidmap *pids;
};

static struct host_side host_side_of(const struct view *v)
{
	if (v->clients)
		return (struct host_side){ v->host, v->clients };
	return (struct host_side){ v->members.source, v->members.pids };
}

static int print_number(pid_t number)
{
	printf("%d\n", number);
	return 0;
}

/* A tree without --target has no second set of numbers. */
static int check_host(const struct host_side *host, struct fault *fault)
{
	if (!host->pids->identity)
		return 0;
	return fault_set(fault, -EINVAL, "add --target: a process of the tree, in a PID namespace",
			 "the tree is shown as recorded, no host is known");
}

static int to_host(const struct host_side *host, pid_t number, struct fault *fault)
{
	pid_t there;
	int r;

	r = check_host(host, fault);
	if (r < 0)
		return r;
	there = pidmap_from_view(host->pids, number);
	if (there <= 0)
		return fault_set(fault, -ESRCH, NULL, "number %d of the view", number);
	return print_number(there);
}

static int from_host(const struct host_side *host, pid_t number, struct fault *fault)
{
	char name[16];
	struct stat st;
	pid_t here;
	int r;

	r = check_host(host, fault);
	if (r < 0)
		return r;
	here = pidmap_to_view(host->pids, number);
	if (here > 0)
		return print_number(here);
	snprintf(name, sizeof(name), "%d", number);
	if (source_stat(host->source, -1, name, &st) == 0)
		return fault_set(fault, -ESRCH, "it is a process outside the view",
				 "number %d of the host", number);
	return fault_set(fault, -ESRCH, NULL, "number %d of the host", number);
}

/* One listing: what decides about each process. */
struct listing_run {
	struct host_side host;
	struct pids_table *table;
	const struct cgroup_wish *wish; /* NULL: all */
	size_t n_shown;
};

/* The process has other numbers by now than those it was listed with: it is another process. */
static bool was_replaced(const struct listing_run *run, const struct levels *l, pid_t here)
{
	unsigned level = run->host.pids->level;

	if (run->host.source->kind == SOURCE_TREE)
		return false;
	return level < l->status.n_columns && l->status.nspid[level] != here;
}

static int add_process(struct listing_run *run, const struct pidmap_pair *pair)
{
	AUTO_BUF struct buf cgroup = { 0 };
	struct levels levels;
	struct pids_row row = { .here = pair->here, .there = pair->there, .levels = &levels };
	char path[32];

	if (levels_read(run->host.source, pair->there, &levels) < 0 ||
	    was_replaced(run, &levels, pair->here))
		return 0;
	snprintf(path, sizeof(path), "%d/cgroup", pair->there);
	/* Of what cannot be read the rest is shown all the same. */
	if (source_read(run->host.source, -1, path, CGROUP_BYTES_MAX, &cgroup) < 0)
		buf_clear(&cgroup);
	if (run->wish && !cgroup_wish_holds(run->wish, buf_text(&cgroup)))
		return 0;
	row.cgroup = buf_text(&cgroup);
	run->n_shown++;
	return pids_table_add(run->table, &row);
}

static int add_processes(struct listing_run *run, struct fault *fault)
{
	struct pidmap_list list = { 0 };
	size_t i;
	int r;

	r = pidmap_list(run->host.pids, &list);
	for (i = 0; r == 0 && i < list.n; i++)
		r = add_process(run, &list.pairs[i]);
	pidmap_list_free(&list);
	return r < 0 ? fault_set(fault, r, NULL, "list the processes") : 0;
}

static int print_table(const struct pids_args *args, const struct view *v, struct fault *fault)
{
	struct listing_run run = { .host = host_side_of(v) };
	struct pids_style style = args->style;
	struct cgroup_wish wish = { 0 };
	int r = 0;

	style.level = run.host.pids->level;
	style.no_host = run.host.pids->identity;
	if (args->cgroup) {
		r = cgroup_wish_find(v->host ? v->host : v->members.source, args->cgroup, &wish);
		run.wish = &wish;
	}
	if (r == 0)
		r = pids_table_new(&style, &run.table, fault);
	if (r == 0)
		r = add_processes(&run, fault);
	if (r == 0)
		r = pids_table_print(run.table);
	if (r == 0 && args->cgroup && run.n_shown == 0)
		r = fault_set(fault, -ESRCH, NULL, "cgroup %s has no process of the view",
			      args->cgroup);
	pids_table_free(run.table);
	cgroup_wish_done(&wish);
	return r < 0 ? fault_set(fault, r, NULL, "print the table") : 0;
}

static int run(const struct pids_args *args, const struct view *v, struct fault *fault)
{
	const struct host_side host = host_side_of(v);

	if (args->to_host)
		return to_host(&host, args->to_host, fault);
	if (args->from_host)
		return from_host(&host, args->from_host, fault);
	return print_table(args, v, fault);
}

int cmd_pids(int argc, char **argv)
{
	struct pids_args args = { 0 };
	struct fault fault = { 0 };
	struct view *view = NULL;
	int status = EXIT_FAILURE;
	int r;

	cmd_parse(&argp, argc, argv, 0, &args);
	/* With another view it says which rows of that are wanted. */
	if (view_args_named_otherwise(&args.view)) {
		args.cgroup = args.view.cgroup;
		args.view.cgroup = NULL;
	}
	r = view_open(&args.view, &view, &fault);
	if (r == 0) {
		view_announce("pids", &args.view, view, false);
		r = run(&args, view, &fault);
		if (r == -EINVAL) /* options that this view has no answer for */
			status = EXIT_USAGE;
	}
	view_free(view);
	return r < 0 ? cmd_fail("pids", &fault, status) : cmd_finish("pids");
}
