/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The options that say which view is meant, shared by all subcommands. */

#include <argp.h>
#include <stdbool.h>
#include <sys/types.h>

#include "resource_args.h"
#include "view.h"

enum source_choice { CHOOSE_AUTO, CHOOSE_KERNEL, CHOOSE_HOST, CHOOSE_TREE };

enum pidmap_choice { PIDMAP_AUTO, PIDMAP_KERNEL, PIDMAP_NSPID };

enum links_choice { LINKS_AUTO, LINKS_GUESS };

/* What --sys means to a subcommand. */
enum sys_way {
	SYS_ALONE = 0, /* that tree instead of procfs */
	SYS_BESIDE,    /* both, to be mounted where they belong */
};

struct view_args {
	pid_t target;	      /* --target; 0 if not given */
	const char *pidns;    /* --pidns; NULL */
	bool follow;	      /* --pidns follow: each client's own */
	bool may_follow;      /* the subcommand has clients; set before parsing */
	bool sys;	      /* --sys: the CPUs and memory nodes of /sys/devices/system */
	enum sys_way sys_way; /* set before parsing */
	const char *tree;     /* --tree; NULL */
	const char *cgroup;   /* --cgroup; NULL */
	enum source_choice source;
	enum pidmap_choice pidmap;
	enum links_choice links;
	enum profile profile;
	struct resource_args resources;
	struct hiding hiding; /* mount_options.h; exempts is not decided yet */
	bool writable;	      /* --rw, of the subcommands that mount */
	bool own_writable;    /* of run: view.h */
	bool verbose;
	bool made;	     /* of run: the PID namespace will be made, none may be named */
	bool cgroup_chooses; /* of pids: --cgroup may go with another view, of which it chooses some */
};

/*
 * The argp parser for them, to be a child of a subcommand's: its input is a struct view_args (all zero
 * at first, but for those that are set before). Bad values, options that contradict each other and options that name no view end the program
 * with argp's usage error and argp_err_exit_status.
 */
extern const struct argp view_argp;

/* The parser for --sys, of the subcommands that have it; the same input. */
extern const struct argp sys_argp;
/* What the options choose: enum resource_file. */
unsigned view_args_resource_files(const struct view_args *args);

/* Whether an option names the processes to show: a namespace, a tree, a control group. */
bool view_args_named(const struct view_args *args);

/* Another one than --cgroup. */
bool view_args_named_otherwise(const struct view_args *args);
