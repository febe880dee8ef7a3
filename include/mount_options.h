/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The option -o of the subcommands that show a view: how it hides, as mount options of procfs. */

#include <argp.h>

/*
 * The argp parser for it, to be a child of a subcommand's: its input is the same struct view_args as that
 * of view_argp. Accepts hidepid=, gid=, subset=pid with the values of the kernel, and ro. Bad values end
 * the program with argp's usage error and argp_err_exit_status.
 */
extern const struct argp mount_options_argp;
