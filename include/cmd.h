/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The subcommands: each gets its own name as argv[0] and returns the exit status. */

struct fault;

int cmd_run(int argc, char **argv);
int cmd_mount(int argc, char **argv);
int cmd_ls(int argc, char **argv);
int cmd_cat(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_pids(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_set(int argc, char **argv);

/* Exit statuses of our own failures, as mount(8) and env(1) have them. */
#define EXIT_USAGE	 2   /* options or arguments wrong */
#define EXIT_RUN_FAILED	 125 /* run: ourselves, before or besides the command */
#define EXIT_RUN_CANNOT	 126 /* run: the command was found but could not be executed */
#define EXIT_RUN_MISSING 127 /* run: the command was not found */

/*
 * Prints one line, "nsprocfs: COMMAND: WHAT: ERROR; ADVICE", to standard error. Returns status, to be
 * returned as the exit status.
 */
int cmd_fail(const char *command, const struct fault *fault, int status);
