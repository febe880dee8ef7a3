/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Entering the namespaces and the root directory of a client. */

#include "stand_enter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "fd.h"
#include "source.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

const struct stand_namespace stand_namespaces[STAND_N_NAMESPACES] = {
	{ STAND_UTS, "uts", CLONE_NEWUTS },    { STAND_IPC, "ipc", CLONE_NEWIPC },
	{ STAND_NET, "net", CLONE_NEWNET },    { STAND_CGROUP, "cgroup", CLONE_NEWCGROUP },
	{ STAND_TIME, "time", CLONE_NEWTIME }, { STAND_PID, "pid", CLONE_NEWPID },
	{ STAND_USER, "user", CLONE_NEWUSER },
};

/* These links are followed on purpose: they lead to nsfs, and to the client's root. */
static int open_link(const struct source *host, pid_t tid, const char *name, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%d/%s", tid, name);
	fd = openat(host->fd, path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int stand_door_open(const struct source *host, pid_t tid, unsigned contexts, struct stand_door *ret)
{
	struct stand_door d = { .contexts = contexts, .root_fd = -1 };
	char name[24];
	int r = 0;
	size_t i;

	for (i = 0; i < STAND_N_NAMESPACES; i++)
		d.ns_fd[i] = -1;
	for (i = 0; r >= 0 && i < STAND_N_NAMESPACES; i++) {
		if (!(contexts & stand_namespaces[i].context))
			continue;
		snprintf(name, sizeof(name), "ns/%s", stand_namespaces[i].name);
		r = d.ns_fd[i] = open_link(host, tid, name, O_RDONLY);
	}
	if (r >= 0 && contexts & STAND_ROOT)
		r = d.root_fd = open_link(host, tid, "root", O_PATH | O_DIRECTORY);
	if (r < 0) {
		stand_door_close(&d);
		return r == -ENOENT ? -ESRCH : r;
	}
	*ret = d;
	return 0;
}

void stand_door_close(struct stand_door *d)
{
	size_t i;

	for (i = 0; i < STAND_N_NAMESPACES; i++)
		d->ns_fd[i] = fd_close(d->ns_fd[i]);
	d->root_fd = fd_close(d->root_fd);
}

static int enter(const struct stand_door *d, size_t i)
{
	if (d->ns_fd[i] < 0)
		return 0;
	return setns(d->ns_fd[i], stand_namespaces[i].type) < 0 ? -errno : 0;
}

int stand_door_enter(const struct stand_door *d)
{
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < STAND_N_NAMESPACES; i++) {
		/* ESRCH is of the task that the directory belongs to, as in procfs: Chromium's sandbox has such a root. */
		if (stand_namespaces[i].context == STAND_USER && d->root_fd >= 0 &&
		    (fchdir(d->root_fd) < 0 || chroot(".") < 0))
			r = -errno;
		if (r == 0 && stand_namespaces[i].context != STAND_PID)
			r = enter(d, i);
	}
	return r;
}

int stand_door_enter_pid(const struct stand_door *d)
{
	size_t i;

	for (i = 0; i < STAND_N_NAMESPACES; i++) {
		if (stand_namespaces[i].context == STAND_PID)
			return enter(d, i);
	}
	return 0;
}
