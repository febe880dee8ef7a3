/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the subcommands share: parsing with argp, printing foreign bytes, ending. */

#include <argp.h>
#include <stdio.h>

#include "text.h"

/*
 * argp_parse() under the name "nsprocfs COMMAND" (argv[0] is COMMAND), so that --help and errors name
 * it. Ends the program on errors.
 */
void cmd_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input);

/* The value of --patience, in milliseconds. Ends the program if it is no number of seconds up to a day. */
int cmd_patience(struct argp_state *state, const char *arg);

/* The argument DIR, into *ret. Ends the program if there was one before. */
void cmd_one_dir(struct argp_state *state, const char *arg, const char **ret);

/* Flushes standard output. Returns the exit status: failure, said on standard error, if it is lost. */
int cmd_finish(const char *command);

/* A path as the user gives it, without leading "/proc" or "/sys/devices/system" and slashes. */
struct text view_path(const char *path);

/* Prints t with control characters and bytes outside ASCII that are no UTF-8 as \ooo; a \ as \\. */
void print_escaped(FILE *out, struct text t);
