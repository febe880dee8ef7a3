/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* nsprocfs: the table of subcommands. */

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fault.h"
#include "fd.h"

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct command commands[] = {
	{ "run", cmd_run, "run a command whose /proc is the view" },
	{ "mount", cmd_mount, "mount the view on a directory" },
	{ "ls", cmd_ls, "list a directory of the view, without FUSE" },
	{ "cat", cmd_cat, "print files of the view, without FUSE" },
	{ "explain", cmd_explain, "say why a name or a byte of the view is as it is" },
	{ "pids", cmd_pids, "table of the view's processes and their numbers at each level" },
	{ "status", cmd_status, "table of the views mounted here and what their containers use" },
	{ "set", cmd_set, "change a view while it is served" },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *out)
{
	size_t i;

	fputs("Usage: nsprocfs COMMAND [OPTION...] [ARGUMENT...]\n"
	      "The /proc of a PID namespace, for whoever may see it.\n\n"
	      "Commands:\n",
	      out);
	for (i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\nOptions:\n"
	      "  -h, --help     print this\n"
	      "  -V, --version  print the version\n\n"
	      "`nsprocfs COMMAND --help` tells each command's options; see nsprocfs(1).\n",
	      out);
}

int cmd_fail(const char *command, const struct fault *fault, int status)
{
	fprintf(stderr, "nsprocfs: %s: %s", command, fault->what);
	/* "Invalid cross-device link" would tell nobody anything: what failed says it in words. */
	if (fault->r < 0 && fault->r != -EXDEV)
		fprintf(stderr, ": %s", strerror(-fault->r));
	if (fault->advice)
		fprintf(stderr, "; %s", fault->advice);
	fputc('\n', stderr);
	return status;
}

int main(int argc, char **argv)
{
	size_t i;
	int r = fd_hold_streams();

	if (r < 0) {
		fprintf(stderr, "nsprocfs: open /: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	argp_program_version = "nsprocfs " NSPROCFS_VERSION;
	argp_err_exit_status = EXIT_USAGE;
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	for (i = 0; i < N_COMMANDS; i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0) {
		puts(argp_program_version);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, "nsprocfs: %s: no such command; `nsprocfs --help` lists them\n", argv[1]);
	return EXIT_USAGE;
}
