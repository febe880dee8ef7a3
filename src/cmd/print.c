/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the subcommands share. */

#include "print.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fault.h"
#include "utf8.h"

#define PATIENCE_MAX_SECONDS (24 * 60 * 60)

void cmd_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
	char name[64];

	snprintf(name, sizeof(name), "nsprocfs %s", argv[0]);
	argv[0] = name;
	if (argp_parse(argp, argc, argv, flags, NULL, input) != 0)
		exit(EXIT_USAGE);
}

int cmd_patience(struct argp_state *state, const char *arg)
{
	uint64_t seconds = 0;

	if (text_u64(text_str(arg), &seconds) < 0 || seconds > PATIENCE_MAX_SECONDS)
		argp_error(state, "--patience: '%s' is not a number of seconds up to %d", arg,
			   PATIENCE_MAX_SECONDS);
	return (int)seconds * 1000;
}

void cmd_one_dir(struct argp_state *state, const char *arg, const char **ret)
{
	if (*ret)
		argp_error(state, "one DIR at a time");
	*ret = arg;
}

int cmd_finish(const char *command)
{
	struct fault fault = { 0 };

	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_SUCCESS;
	fault_set(&fault, errno ? -errno : -EIO, NULL, "write to standard output");
	return cmd_fail(command, &fault, EXIT_FAILURE);
}

/* Whether the path is that of root, or of something below it. */
static bool drop_root(struct text *path, struct text root)
{
	if (!text_starts(*path, root) || (path->n > root.n && path->p[root.n] != '/'))
		return false;
	*path = text_of(path->p + root.n, path->n - root.n);
	return true;
}

struct text view_path(const char *path)
{
	struct text t = text_str(path);

	if (!drop_root(&t, TEXT("/proc")))
		drop_root(&t, TEXT("/sys/devices/system"));
	while (t.n > 0 && t.p[0] == '/')
		t = text_of(t.p + 1, t.n - 1);
	return t;
}

/* C1 controls are left out as well: a terminal may obey them. */
static bool is_printable(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0);
}

void print_escaped(FILE *out, struct text t)
{
	while (t.n > 0) {
		uint32_t c = 0;
		size_t n = utf8_first(t, &c);

		if (n == 0 || !is_printable(c)) {
			fprintf(out, "\\%03o", (unsigned char)t.p[0]);
			n = 1;
		} else if (c == '\\') {
			fputs("\\\\", out);
		} else {
			fwrite(t.p, 1, n, out);
		}
		t = text_of(t.p + n, t.n - n);
	}
}
