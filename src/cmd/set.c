/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs set: changes a view that is served. */

#include <argp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "cmd.h"
#include "fault.h"
#include "print.h"
#include "resource_args.h"
#include "text.h"

enum { KEY_RESOURCES = 0x100 };

struct set_args {
	struct resource_args resources;
	const char *dir;
};

static const struct argp_option options[] = {
	{ "resources", KEY_RESOURCES, "WHAT", 0,
	  "whose memory, processors, time and load it shows from now on: on (the container's), off "
	  "(the machine's), -FILE,... (on, but for these: meminfo, swaps, vmstat, cpus, stat, "
	  "time, loadavg, diskstats, pressure), or @FILE (a file says which of these)",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static void parse_resources(struct argp_state *state, const char *arg, struct resource_args *args)
{
	struct fault fault = { 0 };

	if (arg[0] == '@')
		resource_choice_read(arg + 1, args, &fault);
	else
		resource_choice_parse(text_str(arg), NULL, args, &fault);
	resource_choice_refuse(state, &fault);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct set_args *args = state->input;

	switch (key) {
	case KEY_RESOURCES:
		parse_resources(state, arg, &args->resources);
		return 0;
	case ARGP_KEY_ARG:
		cmd_one_dir(state, arg, &args->dir);
		return 0;
	case ARGP_KEY_END:
		if (!args->dir)
			argp_error(state, "the view on which DIR?");
		if (args->resources.choice == RESOURCES_BY_PROFILE)
			argp_error(state, "--resources=WHAT is missing");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR --resources=WHAT",
	.doc = "Change the view that is mounted on DIR, while it is served.",
};

int cmd_set(int argc, char **argv)
{
	struct control_status none;
	struct set_args args = { 0 };
	struct fault fault = { 0 };
	unsigned files = 0;
	struct ask a;
	int r;

	cmd_parse(&argp, argc, argv, 0, &args);
	if (args.resources.choice == RESOURCES_ON)
		files = RESOURCE_FILES_ALL & ~args.resources.without;
	r = ask_start(&a, args.dir, CONTROL_CHOOSE, files);
	if (r < 0)
		fault_set(&fault, r, NULL, "start a process");
	else
		r = ask_end(&a, ASK_PATIENCE_MS, &none, &fault);
	return r < 0 ? cmd_fail("set", &fault, EXIT_FAILURE) : EXIT_SUCCESS;
}
