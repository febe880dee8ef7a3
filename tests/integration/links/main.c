/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: links [DIR]
 *
 * Checks the links of the procfs at DIR (default /proc). Prints a line for each check and the score.
 * Exits 0 if all are right.
 */

#include "links.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Far above what any check takes; a hung file system is to be told from a slow one. */
#define CHILD_SECONDS 20

void check(struct links *l, const char *name, bool ok)
{
	l->total++;
	l->passed += ok;
	printf("%s: %s\n", ok ? "ok" : "MISS", name);
}

__attribute__((format(printf, 3, 0))) static const char *
format_path(struct links *l, const char *base, const char *format, va_list ap)
{
	char *to = l->paths[l->next_path++ % 8];
	int n = snprintf(to, PATH_MAX, "%s/", base);

	vsnprintf(to + n, PATH_MAX - (size_t)n, format, ap);
	return to;
}

const char *path(struct links *l, const char *format, ...)
{
	const char *r;
	va_list ap;

	va_start(ap, format);
	r = format_path(l, l->proc, format, ap);
	va_end(ap);
	return r;
}

const char *scratch(struct links *l, const char *format, ...)
{
	const char *r;
	va_list ap;

	va_start(ap, format);
	r = format_path(l, l->scratch, format, ap);
	va_end(ap);
	return r;
}

const char *fd_path(struct links *l, int fd)
{
	return path(l, "self/fd/%d", fd);
}

bool in_child(struct links *l, bool (*f)(struct links *l))
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(CHILD_SECONDS);
		_exit(f(l) ? 0 : 1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(int argc, char **argv)
{
	struct links l = { .proc = argc > 1 ? argv[1] : "/proc" };

	if (argc > 1 && strcmp(argv[1], "--probe") == 0)
		return 0;
	/* As execve(2) was told: what the links say is to be compared with it. */
	if (!realpath(argv[0], l.exe)) {
		fprintf(stderr, "links: start me by my path: %s: %s\n", argv[0], strerror(errno));
		return 2;
	}
	make_objects(&l);
	check_texts(&l);
	check_stats(&l);
	check_reopen(&l);
	check_through(&l);
	check_other(&l);
	check_exec(&l);
	check_resolve(&l);
	remove_objects(&l);
	printf("links: %d of %d\n", l.passed, l.total);
	return l.passed == l.total ? 0 : 1;
}
