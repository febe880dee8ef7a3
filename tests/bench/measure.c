/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is measured on a directory with procfs layout. */

#include "measure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "text.h"

#define READ_BYTES (64 * 1024)

double measure_now_ns(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
		abort();
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int system_find_process(struct system *s)
{
	DIR *dir = opendir(s->dir);
	struct dirent *d;
	int found = 0;
	int32_t pid;

	if (!dir)
		return -errno;
	while (found < 2 && (d = readdir(dir))) {
		if (text_pid(text_str(d->d_name), &pid) == 0 && ++found == 2)
			snprintf(s->process, sizeof(s->process), "%s/%d", s->dir, pid);
	}
	closedir(dir);
	return found == 2 ? 0 : -ENOENT;
}

int measure_read_once(const char *path)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	char data[READ_BYTES];
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, data, sizeof(data));
	if (n <= 0)
		return n < 0 ? -errno : -ENODATA;
	return 0;
}

static int run_read(const struct measure *m, const struct system *s, double *ret_ns)
{
	char path[SYSTEM_PATH_BYTES + 64];
	double start;
	unsigned i;
	int r;

	snprintf(path, sizeof(path), "%s/%s", m->of_root ? s->dir : s->process, m->argument);
	start = measure_now_ns();
	for (i = 0; i < m->operations; i++) {
		r = measure_read_once(path);
		if (r < 0)
			return r;
	}
	*ret_ns = (measure_now_ns() - start) / m->operations;
	return 0;
}

static int run_stat(const struct measure *m, const struct system *s, double *ret_ns)
{
	double start = measure_now_ns();
	struct stat st;
	unsigned i;

	for (i = 0; i < m->operations; i++) {
		if (stat(s->process, &st) < 0)
			return -errno;
	}
	*ret_ns = (measure_now_ns() - start) / m->operations;
	return 0;
}

/* One listing of the root, from open to close, divided by its entries. */
static int run_readdir(const struct measure *m, const struct system *s, double *ret_ns)
{
	double start = measure_now_ns();
	unsigned n_entries = 0, i;

	for (i = 0; i < m->operations; i++) {
		DIR *dir = opendir(s->dir);

		if (!dir)
			return -errno;
		while (readdir(dir))
			n_entries++;
		closedir(dir);
	}
	if (n_entries == 0)
		return -ENOENT;
	*ret_ns = (measure_now_ns() - start) / n_entries;
	return 0;
}

/* Stands where ps shall run: children in the pid namespace, the system on /proc. */
static int enter(const struct system *s)
{
	AUTO_FD int pidfd = (int)syscall(SYS_pidfd_open, s->init_pid, 0);

	if (pidfd < 0 || setns(pidfd, CLONE_NEWPID) < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(s->dir, "/proc", NULL, MS_BIND, NULL) < 0)
		return -errno;
	return 0;
}

static void exec_ps(const char *argument)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
		execlp("ps", "ps", argument, (char *)NULL);
	_exit(127);
}

static int time_ps(const struct measure *m, double *ret_ns)
{
	double start = measure_now_ns();
	unsigned i;

	for (i = 0; i < m->operations; i++) {
		pid_t child = fork();
		int status;

		if (child == 0)
			exec_ps(m->argument);
		if (child < 0 || waitpid(child, &status, 0) < 0)
			return -errno;
		if (status != 0) {
			fprintf(stderr, "bench: ps %s: wait status 0x%x\n", m->argument, status);
			return -EPROTO;
		}
	}
	*ret_ns = (measure_now_ns() - start) / m->operations;
	return 0;
}

/* In the child: the result, or the error as a negative number, leaves by the pipe. */
static void measure_ps(const struct measure *m, const struct system *s, int out)
{
	double ns = 0;
	int r = enter(s);

	if (r == 0)
		r = time_ps(m, &ns);
	if (r < 0)
		ns = r;
	_exit(fd_write_all(out, &ns, sizeof(ns)) < 0);
}

/* The time of ps from fork to exit; making the namespace it runs in is not part of it. */
static int run_ps(const struct measure *m, const struct system *s, double *ret_ns)
{
	AUTO_FD int out = -1, in = -1;
	double ns = -EIO;
	pid_t child;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	out = ends[1];
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		measure_ps(m, s, out);
	out = fd_close(out);
	if (read(in, &ns, sizeof(ns)) != sizeof(ns))
		ns = -EIO;
	if (waitpid(child, NULL, 0) < 0)
		return -errno;
	if (ns < 0)
		return (int)ns;
	*ret_ns = ns;
	return 0;
}

static const struct measure all_measures[] = {
	{ "open+read+close stat", "stat", 50, false, false, run_read },
	{ "open+read+close status", "status", 50, false, false, run_read },
	{ "open+read+close cmdline", "cmdline", 50, false, false, run_read },
	{ "open+read+close meminfo", "meminfo", 50, true, false, run_read },
	{ "stat(2) of a process", NULL, 50, false, false, run_stat },
	{ "readdir, an entry", NULL, 2, true, true, run_readdir },
	{ "ps -e", "-e", 1, true, true, run_ps },
	{ "ps aux", "aux", 1, true, true, run_ps },
};

const struct measure *measures(size_t *ret_n)
{
	*ret_n = sizeof(all_measures) / sizeof(all_measures[0]);
	return all_measures;
}
