/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keeper: mounts, has a worker serve, unmounts. */

#include "keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd.h"
#include "fault.h"
#include "fd.h"
#include "mountpoint.h"
#include "portal.h"
#include "supervise.h"
#include "view.h"
#include "view_args.h"
#include "view_open.h"
#include "worker.h"

#define COMMAND "mount"

/* A worker whose file system is unmounted ends at once, unless another namespace has a copy of it. */
#define WORKER_MS 1000

struct keeper {
	const struct keeper_config *config;
	char *dir; /* absolute, without links */
	struct view *view;
	struct worker worker;
	struct portal portal;
	struct mountpoint_id id;
	bool mounted;
	int signal_fd;
};

static int find_dir(struct keeper *k, struct fault *fault)
{
	struct mountpoint_id id;

	k->dir = realpath(k->config->dir, NULL);
	if (!k->dir)
		return fault_set(fault, -errno,
				 errno == ENOENT ? "make the directory first: mkdir -p DIR" : NULL,
				 "mount on %s", k->config->dir);
	if (strcmp(k->dir, "/proc") == 0)
		return fault_set(fault, -EBUSY, "use nsprocfs run",
				 "mount on %s: it would cover our own", k->dir);
	if (mountpoint_find(k->dir, &id) == 0)
		return fault_set(fault, -EBUSY, "unmount it first: umount DIR",
				 "mount on %s: a view is mounted there", k->dir);
	return 0;
}

static int open_view(struct keeper *k, struct fault *fault)
{
	return view_open(k->config->view, &k->view, fault);
}

/* By ourselves where we may, else by fusermount3, which is set-user-ID root. */
static int mount_dir(struct keeper *k, int *ret_fuse_fd, struct fault *fault)
{
	unsigned flags = k->config->view->writable ? 0 : MOUNTPOINT_READ_ONLY;
	AUTO_FD int fd = -1;
	int r;

	/* A server that is not root cannot act with the rights of others. */
	if (geteuid() == 0)
		flags |= MOUNTPOINT_ALLOW_OTHER;

	r = mountpoint_open_fuse(&fd, fault);
	worker_expect_mount(&k->worker);
	if (r == 0)
		r = mountpoint_mount(fd, k->dir, flags, fault);
	if ((r == -EPERM || r == -EACCES) && geteuid() != 0) {
		fault_clear(fault);
		fd = fd_close(fd);
		r = mountpoint_fusermount(k->dir, flags, &fd, fault);
	}
	if (r < 0)
		return r;
	*ret_fuse_fd = fd_steal(&fd);
	return 0;
}

static int mount_and_serve(struct keeper *k, struct fault *fault)
{
	AUTO_FD int fuse_fd = -1;
	int r;

	r = mount_dir(k, &fuse_fd, fault);
	if (r < 0)
		return r;
	r = mountpoint_find(k->dir, &k->id);
	if (r < 0)
		return fault_set(fault, r, NULL, "find the mount on %s again", k->dir);
	k->mounted = true;
	return worker_serve(&k->worker, fd_steal(&fuse_fd), &k->id, fault);
}

static int set_up(struct keeper *k, struct fault *fault)
{
	struct worker_config worker = { .users_fd = -1,
					.starters_fd = k->config->ready_fd,
					.patience_ms = k->config->patience_ms,
					.keep_stderr = k->config->ready_fd < 0 };
	int r;

	r = find_dir(k, fault);
	if (r == 0)
		r = open_view(k, fault);
	if (r < 0)
		return r;
	if (chdir("/") < 0)
		return fault_set(fault, -errno, NULL, "change to /");
	k->signal_fd = supervise_block_signals();
	if (k->signal_fd < 0)
		return fault_set(fault, k->signal_fd, NULL, "receive signals (signalfd)");
	portal_prepare(&k->portal, k->view, k->dir);
	worker.view = k->view;
	worker.dir = k->dir;
	worker.portal_fd = k->portal.keeper;
	r = worker_start(&worker, &k->worker, fault);
	portal_started(&k->portal);
	return r < 0 ? r : mount_and_serve(k, fault);
}

/* A mount outlives its command line: say what it shows. */
static void announce(const struct keeper *k)
{
	const struct view_args *args = k->config->view;

	view_announce(COMMAND, args, k->view, args->source == CHOOSE_AUTO && !args->tree);
}

/* Returns false if nobody waits for the view any more. */
static bool report_ready(const struct keeper *k)
{
	bool wanted;

	if (k->config->ready_fd < 0)
		return true;
	supervise_drop_streams(STDERR_FILENO + 1);
	wanted = fd_write_all(k->config->ready_fd, "", 1) == 0;
	fd_close(k->config->ready_fd);
	return wanted;
}

/* What the options choose, their file read anew; what `set` has chosen since is forgotten. On failure all stays. */
static void choose_again(const struct keeper *k)
{
	struct view_args args = *k->config->view;
	struct fault fault = { 0 };
	unsigned files;
	int r = 0;

	if (args.resources.file)
		r = resource_choice_read(args.resources.file, &args.resources, &fault);
	files = view_args_resource_files(&args);
	if (r == 0)
		r = view_choose_resources(k->view, files);
	/* The machine's are what is shown where there are no others. */
	if (r == -EOPNOTSUPP && files == 0)
		return;
	if (r < 0) {
		fault_set(&fault, r, NULL, "choose resources");
		cmd_fail(COMMAND, &fault, 0);
	}
}

/* Returns whether a signal tells us to end. */
static bool read_signals(const struct keeper *k)
{
	struct signalfd_siginfo s;

	while (supervise_next_signal(k->signal_fd, &s)) {
		switch (s.ssi_signo) {
		case SIGTERM:
		case SIGINT:
		case SIGQUIT:
			return true;
		case SIGHUP:
			/* Of its terminal: as for every command of it. */
			if (s.ssi_code == SI_KERNEL)
				return true;
			choose_again(k);
			break;
		case SIGTSTP:
			raise(SIGSTOP);
			break;
		default:
			break;
		}
	}
	return false;
}

/* The worker is killed; if a thread of it waits for the view itself, only this ends it. */
static int abort_view(const struct keeper *k, const struct fault *fault)
{
	mountpoint_abort(k->dir, &k->id);
	return fault->r;
}

/*
 * Until something ends the view. Returns 0, or with a fault -ECONNRESET if the worker died, -ETIME if it
 * answered nothing.
 */
static int watch(struct keeper *k, struct fault *fault)
{
	struct pollfd fds[] = {
		{ .fd = k->signal_fd, .events = POLLIN },
		{ .fd = view_target_pidfd(k->view), .events = POLLIN },
		{ .events = POLLIN },
	};

	for (;;) {
		if (read_signals(k))
			return 0;
		if (worker_has_ended(&k->worker, fault))
			return fault->r; /* 0: somebody has unmounted it */
		if (worker_has_stalled(&k->worker, fault))
			return abort_view(k, fault);
		fds[2].fd = k->portal.keeper;
		if (poll(fds, 3, worker_wait_ms(&k->worker)) <= 0)
			continue;
		if (fds[1].revents)
			return 0;
		if (fds[2].revents)
			portal_answer(&k->portal);
	}
}

static int clear(struct keeper *k, struct fault *fault)
{
	int r = 0;

	if (k->mounted)
		r = mountpoint_unmount(-1, k->dir, &k->id);
	if (r == -ENOENT)
		r = 0;
	portal_close(&k->portal);
	worker_end(&k->worker, WORKER_MS);
	view_free(k->view);
	k->signal_fd = fd_close(k->signal_fd);
	if (r < 0)
		fault_set(fault, r,
			  r == -EBUSY ? "another mount lies above it: unmount that, then this"
				      : NULL,
			  "unmount %s", k->dir);
	free(k->dir);
	return r;
}

int keeper_run(const struct keeper_config *config)
{
	struct keeper k = {
		.config = config, .worker = WORKER_NULL, .portal = PORTAL_NULL, .signal_fd = -1
	};
	struct fault fault = { 0 };
	int r;

	r = set_up(&k, &fault);
	if (r == 0)
		announce(&k);
	if (r == 0 && report_ready(&k))
		r = watch(&k, &fault);
	if (clear(&k, &fault) < 0 || r < 0)
		return cmd_fail(COMMAND, &fault, EXIT_FAILURE);
	return EXIT_SUCCESS;
}
