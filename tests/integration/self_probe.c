/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What comes of a process's writing to its own files of procfs, said in errnos. To be run once on the kernel's
 * procfs and once on a view: the two must say the same.
 *
 *	self-probe files PROC		all files of its own that can be written, by its threads, in all ways to open
 *	self-probe maps PROC DEPTH	makes a user namespace, writes its maps, and so on to this depth
 *	self-probe others PROC PID	the same files of another process
 *	self-probe access PROC		which of them access(2) says can be written to
 *	self-probe kinds PROC		what its files look like to who does not write
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *said(long r)
{
	return r < 0 ? strerrorname_np(errno) : "ok";
}

/* Paths are from here, as bubblewrap has them. */
static int proc_fd;

/* A ".." below RESOLVE_BENEATH gives EAGAIN when anything is mounted on the machine meanwhile: openat2(2). */
static int open_how(const char *path, unsigned flags, unsigned resolve)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = resolve };
	int fd, tries = 0;

	do {
		fd = (int)syscall(SYS_openat2, proc_fd, path, &how, sizeof(how));
	} while (fd < 0 && errno == EAGAIN && ++tries < 1000);
	return fd;
}

/* w: for writing, r: for reading and writing, t: as a shell does, c: creat(2), h: openat2(2), b: beneath */
static int open_as(const char *path, char way)
{
	char whole[256];

	switch (way) {
	case 'r':
		return openat(proc_fd, path, O_RDWR | O_CLOEXEC);
	case 't':
		return openat(proc_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	case 'c':
		snprintf(whole, sizeof(whole), "/proc/self/fd/%d/%s", proc_fd, path);
		return creat(whole, 0666);
	case 'h':
		return open_how(path, O_WRONLY, 0);
	case 'b':
		return open_how(path, O_RDWR, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
	default:
		return openat(proc_fd, path, O_WRONLY | O_CLOEXEC);
	}
}

static void put(const char *path, char way, const char *value)
{
	int fd = open_as(path, way);

	if (fd < 0) {
		printf("%s %c %s: open %s\n", path, way, value, said(-1));
		return;
	}
	printf("%s %c %s: write %s\n", path, way, value, said(write(fd, value, strlen(value))));
	close(fd);
}

static void show(const char *path)
{
	char text[512];
	int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	printf("%s: %s", path, n < 0 ? said(-1) : "");
	if (n >= 0)
		printf("%.*s", (int)n, text);
	printf("\n");
	if (fd >= 0)
		close(fd);
}

static void show_name(void)
{
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	printf("name: %s\n", name);
}

static const char *const files[] = {
	"oom_score_adj:600", "oom_score_adj:x",
	"oom_adj:15",	     "coredump_filter:0x21",
	"clear_refs:1",	     "clear_refs:77",
	"sched:0",	     "timerslack_ns:70000",
	"attr/current:x",    "attr/exec:x",
	"attr/fscreate:x",   "attr/keycreate:x",
	"attr/sockcreate:x", "attr/apparmor/exec:x",
	"loginuid:1234",     "uid_map:0 0 1",
	"gid_map:0 0 1",     "projid_map:0 0 1",
	"setgroups:deny",    "timens_offsets:monotonic 5 0",
	"status:x",	     "nosuch:x",
};

static void put_files(const char *dir)
{
	char path[128], file[64];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t n = strcspn(files[i], ":");

		snprintf(file, sizeof(file), "%.*s", (int)n, files[i]);
		snprintf(path, sizeof(path), "%s/%s", dir, file);
		put(path, i % 2 ? 'r' : 'w', files[i] + n + 1);
	}
}

/* By its own number at the root, where a thread is not listed. */
static void put_number(void)
{
	char text[64] = "", path[64];
	int fd;

	/* As this procfs counts. */
	if (readlinkat(proc_fd, "thread-self", text, sizeof(text) - 1) < 0)
		return;
	snprintf(path, sizeof(path), "%s/comm", strrchr(text, '/') + 1);
	fd = open_as(path, 'w');
	printf("by number: write %s\n", said(write(fd, "number", 6)));
	close(fd);
}

static void *in_thread(void *arg)
{
	put("thread-self/comm", 'w', "thread");
	show_name();
	put("self/comm", 'w', "leader");
	show_name();
	put_number();
	show_name();
	put("thread-self/attr/current", 'w', "x");
	put("self/attr/current", 'w', "x");
	return arg;
}

static int put_own(void)
{
	static const char ways[] = "wrtchb";
	pthread_t thread;
	char name[16];
	size_t i;

	for (i = 0; ways[i]; i++) {
		snprintf(name, sizeof(name), "way-%c", ways[i]);
		put("self/comm", ways[i], name);
		show_name();
		show("self/comm");
	}
	put("self/comm", 'w', "a name that is far too long");
	show_name();
	put_files("self");
	put_files("thread-self");
	show("self/oom_score_adj");
	show("self/coredump_filter");
	show("self/loginuid");
	if (pthread_create(&thread, NULL, in_thread, NULL) == 0)
		pthread_join(thread, NULL);
	show_name();
	return EXIT_SUCCESS;
}

/* One level: the user and group of outside are 0 here. */
static bool put_maps(unsigned outer_uid, unsigned outer_gid)
{
	char map[32];

	if (unshare(CLONE_NEWUSER) < 0) {
		printf("unshare %s\n", said(-1));
		return false;
	}
	snprintf(map, sizeof(map), "0 %u 1", outer_uid + 1);
	put("self/uid_map", 'r', map);
	snprintf(map, sizeof(map), "0 %u 1", outer_gid);
	put("self/gid_map", 'w', map);
	put("self/setgroups", 'r', "deny");
	show("self/setgroups");
	put("self/gid_map", 't', map);
	put("self/gid_map", 't', map);
	snprintf(map, sizeof(map), "0 %u 1", outer_uid);
	put("self/uid_map", 'r', map);
	put("self/uid_map", 'r', map);
	put("self/setgroups", 'w', "allow");
	put("self/projid_map", 'w', "0 0 1");
	show("self/uid_map");
	show("self/gid_map");
	printf("ids %u %u\n", getuid(), getgid());
	put("self/comm", 'w', "inside");
	show_name();
	put("self/oom_score_adj", 'w', "700");
	put("self/oom_score_adj", 'w', "-1");
	return true;
}

static int put_levels(int depth)
{
	while (depth-- > 0) {
		if (!put_maps(getuid(), getgid()))
			return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

static int put_others(const char *pid)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/comm", pid);
	put(path, 'w', "stranger");
	put_files(pid);
	return EXIT_SUCCESS;
}

static void show_kind(const char *path, int flags)
{
	struct stat st = { 0 };
	int fd = openat(proc_fd, path, flags | O_CLOEXEC, 0666);

	if (fd < 0 || fstat(fd, &st) < 0)
		printf("%s %#o: %s\n", path, (unsigned)flags, said(-1));
	else
		printf("%s %#o: mode %o\n", path, (unsigned)flags, st.st_mode);
	if (fd >= 0)
		close(fd);
}

static int show_kinds(void)
{
	static const char *const paths[] = { "self/comm", "self/uid_map", "self/attr/current" };
	struct stat st;
	char text[64];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		show_kind(paths[i], O_RDONLY);
		show_kind(paths[i], O_RDONLY | O_NOFOLLOW);
		show_kind(paths[i], O_PATH | O_WRONLY);
		show_kind(paths[i], O_PATH | O_RDWR | O_NOFOLLOW);
		show_kind(paths[i], O_WRONLY | O_CREAT | O_EXCL);
		show_kind(paths[i], O_WRONLY | O_DIRECTORY);
		show_kind(paths[i], O_WRONLY);
		printf("stat %s", said(fstatat(proc_fd, paths[i], &st, AT_SYMLINK_NOFOLLOW)));
		printf(" %o\n", st.st_mode);
		printf("readlink %s\n", said(readlinkat(proc_fd, paths[i], text, sizeof(text))));
	}
	return EXIT_SUCCESS;
}

/* Whether it may be written to, without doing so. */
static int show_access(void)
{
	static const char *const paths[] = { "self/comm",	   "self/uid_map",
					     "self/oom_score_adj", "self/attr/exec",
					     "self/loginuid",	   "thread-self/comm" };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		printf("%s: %s\n", paths[i], said(faccessat(proc_fd, paths[i], W_OK, 0)));
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	proc_fd = argc > 2 ? open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (proc_fd < 0) {
		fprintf(stderr, "usage: self-probe files|maps|others|kinds|access PROC ...\n");
		return EXIT_FAILURE;
	}
	if (strcmp(what, "files") == 0)
		return put_own();
	if (strcmp(what, "kinds") == 0)
		return show_kinds();
	if (strcmp(what, "access") == 0)
		return show_access();
	if (strcmp(what, "maps") == 0 && argc == 4)
		return put_levels((int)strtol(argv[3], NULL, 10));
	if (strcmp(what, "others") == 0 && argc == 4)
		return put_others(argv[3]);
	return EXIT_FAILURE;
}
