/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options that say which view is meant. */

#include "view_args.h"

#include <string.h>

#include "text.h"

enum {
	KEY_PIDNS = 0x100,
	KEY_SOURCE,
	KEY_TREE,
	KEY_PROFILE,
	KEY_PID_MAP,
	KEY_LINKS,
	KEY_CGROUP,
	KEY_SYS,
};

/* A word an option takes, and what it stands for. */
struct word {
	const char *name;
	int value;
};

static const struct word sources[] = {
	{ "auto", CHOOSE_AUTO },
	{ "kernel", CHOOSE_KERNEL },
	{ "host", CHOOSE_HOST },
	{ "tree", CHOOSE_TREE },
	{ NULL, 0 },
};

static const struct word profiles[] = {
	{ "kernel", PROFILE_KERNEL },
	{ "container", PROFILE_CONTAINER },
	{ NULL, 0 },
};

static const struct word pid_maps[] = {
	{ "auto", PIDMAP_AUTO },
	{ "kernel", PIDMAP_KERNEL },
	{ "nspid", PIDMAP_NSPID },
	{ NULL, 0 },
};

static const struct word links_ways[] = {
	{ "auto", LINKS_AUTO },
	{ "guess", LINKS_GUESS },
	{ NULL, 0 },
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "Which view:", 0 },
	{ "target", 't', "PID", 0, "the PID namespace of this process", 0 },
	{ "pidns", KEY_PIDNS, "FILE", 0,
	  "the PID namespace this file names (/proc/PID/ns/pid or a bind mount of one); follow "
	  "(mount and run): to each client its own, which is ours or below",
	  0 },
	{ "cgroup", KEY_CGROUP, "PATH", 0,
	  "the processes in this control group or below it, in our PID namespace: a path as in "
	  "PID/cgroup, or a directory of a mounted hierarchy",
	  0 },
	{ "source", KEY_SOURCE, "SOURCE", 0,
	  "where the bytes come from: auto (the first that is allowed), kernel (its own procfs of "
	  "that namespace), host (our /proc, translated), tree",
	  0 },
	{ "tree", KEY_TREE, "DIR", 0,
	  "a directory with procfs layout; with --target, the captured host's tree seen from the "
	  "namespace of that captured process",
	  0 },
	{ "profile", KEY_PROFILE, "PROFILE", 0,
	  "kernel (all that procfs shows, the default) or container (without what container "
	  "engines mask)",
	  0 },
	{ "pid-map", KEY_PID_MAP, "WAY", 0,
	  "how the host source translates numbers: auto, kernel (ioctl_nsfs(2)), nspid (NSpid "
	  "lines)",
	  0 },
	{ "links", KEY_LINKS, "WAY", 0,
	  "how a mounted view tells reading a magic link from following it: auto (by the client's "
	  "system call, where it may be seen), guess (by where its text leads)",
	  0 },
	{ "verbose", 'v', NULL, 0, "say which source was taken, and why", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static int parse_word(struct argp_state *state, const char *option, const struct word *words,
		      const char *arg)
{
	const struct word *w;

	for (w = words; w->name; w++) {
		if (strcmp(w->name, arg) == 0)
			return w->value;
	}
	argp_error(state, "--%s: unknown value '%s'", option, arg);
	return 0;
}

static pid_t parse_pid(struct argp_state *state, const char *arg)
{
	int32_t pid = 0;

	if (text_pid(text_str(arg), &pid) < 0)
		argp_error(state, "--target: '%s' is not the number of a process", arg);
	return pid;
}

bool view_args_named_otherwise(const struct view_args *args)
{
	return args->target || args->pidns || args->follow || args->tree;
}

bool view_args_named(const struct view_args *args)
{
	return args->cgroup || view_args_named_otherwise(args);
}

/* What has processes in it, or is recorded, has no part in a view of /sys/devices/system alone. */
static void check_sys(const struct view_args *args, struct argp_state *state)
{
	bool alone = args->sys_way == SYS_ALONE;

	if (args->tree || args->follow)
		argp_error(state, "--sys with --tree or --pidns follow: needs one live view");
	else if (!alone && args->resources.choice == RESOURCES_OFF)
		argp_error(state, "--sys with --resources=off: that is there without it");
	else if (alone && args->writable)
		argp_error(state, "--sys with --rw: it is not written to");
	else if (alone && args->source != CHOOSE_AUTO)
		argp_error(state, "--sys with --source: it has one of its own");
	else if (alone && hiding_is_on(&args->hiding))
		argp_error(state, "--sys with -o: there is no process to hide");
}

/* Options that contradict each other, or name no view. */
static void check(const struct view_args *args, struct argp_state *state)
{
	bool named = args->pidns || args->follow;

	if (named && args->target)
		argp_error(state, "--target and --pidns: give one of them");
	else if (args->follow && !args->may_follow)
		argp_error(state, "--pidns follow: only for mount and run, which have clients");
	else if (args->tree && named)
		argp_error(state, "--pidns with --tree: use --target with a number of the tree");
	else if (args->tree && args->writable)
		argp_error(state, "--tree with --rw: what is recorded is not written to");
	else if (args->tree && args->source != CHOOSE_AUTO && args->source != CHOOSE_TREE)
		argp_error(state, "--tree with a live --source: leave --source away");
	else if (args->source == CHOOSE_TREE && !args->tree)
		argp_error(state, "--source=tree names no tree: add --tree DIR");
	else if (args->cgroup && view_args_named_otherwise(args) && !args->cgroup_chooses)
		argp_error(state, "--cgroup with --target, --pidns or --tree: give one of them");
	else if (args->cgroup && !view_args_named_otherwise(args) && args->source == CHOOSE_KERNEL)
		argp_error(state, "--cgroup with --source=kernel: leave --source away");
	else if (args->resources.choice == RESOURCES_ON && args->tree && !args->resources.group)
		argp_error(state, "--resources or --cpus with --tree: name a control group, what "
				  "is recorded has none");
	else if (args->resources.of_client && (args->resources.group || args->cgroup))
		argp_error(state, "--resources=client with a control group: give one of them");
	else if (args->made && view_args_named(args))
		argp_error(state, "--unshare-pid: it makes the namespace, so none can be named");
	else if (!args->made && !view_args_named(args))
		argp_error(state, "no view was named; use --target PID, --pidns FILE, "
				  "--cgroup PATH or --tree DIR");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct view_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &args->resources;
		return 0;
	case 't':
		args->target = parse_pid(state, arg);
		return 0;
	case KEY_PIDNS:
		args->follow = strcmp(arg, "follow") == 0;
		args->pidns = args->follow ? NULL : arg;
		return 0;
	case KEY_CGROUP:
		args->cgroup = arg;
		return 0;
	case KEY_SOURCE:
		args->source = (enum source_choice)parse_word(state, "source", sources, arg);
		return 0;
	case KEY_TREE:
		args->tree = arg;
		return 0;
	case KEY_PROFILE:
		args->profile = (enum profile)parse_word(state, "profile", profiles, arg);
		return 0;
	case KEY_PID_MAP:
		args->pidmap = (enum pidmap_choice)parse_word(state, "pid-map", pid_maps, arg);
		return 0;
	case KEY_LINKS:
		args->links = (enum links_choice)parse_word(state, "links", links_ways, arg);
		return 0;
	case 'v':
		args->verbose = true;
		return 0;
	case ARGP_KEY_END:
		if (args->sys)
			check_sys(args, state);
		check(args, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &resource_argp, 0, "Whose resources it shows:", 1 },
					      { NULL, 0, NULL, 0 } };

const struct argp view_argp = { .options = options, .parser = parse, .children = children };

static const struct argp_option sys_options[] = {
	{ "sys", KEY_SYS, NULL, 0,
	  "the processors and memory nodes of the container, as in /sys/devices/system: of mount, "
	  "ls, cat and explain instead of the processes, of run as well",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse_sys(int key, char *arg, struct argp_state *state)
{
	struct view_args *args = state->input;

	(void)arg;
	if (key != KEY_SYS)
		return ARGP_ERR_UNKNOWN;
	args->sys = true;
	return 0;
}

const struct argp sys_argp = { .options = sys_options, .parser = parse_sys };
