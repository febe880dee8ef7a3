/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options that say whose resources the view shows. */

#include "resource_args.h"

#include <string.h>

#include "buf.h"
#include "text.h"

enum { KEY_RESOURCES = 0x400, KEY_CPUS };

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	struct text name;
	enum resource_file file;
} files[] = {
	{ TEXT("meminfo"), RESOURCE_MEMINFO },	 { TEXT("swaps"), RESOURCE_SWAPS },
	{ TEXT("vmstat"), RESOURCE_VMSTAT },	 { TEXT("cpus"), RESOURCE_CPUS },
	{ TEXT("stat"), RESOURCE_STAT },	 { TEXT("time"), RESOURCE_TIME },
	{ TEXT("loadavg"), RESOURCE_LOADAVG },	 { TEXT("diskstats"), RESOURCE_DISKSTATS },
	{ TEXT("pressure"), RESOURCE_PRESSURE },
};

static const struct argp_option options[] = {
	{ "resources", KEY_RESOURCES, "WHAT", 0,
	  "memory, processors, time and load of the container, not of the machine: on (the default "
	  "with --profile container), off, a control group to take them from (on; a path as in "
	  "PID/cgroup, or a directory of a mounted hierarchy), or -FILE,... (on, but for these: "
	  "meminfo, swaps, vmstat, cpus, stat, time, loadavg, diskstats, pressure)",
	  0 },
	{ "cpus", KEY_CPUS, "COUNT", 0,
	  "how many of the processors that the container may run on it is shown: set (all, the "
	  "default), quota (as many as its quota fills, rounded up), shares (by 1024)",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* "-FILE,-FILE"; the later minus signs may be left out. */
static void parse_without(struct argp_state *state, struct text list, struct resource_args *args)
{
	struct text name;
	size_t i;

	while (text_until(&list, ',', &name)) {
		if (text_starts(name, TEXT("-")))
			name = text_of(name.p + 1, name.n - 1);
		for (i = 0; i < N_OF(files) && !text_equal(files[i].name, name); i++)
			;
		if (i == N_OF(files)) {
			argp_error(state,
				   "--resources=-%.*s: use meminfo, swaps, vmstat, cpus, stat, "
				   "time, loadavg, diskstats or pressure",
				   (int)name.n, name.p);
			return;
		}
		args->without |= files[i].file;
	}
	args->choice = RESOURCES_ON;
}

static void parse_resources(struct argp_state *state, const char *arg, struct resource_args *args)
{
	if (strcmp(arg, "on") == 0) {
		args->choice = RESOURCES_ON;
	} else if (strcmp(arg, "off") == 0) {
		args->choice = RESOURCES_OFF;
	} else if (arg[0] == '-') {
		parse_without(state, text_str(arg), args);
	} else if (strchr(arg, '/')) {
		args->choice = RESOURCES_ON;
		args->group = arg;
	} else {
		argp_error(state, "--resources=%s: use on, off, a control group, or -FILE,...",
			   arg);
	}
}

static void parse_cpus(struct argp_state *state, const char *arg, struct resource_args *args)
{
	if (strcmp(arg, "set") == 0)
		args->count = CPUS_SET;
	else if (strcmp(arg, "quota") == 0)
		args->count = CPUS_QUOTA;
	else if (strcmp(arg, "shares") == 0)
		args->count = CPUS_SHARES;
	else
		argp_error(state, "--cpus=%s: use set, quota or shares", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_RESOURCES:
		parse_resources(state, arg, state->input);
		return 0;
	case KEY_CPUS:
		parse_cpus(state, arg, state->input);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp resource_argp = { .options = options, .parser = parse };

int resource_files_print(unsigned which, struct buf *out)
{
	const char *before = "";
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < N_OF(files); i++) {
		if (!(which & files[i].file))
			continue;
		r = buf_printf(out, "%s%s", before, files[i].name.p);
		before = ", ";
	}
	return r;
}
