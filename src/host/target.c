/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pid namespace a view shows: from a process or from a file. */

#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "nsfs.h"
#include "pidmap.h"
#include "pidmap_nspid.h"
#include "source.h"
#include "status.h"

#define ADVICE_NO_SUCH \
	"is it a number of this pid namespace? `lsns -t pid` lists the ones there are"
#define ADVICE_HIDDEN  "run as root: /proc is mounted with hidepid="
#define ADVICE_OWN     "it is in no other pid namespace, so its /proc is this /proc"
#define ADVICE_RIGHTS  "run as root or as the user who owns the container"
#define ADVICE_FILE    "give a pid namespace: /proc/PID/ns/pid, or a file it is bind-mounted on"
#define ADVICE_OUTSIDE "run in the pid namespace above it, or further up"

void target_close(struct target *t)
{
	t->pidns_fd = fd_close(t->pidns_fd);
	t->init_pidfd = fd_close(t->init_pidfd);
}

/* By the process itself, where the host source cannot have magic links (a view of ours). Linux 6.11. */
static int open_ns_by_pidfd(pid_t pid)
{
	AUTO_FD int pidfd = -1;
	int fd;

	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		return -errno;
	fd = ioctl(pidfd, PIDFD_GET_PID_NS, 0);
	return fd < 0 ? -errno : fd;
}

/*
 * The pid namespace of a process. ns/pid is the one link that is followed: ns/ is reached inside the
 * source, and the kernel's link leads to nsfs.
 */
static int open_ns(const struct source *host, pid_t pid)
{
	AUTO_FD int dir = -1;
	char path[32];
	int fd, r;

	snprintf(path, sizeof(path), "%d/ns", pid);
	dir = source_openat(host, -1, path, O_PATH | O_DIRECTORY);
	if (dir < 0)
		return dir;
	fd = openat(dir, "pid", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd >= 0)
		return fd;
	r = -errno;
	fd = open_ns_by_pidfd(pid);
	return fd < 0 ? r : fd;
}

static bool is_pidns(int fd)
{
	return ioctl(fd, NSFS_GET_NSTYPE) == CLONE_NEWPID;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* How many steps up our own namespace is. Returns 0 for our own, -ENOENT if it is not above. */
static int count_levels(const struct source *host, int pidns_fd)
{
	AUTO_FD int own = -1;
	AUTO_FD int at = -1;
	struct stat ours, st;
	int level, up;

	own = open_ns(host, getpid());
	if (own < 0)
		return own;
	at = fcntl(pidns_fd, F_DUPFD_CLOEXEC, 0);
	if (at < 0 || fstat(own, &ours) < 0)
		return -errno;
	for (level = 0; level < STATUS_COLUMNS_MAX; level++) {
		if (fstat(at, &st) < 0)
			return -errno;
		if (same_file(&st, &ours))
			return level;
		up = ioctl(at, NSFS_GET_PARENT);
		if (up < 0)
			return errno == EPERM ? -ENOENT : -errno;
		fd_close(at);
		at = up;
	}
	return -ENOENT;
}

/* By a task that is as deep, and whose namespace may be seen: an init is in the namespace of its children. */
static int identify_by_init(const struct source *host, pid_t tid, struct stat *ret)
{
	AUTO_FD int fd = -1;
	unsigned level;
	ino_t inode = 0;
	pid_t init = 0;
	int r;

	r = pidmap_nspid_find(host, tid, &inode, &level, &init, NULL);
	if (r == -EXDEV)
		init = getpid();
	else if (r < 0)
		return r;
	fd = init > 0 ? open_ns(host, init) : -EACCES;
	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

int target_identify(const struct source *host, pid_t tid, struct stat *ret)
{
	char path[32];
	int r;

	/* One system call for every request: the link, and nothing before it, is followed out of the source. */
	snprintf(path, sizeof(path), "%d/ns/pid", tid);
	if (fstatat(host->fd, path, ret, 0) == 0)
		return 0;
	r = -errno;
	return r == -EACCES || r == -EPERM ? identify_by_init(host, tid, ret) : r;
}

/* The number of the namespace's init in ours; 0 if it is dead or cannot be found. */
static pid_t find_init(const struct source *host, const struct target *t)
{
	struct pidmap *map;
	pid_t init;
	int r = -1;

	if (t->pidns_fd >= 0)
		r = ioctl(t->pidns_fd, NSFS_GET_PID_FROM_PIDNS, 1);
	if (r > 0 || (t->pidns_fd >= 0 && errno == ESRCH))
		return r > 0 ? r : 0;
	if (pidmap_nspid_new(host, t->pidns_inode, t->level, 0, &map) < 0)
		return 0;
	init = pidmap_from_view(map, 1);
	pidmap_free(map);
	return init;
}

/* The process is still what it was before its pidfd was opened, so the pidfd is not a successor's. */
static bool is_init(const struct source *host, const struct target *t)
{
	struct status st;
	char name[16];

	if (t->pidns_fd >= 0 && ioctl(t->pidns_fd, NSFS_GET_PID_FROM_PIDNS, 1) == t->init_pid)
		return true;
	snprintf(name, sizeof(name), "%d", t->init_pid);
	return status_read(host, -1, name, &st) == 0 && st.n_columns == t->level + 1 &&
	       st.nspid[t->level] == 1;
}

static void open_init(const struct source *host, struct target *t)
{
	if (t->init_pid <= 0)
		return;
	t->init_pidfd = (int)syscall(SYS_pidfd_open, t->init_pid, 0);
	if (t->init_pidfd >= 0 && !is_init(host, t)) {
		t->init_pidfd = fd_close(t->init_pidfd);
		t->init_pid = 0;
	}
}

/* Fills a target from an open namespace; consumes fd. what names it in messages. */
static int from_ns(const struct source *host, int fd, const char *what, struct target *ret,
		   struct fault *fault)
{
	struct target t = TARGET_NULL;
	struct stat st;
	int level;

	t.pidns_fd = fd;
	level = count_levels(host, fd);
	if (level > 0 && fstat(fd, &st) == 0) {
		t.pidns_inode = st.st_ino;
		t.level = (unsigned)level;
		t.init_pid = find_init(host, &t);
		open_init(host, &t);
		*ret = t;
		return 0;
	}
	target_close(&t);
	if (level == 0)
		return fault_set(fault, -EXDEV, ADVICE_OWN, "%s is our own pid namespace", what);
	return fault_set(fault, level, level == -ENOENT ? ADVICE_OUTSIDE : NULL,
			 "%s is no pid namespace below ours", what);
}

/* Where the namespace cannot be opened: by what status tells everybody. */
static int from_status(const struct source *host, pid_t pid, int error, struct target *ret,
		       struct fault *fault)
{
	struct target t = TARGET_NULL;
	int r;

	r = pidmap_nspid_find(host, pid, &t.pidns_inode, &t.level, &t.init_pid, NULL);
	if (r == -EXDEV)
		return fault_set(fault, r, ADVICE_OWN, "pid %d is in our own pid namespace", pid);
	if (r < 0 || t.init_pid == 0)
		return fault_set(fault, error, ADVICE_RIGHTS, "open pid namespace of pid %d", pid);
	open_init(host, &t);
	*ret = t;
	return 0;
}

/* There is no directory of the process in /proc: none there, or hidden from us. */
static int no_process(pid_t pid, struct fault *fault)
{
	if (pid > 0 && (kill(pid, 0) == 0 || errno == EPERM))
		return fault_set(fault, -EACCES, ADVICE_HIDDEN, "pid %d is hidden", pid);
	return fault_set(fault, -ESRCH, ADVICE_NO_SUCH, "pid %d", pid);
}

int target_from_pid(const struct source *host, pid_t pid, struct target *ret, struct fault *fault)
{
	char what[48];
	struct stat st;
	int fd;

	snprintf(what, sizeof(what), "%d", pid);
	if (pid <= 0 || source_stat(host, -1, what, &st) == -ENOENT)
		return no_process(pid, fault);
	fd = open_ns(host, pid);
	if (fd < 0 && source_stat(host, -1, what, &st) == -ENOENT)
		return no_process(pid, fault);
	if (fd < 0)
		return from_status(host, pid, fd, ret, fault);
	snprintf(what, sizeof(what), "pid namespace of pid %d", pid);
	return from_ns(host, fd, what, ret, fault);
}

int target_from_file(const struct source *host, const char *path, struct target *ret,
		     struct fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fault_set(fault, -errno, errno == EACCES ? ADVICE_RIGHTS : ADVICE_FILE,
				 "open %s", path);
	if (!is_pidns(fd)) {
		fd_close(fd);
		return fault_set(fault, -EINVAL, ADVICE_FILE, "%s is no pid namespace", path);
	}
	return from_ns(host, fd, path, ret, fault);
}
