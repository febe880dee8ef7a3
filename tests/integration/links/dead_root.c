/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: links-dead-root
 *
 * Gives itself a root directory of a process that has died, as Chromium's sandbox does: PID/fdinfo of a child that
 * shares it. Prints what becomes of names below that root, and of links below a /proc that was opened before; numbers
 * of processes are left out.
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int lose_root(void *arg)
{
	(void)arg;
	return chroot("/proc/self/fdinfo") < 0 || chdir("/") < 0;
}

static void say(const char *what, const char *name, int r)
{
	printf("%s %s: %s\n", what, name, r < 0 ? strerror(errno) : "ok");
}

/* The root itself, what would be below it, and where it stands. */
static void try_name(const char *name)
{
	struct stat st;
	int fd;

	fd = open(name, O_RDONLY);
	say("open", name, fd);
	if (fd >= 0)
		close(fd);
	fd = open(name, O_PATH);
	say("open O_PATH", name, fd);
	if (fd >= 0)
		close(fd);
	say("access", name, access(name, F_OK));
	say("stat", name, stat(name, &st));
}

static void try_link(int proc, const char *name)
{
	struct stat st = { 0 };
	char text[256] = "";
	ssize_t n;
	int fd;

	n = readlinkat(proc, name, text, sizeof(text) - 1);
	say("readlink", name, (int)n);
	/* Names of files are told as from there. */
	if (n > 0 && strchr(text, ':'))
		printf("  %.*s\n", (int)strcspn(text, "["), text);
	say("fstatat", name, fstatat(proc, name, &st, 0));
	printf("  type %o\n", (unsigned)st.st_mode & S_IFMT);
	fd = openat(proc, name, O_RDONLY | O_NONBLOCK);
	say("openat", name, fd);
	if (fd >= 0) {
		n = read(fd, text, sizeof(text));
		say("read", name, (int)n);
		if (n > 0)
			printf("  %zd bytes\n", n);
		close(fd);
	}
}

int main(void)
{
	static char stack[64 << 10];
	int proc = open("/proc", O_PATH | O_DIRECTORY), fds[2], status = 0, file;
	const char *const links[] = { "self/fd/20",  "self/fd/21", "self/fd/22", "self/exe",
				      "self/ns/mnt", "self/cwd",   "self/root" };
	const char *const files[] = { "self/comm",    "self/maps", "self/mountinfo",
				      "self/environ", "self/task", "self/fd",
				      "version",      "net/dev",   "sys/net/core" };
	char name[] = "/tmp/nsprocfs-root-XXXXXX";
	size_t i;
	pid_t pid;

	file = mkstemp(name);
	if (proc < 0 || file < 0 || unlink(name) < 0 || write(file, "text", 4) != 4 ||
	    pipe(fds) < 0)
		err(2, "make files");
	if (dup2(file, 20) < 0 || dup2(fds[0], 21) < 0 || dup2(proc, 22) < 0)
		err(2, "dup2");
	pid = clone(lose_root, stack + sizeof(stack), CLONE_FS | SIGCHLD, NULL);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		errx(2, "the root cannot be given away: status %x", (unsigned)status);
	try_name("/");
	try_name("/0");
	try_name(".");
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		try_link(proc, links[i]);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		try_link(proc, files[i]);
	return 0;
}
