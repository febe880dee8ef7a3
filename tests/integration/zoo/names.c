/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names that parsers of /proc trip over, in comm and in argv. */

#include "zoo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* At most 15 bytes each: what PR_SET_NAME keeps (TASK_COMM_LEN). */
static const char *const comms[] = {
	"a b",
	"x)",
	"((((",
	") R 1 (",
	"x) Z 1 1 1 (y",
	"new\nline",
	"\n",
	"\nPid:\t1\n",
	"tab\tname",
	"back\\slash\\n",
	"\xff\xfe\x80 \xc3\x28",
	"\x01\x1b[31m\x7f",
	"fifteen-bytes-x",
	"x (1, #threads:", /* how `sched` starts its heading, as much of it as fits */
	"(1, #threads:1)",
	"\n-------------",
	"%s%n%d",
	" ",
	"",
	NULL,
};

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

static int all_comms(const struct pen *pen)
{
	for (size_t i = 0; comms[i]; i++) {
		pid_t pid = pen_spawn(pen, comms[i], plain, NULL);

		if (pid < 0)
			return pid;
	}
	return 0;
}

struct command {
	const char *argv[5];
	const char *title; /* an environment variable that makes the process write over its argv */
};

static const struct command commands[] = {
	{ .argv = { "\xff odd\nargv)", "", "a b", "\\x\t", NULL } },
	{ .argv = { "", NULL } },
	{ .argv = { NULL } }, /* the kernel makes an empty argv[0] of it since 5.18 */
	{ .argv = { "-bash", "(1, #threads: 1)", NULL } },
	{ .argv = { "overwritten", NULL }, .title = "ZOO_TITLE=and what follows it" },
};

/* Executes ourselves under another command line; the new image shakes hands (pen_park_if_told()). */
static int command(const struct pen *pen)
{
	const struct command *c = pen->arg;
	char told[32];
	const char *envp[] = { told, c->title, "ODD=\n\xff=", NULL };
	const char *envp_plain[] = { told, "ODD=\n\xff=", NULL };
	int fd = dup(pen->ready_fd); /* without FD_CLOEXEC */

	if (fd < 0)
		return pen_fail("dup");
	snprintf(told, sizeof(told), "ZOO_PARK=%d", fd);
	execve("/proc/self/exe", (char **)c->argv, (char **)(c->title ? envp : envp_plain));
	return pen_fail("execve");
}

static int long_command(const struct pen *pen)
{
	static const struct command template = { .argv = { "long", NULL, "end", NULL } };
	struct command c = template;
	struct pen theirs = *pen;
	char argument[20000]; /* several pages */

	memset(argument, 'l', sizeof(argument) - 1);
	argument[sizeof(argument) - 1] = '\0';
	c.argv[1] = argument;
	theirs.arg = &c;
	return command(&theirs);
}

static int all_commands(const struct pen *pen)
{
	pid_t pid;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		pid = pen_spawn(pen, NULL, command, &commands[i]);
		if (pid < 0)
			return pid;
	}
	pid = pen_spawn(pen, NULL, long_command, NULL);
	return pid < 0 ? pid : 0;
}

const struct animal zoo_names[] = {
	{ "comms", all_comms },
	{ "commands", all_commands },
	{ 0 },
};
