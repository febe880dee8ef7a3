/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options that say whose resources the view shows. */

#include "resource_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fault.h"
#include "text.h"

enum { KEY_RESOURCES = 0x400, KEY_CPUS, KEY_MEMORY };

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
	  "PID/cgroup, or a directory of a mounted hierarchy), client (on; the control groups that "
	  "whoever asks is in himself, for a namespace that containers share), -FILE,... (on, but "
	  "for these: "
	  "meminfo, swaps, vmstat, cpus, stat, time, loadavg, diskstats, pressure), or @FILE (a "
	  "file says on, off or -FILE,...; `mount` reads it again when it gets SIGHUP)",
	  0 },
	{ "cpus", KEY_CPUS, "COUNT", 0,
	  "how many of the processors that the container may run on it is shown: set (all, the "
	  "default), quota (as many as its quota fills, rounded up), shares (by 1024); implies "
	  "--resources=on",
	  0 },
	{ "memory", KEY_MEMORY, "BOUND", 0,
	  "what the memory that it is shown ends at: max (its limit, the default), high (also what "
	  "it is slowed down at: memory.high, version 2); implies --resources=on",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

/* "-FILE,-FILE"; the later minus signs may be left out. */
static int parse_without(struct text list, unsigned *ret, struct fault *fault)
{
	struct text name;
	bool more;
	size_t i;

	*ret = 0;
	do {
		more = memchr(list.p, ',', list.n);
		if (!text_until(&list, ',', &name))
			name = TEXT("");
		if (text_starts(name, TEXT("-")))
			name = text_of(name.p + 1, name.n - 1);
		for (i = 0; i < N_OF(files) && !text_equal(files[i].name, name); i++)
			;
		if (i == N_OF(files))
			return fault_set(fault, -EINVAL, NULL,
					 "--resources=-%.*s: use meminfo, swaps, vmstat, cpus, "
					 "stat, time, loadavg, diskstats or pressure",
					 (int)name.n, name.p);
		*ret |= files[i].file;
	} while (more);
	return 0;
}

int resource_choice_parse(struct text word, const char *group, struct resource_args *args,
			  struct fault *fault)
{
	enum resource_choice choice = RESOURCES_ON;
	unsigned without = 0;
	int r = 0;

	if (text_equal(word, TEXT("off")))
		choice = RESOURCES_OFF;
	else if (text_starts(word, TEXT("-")))
		r = parse_without(word, &without, fault);
	else if (group && strchr(group, '/'))
		args->group = group;
	else if (group && text_equal(word, TEXT("client")))
		args->of_client = true;
	else if (!text_equal(word, TEXT("on")))
		r = fault_set(fault, -EINVAL, NULL, "--resources=%.*s: use on, off%s or -FILE,...",
			      (int)word.n, word.p, group ? ", client, a control group, @FILE" : "");
	if (r < 0)
		return r;
	args->choice = choice;
	args->without |= without;
	return 0;
}

void resource_choice_refuse(struct argp_state *state, const struct fault *fault)
{
	if (fault->r == -EINVAL)
		argp_error(state, "%s", fault->what);
	else if (fault->r < 0)
		argp_error(state, "%s: %s", fault->what, strerror(-fault->r));
}

/* The keeper reads the file again, from / as its working directory. The path lives as long as the options. */
static void parse_file(struct argp_state *state, const char *arg, struct resource_args *args)
{
	struct fault fault = { 0 };

	args->file = realpath(arg, NULL);
	if (!args->file)
		fault_set(&fault, -errno, NULL, "--resources=@%s", arg);
	else
		resource_choice_read(args->file, args, &fault);
	resource_choice_refuse(state, &fault);
}

static void parse_resources(struct argp_state *state, const char *arg, struct resource_args *args)
{
	struct fault fault = { 0 };

	args->file = NULL;
	if (arg[0] == '@')
		parse_file(state, arg + 1, args);
	else
		resource_choice_parse(text_str(arg), arg, args, &fault);
	resource_choice_refuse(state, &fault);
}

/* Who says how many there are wants to see them. */
static void parse_cpus(struct argp_state *state, const char *arg, struct resource_args *args)
{
	if (args->choice == RESOURCES_BY_PROFILE)
		args->choice = RESOURCES_ON;
	if (strcmp(arg, "set") == 0)
		args->count = CPUS_SET;
	else if (strcmp(arg, "quota") == 0)
		args->count = CPUS_QUOTA;
	else if (strcmp(arg, "shares") == 0)
		args->count = CPUS_SHARES;
	else
		argp_error(state, "--cpus=%s: use set, quota or shares", arg);
}

/* As above. */
static void parse_memory(struct argp_state *state, const char *arg, struct resource_args *args)
{
	if (args->choice == RESOURCES_BY_PROFILE)
		args->choice = RESOURCES_ON;
	args->by_high = strcmp(arg, "high") == 0;
	if (!args->by_high && strcmp(arg, "max") != 0)
		argp_error(state, "--memory=%s: use max or high", arg);
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
	case KEY_MEMORY:
		parse_memory(state, arg, state->input);
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
