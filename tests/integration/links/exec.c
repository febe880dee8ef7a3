/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Executing through links. */

#include "links.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

extern char **environ;

/* Become `PROGRAM --probe`, which exits 0. */
static bool execute(const char *program)
{
	char *argv[] = { (char *)program, (char *)"--probe", NULL };

	execve(program, argv, environ);
	return false;
}

static bool execute_exe(struct links *l)
{
	return execute(path(l, "self/exe"));
}

/* A copy of this program in memory alone: it has no other name than its descriptor. */
static bool execute_memfd(struct links *l)
{
	int from = open(l->exe, O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("program", 0);
	struct stat st;
	off_t offset = 0;

	if (from < 0 || fd < 0 || fstat(from, &st) < 0)
		return false;
	while (offset < st.st_size) {
		if (sendfile(fd, from, &offset, (size_t)(st.st_size - offset)) <= 0)
			return false;
	}
	return execute(fd_path(l, fd));
}

/* The kernel hands the interpreter the path of the script, which then must lead to it a second time. */
static bool execute_script(struct links *l)
{
	static const char script[] = "#!/bin/sh\n[ \"$1\" = --probe ]\n";
	int fd = memfd_create("script", 0);

	if (fd < 0 || write(fd, script, strlen(script)) != (ssize_t)strlen(script))
		return false;
	return execute(fd_path(l, fd));
}

void check_exec(struct links *l)
{
	check(l, "execve exe", in_child(l, execute_exe));
	check(l, "execve of a program without a name", in_child(l, execute_memfd));
	check(l, "execve of a script without a name", in_child(l, execute_script));
}
