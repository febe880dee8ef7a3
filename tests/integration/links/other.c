/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The links of a process with a root, a working directory and namespaces of its own. */

#include "links.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOSTNAME "links-other"

static bool put(const char *dir, const char *name)
{
	char file[PATH_MAX];
	int fd;
	bool ok;

	snprintf(file, sizeof(file), "%s/%s", dir, name);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ok = fd >= 0 && write(fd, CONTENT, strlen(CONTENT)) == (ssize_t)strlen(CONTENT);
	close(fd);
	return ok;
}

/* In the process: what it has is seen through its links alone. */
static bool move_away(struct links *l)
{
	const char *root = scratch(l, "other");

	return unshare(CLONE_NEWNS | CLONE_NEWUTS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", root, "tmpfs", 0, NULL) == 0 && put(root, "inside") &&
	       symlink("target", scratch(l, "other/link")) == 0 &&
	       mkdir(scratch(l, "other/sub"), 0755) == 0 &&
	       put(scratch(l, "other/sub"), "beside") &&
	       sethostname(HOSTNAME, strlen(HOSTNAME)) == 0 && chroot(root) == 0 &&
	       chdir("/sub") == 0;
}

static pid_t start(struct links *l)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!move_away(l) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static const char *theirs(struct links *l, const char *name)
{
	return path(l, "%d/%s", l->other, name);
}

static bool root_text(struct links *l)
{
	return text_is(theirs(l, "root"), scratch(l, "other")) &&
	       text_is(theirs(l, "cwd"), scratch(l, "other/sub"));
}

static bool enter_mounts(struct links *l)
{
	int fd = open(theirs(l, "ns/mnt"), O_RDONLY | O_CLOEXEC);

	return fd >= 0 && setns(fd, CLONE_NEWNS) == 0 && has_content(scratch(l, "other/inside"));
}

static bool enter_uts(struct links *l)
{
	int fd = open(theirs(l, "ns/uts"), O_RDONLY | O_CLOEXEC);
	char name[64] = "";

	return fd >= 0 && setns(fd, CLONE_NEWUTS) == 0 && gethostname(name, sizeof(name)) == 0 &&
	       strcmp(name, HOSTNAME) == 0;
}

static bool enter_root(struct links *l)
{
	return chroot(theirs(l, "root")) == 0 && has_content("/inside");
}

static bool enter_cwd(struct links *l)
{
	return chdir(theirs(l, "cwd")) == 0 && has_content("beside");
}

void check_other(struct links *l)
{
	l->other = start(l);
	check(l, "a file below another's root/", has_content(theirs(l, "root/inside")));
	check(l, "a file below another's cwd/", has_content(theirs(l, "cwd/beside")));
	check(l, "readlink through another's root/", text_is(theirs(l, "root/link"), "target"));
	check(l, "readlink of another's root and cwd", root_text(l));
	check(l, "setns by another's ns/mnt", in_child(l, enter_mounts));
	check(l, "setns by another's ns/uts", in_child(l, enter_uts));
	check(l, "chroot to another's root", in_child(l, enter_root));
	check(l, "chdir to another's cwd", in_child(l, enter_cwd));
	if (l->other > 0) {
		kill(l->other, SIGKILL);
		waitpid(l->other, NULL, 0);
	}
}
