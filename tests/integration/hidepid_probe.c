/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * hidepid-probe [--self | --fresh] UID GID GROUPS DIR NUMBER...: becomes that user (GROUPS: numbers separated by
 * commas, or "none") and prints what it may do in the procfs on DIR with each process NUMBER: one line an
 * operation, with its errno. Before it changes, it opens what it tries again afterwards ("held"). --self
 * adds its own process, which changing its ids has made non-dumpable; --fresh changes first of all, and
 * holds nothing. "hidepid-probe --closed" is a process that is not dumpable, until it is killed.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"
#include "text.h"

#define N_GROUPS_MAX 16

/* Opened with the rights of root. */
struct held {
	int dir;   /* PID */
	int tasks; /* PID/task */
	int task;  /* PID/task/PID */
	int file;  /* PID/statm, read from already */
	int path;  /* PID/statm, O_PATH */
};

static void say(const char *name, const char *operation, long result)
{
	printf("%s %s: %s\n", name, operation, result < 0 ? strerrorname_np(errno) : "ok");
}

static long open_and_close(int dirfd, const char *path, int flags)
{
	int fd = openat(dirfd, path, flags | O_CLOEXEC);
	char byte;
	long r = fd;

	if (fd >= 0 && !(flags & (O_PATH | O_DIRECTORY)) && read(fd, &byte, 1) < 0)
		r = -1;
	fd_close(fd);
	return r;
}

/* Lists the directory behind fd; how many names there are does not stand still. */
static long list(int dirfd, const char *path)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	long n = -1;

	if (!dir)
		return -1;
	errno = 0;
	n = readdir(dir) ? 0 : -1;
	if (n < 0 && errno == 0)
		errno = ENODATA;
	closedir(dir);
	return n;
}

static long link_text(int dirfd, const char *path)
{
	char text[256];

	return readlinkat(dirfd, path, text, sizeof(text));
}

static long attributes(int dirfd, const char *path, int flags)
{
	struct stat st;

	return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW | flags);
}

static long change_to(int dirfd, const char *path)
{
	long r;

	if (fchdir(dirfd) < 0)
		return -1;
	r = chdir(path);
	if (r == 0 && fchdir(dirfd) < 0)
		return -1;
	return r;
}

static void probe_held(const char *name, const struct held *h)
{
	char byte;

	say(name, "held directory, attributes", attributes(h->dir, "", AT_EMPTY_PATH));
	say(name, "held directory, open in it", open_and_close(h->dir, "stat", O_RDONLY));
	say(name, "held directory, access", faccessat(h->dir, "stat", F_OK, 0));
	say(name, "held task/, attributes", attributes(h->tasks, "", AT_EMPTY_PATH));
	say(name, "held task/, look up in it", attributes(h->tasks, name, 0));
	say(name, "held task/TID, attributes", attributes(h->task, "", AT_EMPTY_PATH));
	say(name, "held task/TID, open in it", open_and_close(h->task, "stat", O_RDONLY));
	say(name, "held file, read", pread(h->file, &byte, 1, 0));
	say(name, "held file, attributes", attributes(h->path, "", AT_EMPTY_PATH));
}

static void probe_path(int root, const char *name)
{
	static const char *const files[] = { "stat", "status", "environ", "maps", "cmdline" };
	char path[64];
	size_t i;

	say(name, "attributes", attributes(root, name, 0));
	say(name, "list", list(root, name));
	say(name, "access F_OK", faccessat(root, name, F_OK, 0));
	say(name, "access R_OK X_OK", faccessat(root, name, R_OK | X_OK, 0));
	say(name, "chdir", change_to(root, name));
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", name, files[i]);
		say(path, "attributes", attributes(root, path, 0));
		say(path, "open and read", open_and_close(root, path, O_RDONLY));
		say(path, "access", faccessat(root, path, R_OK, 0));
	}
	snprintf(path, sizeof(path), "%s/exe", name);
	say(path, "readlink", link_text(root, path));
	snprintf(path, sizeof(path), "%s/ns/pid", name);
	say(path, "readlink", link_text(root, path));
	snprintf(path, sizeof(path), "%s/fd", name);
	say(path, "list", list(root, path));
	snprintf(path, sizeof(path), "%s/task", name);
	say(path, "attributes", attributes(root, path, 0));
	say(path, "list", list(root, path));
	snprintf(path, sizeof(path), "%s/task/%s", name, name);
	say(path, "attributes", attributes(root, path, 0));
	say(path, "list", list(root, path));
	snprintf(path, sizeof(path), "%s/task/%s/stat", name, name);
	say(path, "open and read", open_and_close(root, path, O_RDONLY));
	snprintf(path, sizeof(path), "%s/invented", name);
	say(path, "attributes", attributes(root, path, 0));
}

/* The names of the root: of processes, only those asked about. */
static void probe_root(int root, char *const *names)
{
	static const char *const tops[] = { "self",   "thread-self", "uptime",	"sys",
					    "mounts", "net",	     "invented" };
	DIR *dir = fdopendir(openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct dirent *e;
	size_t i;

	while (dir && (e = readdir(dir))) {
		for (i = 0; names[i] && strcmp(names[i], e->d_name) != 0; i++)
			;
		if (names[i] || e->d_name[0] < '0' || e->d_name[0] > '9')
			printf("listed: %s\n", e->d_name);
	}
	if (dir)
		closedir(dir);
	for (i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		say(tops[i], "attributes", attributes(root, tops[i], 0));
}

static struct held hold(int root, const char *name)
{
	struct held h;
	char path[64], byte;

	h.dir = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	h.tasks = openat(h.dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	h.task = openat(h.tasks, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(path, sizeof(path), "%s/statm", name);
	h.file = openat(root, path, O_RDONLY | O_CLOEXEC);
	h.path = openat(root, path, O_PATH | O_CLOEXEC);
	if (h.dir < 0 || h.tasks < 0 || h.task < 0 || h.path < 0 || read(h.file, &byte, 1) != 1) {
		perror(path);
		exit(1);
	}
	return h;
}

static gid_t number_of(struct text t)
{
	uint64_t number;

	if (text_u64(t, &number) < 0) {
		fprintf(stderr, "hidepid-probe: '%.*s' is no number\n", (int)t.n, t.p);
		exit(2);
	}
	return (gid_t)number;
}

static void become(const char *uid, const char *gid, const char *groups)
{
	gid_t list_of_groups[N_GROUPS_MAX];
	uid_t u = number_of(text_str(uid));
	gid_t g = number_of(text_str(gid));
	struct text rest = text_str(strcmp(groups, "none") == 0 ? "" : groups), one;
	size_t n = 0;

	while (n < N_GROUPS_MAX && text_until(&rest, ',', &one))
		list_of_groups[n++] = number_of(one);
	if (setgroups(n, list_of_groups) < 0 || setresgid(g, g, g) < 0 || setresuid(u, u, u) < 0) {
		perror("hidepid-probe");
		exit(1);
	}
}

static int be_closed(void)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return 1;
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	bool with_self = argc > 1 && strcmp(argv[1], "--self") == 0;
	bool fresh = argc > 1 && strcmp(argv[1], "--fresh") == 0;
	struct held *held;
	char **names;
	int root, i;

	if (argc == 2 && strcmp(argv[1], "--closed") == 0)
		return be_closed();
	argv += with_self || fresh;
	argc -= with_self || fresh;
	if (argc < 5) {
		fprintf(stderr,
			"usage: hidepid-probe [--self | --fresh] UID GID GROUPS DIR NUMBER...\n");
		return 2;
	}
	names = argv + 5;
	if (fresh)
		become(argv[1], argv[2], argv[3]);
	root = open(argv[4], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	held = calloc((size_t)argc, sizeof(*held));
	if (root < 0 || !held) {
		perror(argv[4]);
		return 1;
	}
	for (i = 0; !fresh && names[i]; i++)
		held[i] = hold(root, names[i]);
	if (!fresh)
		become(argv[1], argv[2], argv[3]);
	probe_root(root, names);
	for (i = 0; names[i]; i++) {
		probe_path(root, names[i]);
		if (!fresh)
			probe_held(names[i], &held[i]);
	}
	if (with_self)
		probe_path(root, "self");
	free(held);
	/* The leak checker looks for itself in a /proc of another namespace. */
	fflush(stdout);
	_exit(0);
}
