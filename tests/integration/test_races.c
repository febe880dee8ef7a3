/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What becomes of a process while somebody looks at it: dying, a zombie, reaped, its number used again.
 * Each step is done on the kernel's own procfs of the namespace and on views of it, and must have the
 * same outcome: an errno, or text, or none. No expectation is written down here: the kernel gives it.
 *
 * Usage: test_races NSPROCFS
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "nsproc.h"
#include "races_namespace.h"
#include "races_outcome.h"

#define DEADLINE_MS 60000
#define N_TREES	    3
#define OLD_NAME    "before"

static const char *const tree_names[N_TREES] = { "the kernel", "view (kernel)", "view (host)" };
static const char *const sources[N_TREES] = { NULL, "--source=kernel", "--source=host" };

static const char *const files[] = {
	"stat",	      "status",	     "cmdline",	     "comm",	  "statm",
	"maps",	      "smaps",	     "smaps_rollup", "environ",	  "auxv",
	"limits",     "sched",	     "cgroup",	     "mounts",	  "mountinfo",
	"mountstats", "wchan",	     "io",	     "timers",	  "uid_map",
	"setgroups",  "oom_score",   "numa_maps",    "schedstat", "coredump_filter",
	"net/dev",    "fdinfo/0",    "syscall",	     "stack",	  "pagemap",
	"mem",	      "personality", "attr/current",
};

static const char *const links[] = { "exe", "cwd", "root", "fd/0", "ns/pid", "ns/mnt", "ns/user" };
static const char *const dirs[] = { "", "task", "fd", "fdinfo", "ns", "net", "attr", "map_files" };

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* What is held open in one tree from the time when the process lived. */
struct held {
	int root;
	int pid_dir;
	int files[N(files)];
	int dirs[N(dirs)];
	int links[N(links)]; /* O_PATH */
};

static struct held trees[N_TREES];
static char dir_names[N_TREES][64];
static int checks, failures;

static void compare(const char *state, const char *what, const char *name, const int *got)
{
	int i;

	for (i = 1; i < N_TREES; i++) {
		checks++;
		if (got[i] == got[0])
			continue;
		failures++;
		printf("FAIL: %s: %s '%s': %s gives %d, %s gives %d\n", state, what, name,
		       tree_names[0], got[0], tree_names[i], got[i]);
	}
}

/* One operation in all trees. */
#define PROBE(state, what, name, expression)              \
	do {                                              \
		int got[N_TREES];                         \
		for (int t = 0; t < N_TREES; t++) {       \
			const struct held *h = &trees[t]; \
			(void)h;                          \
			got[t] = (expression);            \
		}                                         \
		compare(state, what, name, got);          \
	} while (0)

/* All through what was opened while the process lived. */
static void probe_held(const char *state)
{
	size_t i;

	PROBE(state, "fstat of the old directory", "", outcome_stat_at(h->pid_dir, "") == -ENOENT);
	for (i = 0; i < N(files); i++) {
		PROBE(state, "old descriptor, offset 0", files[i], outcome_read_at(h->files[i], 0));
		PROBE(state, "old descriptor, offset 10", files[i],
		      outcome_read_at(h->files[i], 10));
		PROBE(state, "old directory, open and read", files[i],
		      outcome_open_and_read(h->pid_dir, files[i]));
		PROBE(state, "old directory, stat", files[i],
		      outcome_stat_at(h->pid_dir, files[i]));
	}
	for (i = 0; i < N(links); i++) {
		PROBE(state, "old link", links[i], outcome_read_link(h->links[i], ""));
		PROBE(state, "old directory, readlink", links[i],
		      outcome_read_link(h->pid_dir, links[i]));
	}
	for (i = 0; i < N(dirs); i++) {
		PROBE(state, "old directory, list", dirs[i], outcome_list(h->dirs[i]));
		PROBE(state, "old directory, open and list", dirs[i],
		      outcome_open_and_list(h->pid_dir, dirs[i]));
	}
}

/* All by name. */
static void probe_names(const char *state, pid_t pid)
{
	char path[64];
	size_t i;

	for (i = 0; i < N(files); i++) {
		snprintf(path, sizeof(path), "%d/%s", pid, files[i]);
		PROBE(state, "open and read", path, outcome_open_and_read(h->root, path));
		PROBE(state, "stat", path, outcome_stat_at(h->root, path));
	}
	for (i = 0; i < N(links); i++) {
		snprintf(path, sizeof(path), "%d/%s", pid, links[i]);
		PROBE(state, "readlink", path, outcome_read_link(h->root, path));
	}
	for (i = 0; i < N(dirs); i++) {
		snprintf(path, sizeof(path), "%d/%s", pid, dirs[i]);
		PROBE(state, "list", path, outcome_open_and_list(h->root, path));
	}
}

static void hold(struct held *h, pid_t pid)
{
	char name[16];
	size_t i;

	snprintf(name, sizeof(name), "%d", pid);
	h->pid_dir = openat(h->root, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < N(files); i++)
		h->files[i] = openat(h->pid_dir, files[i], O_RDONLY | O_CLOEXEC);
	for (i = 0; i < N(dirs); i++)
		h->dirs[i] = openat(h->pid_dir, dirs[i][0] ? dirs[i] : ".",
				    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < N(links); i++)
		h->links[i] = openat(h->pid_dir, links[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static void let_go(struct held *h)
{
	size_t i;

	fd_close(h->pid_dir);
	for (i = 0; i < N(files); i++)
		fd_close(h->files[i]);
	for (i = 0; i < N(dirs); i++)
		fd_close(h->dirs[i]);
	for (i = 0; i < N(links); i++)
		fd_close(h->links[i]);
}

/* A child is known by its name before anybody looks. */
static void await_name(pid_t pid, const char *name)
{
	char path[32], text[16];
	int i;

	snprintf(path, sizeof(path), "%d/comm", pid);
	for (i = 0; i < 10000; i++) {
		AUTO_FD int fd = openat(trees[0].root, path, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

		if (n > 0 && (size_t)n == strlen(name) + 1 && memcmp(text, name, strlen(name)) == 0)
			return;
		sched_yield();
	}
	printf("FAIL: child %d did not become %s\n", pid, name);
	exit(1);
}

static void run_sequence(int socket)
{
	pid_t pid = namespace_order(socket, 's', 0, OLD_NAME);
	int t;

	await_name(pid, OLD_NAME);
	for (t = 0; t < N_TREES; t++)
		hold(&trees[t], pid);
	probe_held("alive");
	probe_names("alive", pid);
	namespace_order(socket, 'k', pid, "");
	probe_held("zombie");
	probe_names("zombie", pid);
	namespace_order(socket, 'r', pid, "");
	probe_held("reaped");
	probe_names("reaped", pid);
	if (namespace_order(socket, 's', pid, NEW_NAME) != pid) {
		printf("FAIL: the kernel did not give number %d again\n", pid);
		failures++;
	}
	await_name(pid, NEW_NAME);
	probe_held("number used again");
	probe_names("number used again", pid);
	probe_held("number used again, after it was looked at");
	namespace_order(socket, 'k', pid, "");
	namespace_order(socket, 'r', pid, "");
	for (t = 0; t < N_TREES; t++)
		let_go(&trees[t]);
}

static int mount_kernel(pid_t init)
{
	char path[32];
	AUTO_FD int ns = -1;
	int fd = -1;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", init);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	return nsproc_open(ns, NSPROC_AUTO, &fd, NULL) < 0 ? -1 : fd;
}

static int mount_view(const char *program, const char *source, pid_t init, const char *dir)
{
	char target[16];
	int status;
	pid_t pid;

	snprintf(target, sizeof(target), "%d", init);
	mkdir(dir, 0700);
	pid = fork();
	if (pid == 0) {
		execl(program, program, "mount", source, "--target", target, dir, NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return -1;
	return open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void clear(void)
{
	int t;

	for (t = 1; t < N_TREES; t++) {
		umount2(dir_names[t], MNT_DETACH);
		rmdir(dir_names[t]);
	}
}

/* In another process: a reader of a server that hangs cannot be woken by a signal. */
static void arm_deadline(void)
{
	struct pollfd parent = { .fd = (int)syscall(SYS_pidfd_open, getpid(), 0),
				 .events = POLLIN };
	int t;

	if (fork() != 0) {
		fd_close(parent.fd);
		return;
	}
	if (poll(&parent, 1, DEADLINE_MS) == 0) {
		puts("FAIL: deadline");
		fflush(stdout);
		for (t = 1; t < N_TREES; t++)
			umount2(dir_names[t], MNT_FORCE);
		syscall(SYS_pidfd_send_signal, parent.fd, SIGKILL, NULL, 0);
		poll(&parent, 1, -1);
	}
	clear();
	_exit(0);
}

int main(int argc, char **argv)
{
	int socket, t, i;
	pid_t init;

	if (argc != 2)
		return 2;
	if (geteuid() != 0 || access("/dev/fuse", R_OK | W_OK) < 0) {
		puts("skipped: needs root and /dev/fuse");
		return 77;
	}
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 1;
	init = namespace_start(&socket);
	for (t = 0; t < N_TREES; t++)
		snprintf(dir_names[t], sizeof(dir_names[t]), "/tmp/nsprocfs-races-%d-%d", getpid(),
			 t);
	arm_deadline();
	trees[0].root = mount_kernel(init);
	for (t = 1; t < N_TREES; t++)
		trees[t].root = mount_view(argv[1], sources[t], init, dir_names[t]);
	for (t = 0; t < N_TREES; t++) {
		if (trees[t].root < 0) {
			printf("FAIL: could not mount %s\n", tree_names[t]);
			return 1;
		}
	}
	for (i = 0; i < 5; i++)
		run_sequence(socket);
	printf("%d checks, %d failed\n", checks, failures);
	kill(init, SIGKILL);
	return failures > 0;
}
