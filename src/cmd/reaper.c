/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The reaper: makes the mount namespace, executes the command, ends what that leaves behind. */

#include "reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "init.h"
#include "isolate.h"
#include "mountpoint.h"
#include "run_devices.h"
#include "source.h"
#include "supervise.h"

/* Processes die in a moment, unless they wait for a server that does not answer. */
#define KILL_MS	 1000
#define STUCK_MS 5000

struct reaper {
	const struct reaper_config *config;
	struct isolate isolate;
	int signal_fd;
	int host_tree; /* the /proc of before, detached */
	int exec_fd;   /* from the command's process: the errno of execve(2), or the end */
	pid_t command; /* 0: not started, or reaped */
	int status;    /* its wait status */
};

static void tell(const struct reaper *reaper, const struct run_message *m, int fd)
{
	fd_send(reaper->config->socket, m, sizeof(*m), fd);
}

/*
 * What is forked from here on is in the namespace. We are not: so we mount from outside of it, and FUSE
 * tells clients by their numbers out here (fs/fuse/inode.c, fuse_fill_super_common()).
 */
static int make_namespace(struct reaper *reaper, struct fault *fault)
{
	struct run_message m = { .kind = RUN_NAMESPACE };
	AUTO_FD int users_fd = -1;
	int r = 0;

	if (!reaper->config->unshare_pid)
		return 0;
	if (reaper->isolate.in_userns)
		r = isolate_open_users(&users_fd);
	if (r < 0)
		return fault_set(fault, r, NULL, "open our user namespace");
	r = init_start(&m.value, fault);
	if (r == 0)
		tell(reaper, &m, users_fd);
	return r;
}

/* From here on the directory, as a rule /proc, is the view: until it is served, nobody may look at it. */
static int mount_view(struct reaper *reaper, struct fault *fault)
{
	struct run_message m = { .kind = RUN_MOUNTED };
	AUTO_FD int fuse_fd = -1;
	int r;

	r = isolate_mounts(&reaper->isolate, fault);
	if (r == 0)
		r = make_namespace(reaper, fault);
	if (r < 0)
		return r;
	r = isolate_clone_procfs(&reaper->host_tree);
	if (r < 0)
		return fault_set(fault, r, NULL, "copy the mount of /proc");
	r = mountpoint_open_fuse(&fuse_fd, fault);
	if (r < 0)
		return r;
	r = mountpoint_mount(fuse_fd, reaper->config->dir,
			     (reaper->config->writable ? 0 : MOUNTPOINT_READ_ONLY) |
				     MOUNTPOINT_STACK | MOUNTPOINT_ALLOW_OTHER,
			     fault);
	if (r == 0)
		tell(reaper, &m, fuse_fd);
	return r;
}

static void attach_portal(struct reaper *reaper, const struct run_message *order, int tree_fd)
{
	struct run_message m = { .kind = RUN_WARNING };
	int r;

	r = isolate_attach(tree_fd >= 0 ? tree_fd : reaper->host_tree, reaper->config->dir,
			   order->path);
	if (r == 0)
		return;
	fault_set(&m.fault, r, "links such as pipe:[1] can be read but not followed",
		  "mount on %s/%s", reaper->config->dir, order->path);
	tell(reaper, &m, -1);
}

/*
 * Mounts what belongs into the view, until the command is to be started. False: it failed, or without a fault, there is
 * no supervisor.
 */
static bool follow_orders(struct reaper *reaper, struct fault *fault)
{
	for (;;) {
		AUTO_FD int fd = -1;
		struct run_message m;

		if (fd_receive(reaper->config->socket, &m, sizeof(m), &fd) != sizeof(m))
			return false;
		if (m.kind == RUN_START)
			return true;
		if (m.kind == RUN_PORTAL)
			attach_portal(reaper, &m, fd);
		if (m.kind == RUN_DEVICES &&
		    run_devices_cover(reaper->config->dir, m.path, fault) < 0)
			return false;
	}
}

/* In the command's process. */
static _Noreturn void execute(const struct reaper *reaper, int report_fd)
{
	char *const *argv = reaper->config->argv;
	int r;

	r = isolate_drop(&reaper->isolate);
	supervise_restore_signals(reaper->config->signals);
	if (r == 0) {
		execvp(argv[0], argv);
		r = -errno;
	}
	fd_write_all(report_fd, &r, sizeof(r));
	_exit(EXIT_FAILURE);
}

static int start_command(struct reaper *reaper, struct fault *fault)
{
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return fault_set(fault, -errno, NULL, "make a pipe");
	reaper->command = fork();
	if (reaper->command == 0)
		execute(reaper, pipe_fds[1]);
	close(pipe_fds[1]);
	reaper->exec_fd = pipe_fds[0];
	if (reaper->command < 0)
		return fault_set(fault, -errno, NULL, "start a process for the command");
	return 0;
}

/* The files of our caller are the command's now. */
static void let_go(struct reaper *reaper)
{
	const struct reaper_config *config = reaper->config;
	int keep[] = { config->socket, config->supervisor, config->host->fd, reaper->signal_fd,
		       reaper->exec_fd };

	reaper->host_tree = fd_close(reaper->host_tree);
	supervise_drop_streams(STDERR_FILENO + 1);
	supervise_close_others(keep, sizeof(keep) / sizeof(keep[0]));
	/* We are not in the command's namespace, and none in there may speak through us. */
	if (config->unshare_pid)
		isolate_shut();
}

/* execve(2) has succeeded (the pipe was closed by it), or says why not. */
static void on_exec(struct reaper *reaper)
{
	struct run_message m = { .kind = RUN_STARTED };
	int r;

	if (read(reaper->exec_fd, &r, sizeof(r)) == sizeof(r)) {
		m.kind = RUN_CANNOT;
		fault_set(&m.fault, r, NULL, "%s", reaper->config->argv[0]);
	}
	reaper->exec_fd = fd_close(reaper->exec_fd);
	tell(reaper, &m, -1);
}

/*
 * The supervisor stops and goes on with the command, so that a shell sees its job stop. SIGSTOP, not the
 * command's own stop signal: it cannot be blocked, so a following SIGCONT is always the later one.
 */
static void on_change(struct reaper *reaper, int status)
{
	if (WIFSTOPPED(status)) {
		supervise_signal(reaper->config->supervisor, SIGSTOP);
	} else if (WIFCONTINUED(status)) {
		supervise_signal(reaper->config->supervisor, SIGCONT);
	} else {
		reaper->command = 0;
		reaper->status = status;
	}
}

static void on_signals(struct reaper *reaper)
{
	struct signalfd_siginfo s;
	int status;
	pid_t pid;

	while (supervise_next_signal(reaper->signal_fd, &s))
		;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED | __WALL)) > 0) {
		if (pid == reaper->command)
			on_change(reaper, status);
	}
}

/* Returns false if the supervisor has died, or wants us to end. */
static bool on_order(struct reaper *reaper)
{
	AUTO_FD int none = -1;
	struct run_message m;

	if (fd_receive(reaper->config->socket, &m, sizeof(m), &none) != sizeof(m))
		return false;
	if (m.kind == RUN_SIGNAL && reaper->command > 0)
		kill(reaper->command, m.value);
	return true;
}

/* Until the command has ended or has to. */
static void watch(struct reaper *reaper)
{
	struct pollfd fds[] = {
		{ .fd = reaper->signal_fd, .events = POLLIN },
		{ .fd = reaper->config->socket, .events = POLLIN },
		{ .fd = reaper->exec_fd, .events = POLLIN },
	};

	while (reaper->command > 0) {
		if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
			continue;
		if (fds[2].revents) {
			on_exec(reaper);
			fds[2].fd = -1;
		}
		if (fds[0].revents)
			on_signals(reaper);
		if (fds[1].revents && !on_order(reaper))
			return;
	}
	if (reaper->exec_fd >= 0)
		on_exec(reaper);
}

/* Ends all that the command has started. */
static void clear(struct reaper *reaper)
{
	struct run_message m = { .kind = RUN_STUCK };
	unsigned left = 0;
	int r;

	r = supervise_kill_all(reaper->config->host, KILL_MS, &left);
	if (r == -ETIMEDOUT) {
		/* Somebody waits for an answer of the view (fs/fuse/dev.c, request_wait_answer()). */
		tell(reaper, &m, -1);
		umount2(reaper->config->dir, MNT_FORCE);
		r = supervise_kill_all(reaper->config->host, STUCK_MS, &left);
	}
	if (r == 0)
		return;
	m.kind = RUN_WARNING;
	fault_set(&m.fault, r, NULL, "kill %u processes the command has left behind", left);
	tell(reaper, &m, -1);
}

static void fail(struct reaper *reaper, const struct fault *fault)
{
	struct run_message m = { .kind = RUN_FAILED, .fault = *fault };

	clear(reaper);
	tell(reaper, &m, -1);
	_exit(EXIT_FAILURE);
}

/* Ends by _exit(2): what is done at exit(3), say by a leak checker, may look into /proc, our own mount. */
_Noreturn void reaper_main(const struct reaper_config *config)
{
	struct reaper reaper = { .config = config, .host_tree = -1, .exec_fd = -1 };
	struct run_message m = { .kind = RUN_ENDED };
	struct fault fault = { 0 };

	reaper.signal_fd = supervise_block_signals();
	if (reaper.signal_fd < 0)
		fault_set(&fault, reaper.signal_fd, NULL, "receive signals (signalfd)");
	else if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		fault_set(&fault, -errno, NULL, "become the parent of orphans");
	else
		mount_view(&reaper, &fault);
	if (fault.r < 0)
		fail(&reaper, &fault);
	if (!follow_orders(&reaper, &fault)) {
		if (fault.r < 0)
			fail(&reaper, &fault);
		clear(&reaper);
		_exit(EXIT_FAILURE);
	}
	if (start_command(&reaper, &fault) < 0)
		fail(&reaper, &fault);
	let_go(&reaper);
	watch(&reaper);
	clear(&reaper);
	m.value = reaper.status;
	tell(&reaper, &m, -1);
	_exit(EXIT_SUCCESS);
}
