/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The supervisor: the process of `run` that the user started. */

#include "supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd.h"
#include "fault.h"
#include "fd.h"
#include "reaper.h"
#include "relay.h"
#include "run_portal.h"
#include "source.h"
#include "supervise.h"
#include "view_args.h"
#include "view_open.h"
#include "worker.h"

#define COMMAND "run"

/* The last reference to the mount goes with the reaper, then the worker has nothing to do. */
#define WORKER_MS 1000
/* More than the reaper's own patience. */
#define REAPER_MS 10000

struct run {
	const struct supervisor_config *config;
	struct source host;
	struct view_args view_args; /* the caller's, or of the new namespace */
	int users_fd;		    /* where the view's clients are; -1: where we are */
	struct view *view;
	struct worker worker;
	pid_t reaper;
	int socket; /* to the reaper */
	int signal_fd;
	bool started;	 /* the command exists, and gets what the terminal sends */
	bool aborted;	 /* the worker has died */
	bool ended;	 /* the command has */
	int wait_status; /* of the command */
	int exit_status; /* ours, if it is not the command's; 0 */
};

/* The next message, which must be of this kind. */
static int receive(struct run *run, enum run_message_kind kind, struct run_message *ret,
		   int *ret_fd, struct fault *fault)
{
	ssize_t n;

	n = fd_receive(run->socket, ret, sizeof(*ret), ret_fd);
	if (n == sizeof(*ret) && ret->kind == RUN_FAILED)
		*fault = ret->fault;
	else if (n != sizeof(*ret) || ret->kind != kind)
		fault_set(fault, -ECONNRESET, NULL, "the process that mounts died");
	return fault->r;
}

static int start_reaper(struct run *run, struct fault *fault)
{
	struct reaper_config config = { .argv = run->config->command,
					.signals = run->config->signals,
					.host = &run->host,
					.writable = run->config->view->writable,
					.dir = run->config->dir,
					.unshare_pid = run->config->unshare_pid };
	AUTO_FD int self = -1;
	int pair[2];

	self = supervise_open(getpid());
	if (self < 0)
		return fault_set(fault, self, NULL, "open our own process (pidfd)");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fault_set(fault, -errno, NULL, "make a socket pair");
	run->reaper = fork();
	if (run->reaper == 0) {
		close(pair[0]);
		config.socket = pair[1];
		config.supervisor = self;
		reaper_main(&config);
	}
	close(pair[1]);
	run->socket = pair[0];
	if (run->reaper < 0)
		return fault_set(fault, -errno, NULL, "start a process");
	return 0;
}

/* The namespace is gone if the reaper has failed since, and that is what is to be told. */
static void ask_reaper(struct run *run, struct fault *fault)
{
	struct fault why = { 0 };
	AUTO_FD int none = -1;
	struct run_message m;

	if (receive(run, RUN_MOUNTED, &m, &none, &why) < 0)
		*fault = why;
}

static int open_view(struct run *run, struct fault *fault)
{
	bool unshare_pid = run->config->unshare_pid;
	struct run_message m;
	int r = 0;

	run->view_args = *run->config->view;
	if (unshare_pid) {
		r = receive(run, RUN_NAMESPACE, &m, &run->users_fd, fault);
		if (r < 0)
			return r;
		run->view_args.target = m.value;
	}
	r = view_open(&run->view_args, &run->view, fault);
	if (r < 0) {
		if (unshare_pid)
			ask_reaper(run, fault);
		return fault->r;
	}
	view_announce(COMMAND, &run->view_args, run->view, false);
	/* With a namespace of its own the command is a member. */
	if (unshare_pid)
		return view_add_portal(run->view, run->reaper, fault);
	return view_add_guests(run->view, run->reaper, fault);
}

/* Everything but the command. On failure the caller ends what has been started. */
static int set_up(struct run *run, struct fault *fault)
{
	struct worker_config worker = { .users_fd = -1,
					.portal_fd = -1,
					.keep_stderr = true,
					.patience_ms = run->config->patience_ms };
	AUTO_FD int fuse_fd = -1;
	struct run_message m;
	int keep[2];
	int r;

	r = source_open_host(&run->host, fault);
	if (r < 0)
		return r;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return fault_set(fault, -errno, NULL, "become the parent of orphans");
	r = start_reaper(run, fault);
	if (r < 0)
		return r;
	keep[0] = run->host.fd;
	keep[1] = run->socket;
	supervise_drop_streams(STDERR_FILENO);
	supervise_close_others(keep, 2);
	r = open_view(run, fault);
	if (r < 0)
		return r;
	worker.view = run->view;
	worker.starters_fd = run->socket;
	worker.users_fd = run->users_fd;
	r = worker_start(&worker, &run->worker, fault);
	if (r < 0)
		return r;
	r = receive(run, RUN_MOUNTED, &m, &fuse_fd, fault);
	if (r < 0)
		return r;
	return worker_serve(&run->worker, fd_steal(&fuse_fd), NULL, fault);
}

static void send_order(struct run *run, enum run_message_kind kind, int value)
{
	struct run_message m = { .kind = kind, .value = value };

	fd_send(run->socket, &m, sizeof(m), -1);
}

/* Signals are events from here on: the command may get them. */
static int start_command(struct run *run, struct fault *fault)
{
	int r;

	r = run_portal_order(run->socket, run->view, fault);
	if (r < 0)
		return fault_set(fault, r, NULL, "prepare the links of the view");
	view_free(run->view);
	run->view = NULL;
	run->signal_fd = supervise_block_signals();
	if (run->signal_fd < 0)
		return fault_set(fault, run->signal_fd, NULL, "receive signals (signalfd)");
	send_order(run, RUN_START, 0);
	return 0;
}

static void abort_view(struct run *run, struct fault *fault)
{
	fault->advice = "so the command was killed";
	run->aborted = true;
	run->exit_status = cmd_fail(COMMAND, fault, EXIT_RUN_FAILED);
	shutdown(run->socket, SHUT_WR);
}

static void on_signals(struct run *run)
{
	struct fault fault = { 0 };
	struct signalfd_siginfo s;

	while (supervise_next_signal(run->signal_fd, &s)) {
		/* The reaper's own SIGCONT says that the command goes on already. */
		if (s.ssi_signo == SIGCONT && s.ssi_pid == (uint32_t)run->reaper)
			continue;
		if (supervise_is_ours(&s) || (!run->started && s.ssi_signo != SIGCHLD))
			send_order(run, RUN_SIGNAL, (int)s.ssi_signo);
	}
	/* No fault: the command has unmounted its /proc, which is its own business. */
	if (worker_has_ended(&run->worker, &fault) && fault.r < 0 && !run->ended && !run->aborted)
		abort_view(run, &fault);
}

/* Whoever hangs in the view then, the worker's own threads too, is freed by the reaper (MNT_FORCE). */
static void on_time(struct run *run)
{
	struct fault fault = { 0 };

	if (!run->ended && !run->aborted && worker_has_stalled(&run->worker, &fault))
		abort_view(run, &fault);
}

static void on_message(struct run *run, const struct run_message *m)
{
	switch (m->kind) {
	case RUN_STARTED:
		run->started = true;
		break;
	case RUN_CANNOT:
		run->exit_status =
			cmd_fail(COMMAND, &m->fault,
				 m->fault.r == -ENOENT ? EXIT_RUN_MISSING : EXIT_RUN_CANNOT);
		break;
	case RUN_FAILED:
		run->ended = true;
		run->exit_status = cmd_fail(COMMAND, &m->fault, EXIT_RUN_FAILED);
		break;
	case RUN_WARNING:
		cmd_fail(COMMAND, &m->fault, 0);
		break;
	case RUN_STUCK:
		worker_end(&run->worker, 0);
		break;
	case RUN_ENDED:
		run->ended = true;
		run->wait_status = m->value;
		break;
	case RUN_NAMESPACE:
	case RUN_MOUNTED:
	case RUN_PORTAL:
	case RUN_DEVICES:
	case RUN_START:
	case RUN_SIGNAL:
		break;
	}
}

/* Until the reaper has said all, or has died. */
static void watch(struct run *run)
{
	struct pollfd fds[] = {
		{ .fd = run->socket, .events = POLLIN },
		{ .fd = run->signal_fd, .events = POLLIN },
	};

	/* The worker may have died before there were signals to tell it. */
	on_signals(run);
	for (;;) {
		AUTO_FD int none = -1;
		struct run_message m;

		on_time(run);
		if (poll(fds, 2, worker_wait_ms(&run->worker)) < 0)
			continue;
		if (fds[1].revents)
			on_signals(run);
		if (!fds[0].revents)
			continue;
		if (fd_receive(run->socket, &m, sizeof(m), &none) != sizeof(m))
			return;
		on_message(run, &m);
	}
}

/* The reaper was killed: what it had is ours now. */
static void reap(struct run *run)
{
	static const struct fault died = {
		.what = "the process that watched over the command died, so the command was killed"
	};
	struct fault fault = { 0 };
	unsigned left = 0;
	int r;

	if (!run->aborted)
		run->exit_status = cmd_fail(COMMAND, &died, EXIT_RUN_FAILED);
	/* Who waits for the view can only be killed when its device is closed. */
	worker_end(&run->worker, 0);
	r = supervise_kill_all(&run->host, REAPER_MS, &left);
	run->reaper = 0;
	if (r == 0)
		return;
	fault_set(&fault, r, NULL, "kill %u processes the command has left behind", left);
	cmd_fail(COMMAND, &fault, 0);
}

static void clear(struct run *run)
{
	run->socket = fd_close(run->socket);
	if (run->reaper > 0)
		supervise_end(run->reaper, REAPER_MS);
	worker_end(&run->worker, WORKER_MS);
	view_free(run->view);
	source_close(&run->host);
	run->users_fd = fd_close(run->users_fd);
	run->signal_fd = fd_close(run->signal_fd);
}

int supervisor_run(const struct supervisor_config *config)
{
	struct run run = { .config = config,
			   .host = SOURCE_NULL,
			   .users_fd = -1,
			   .worker = WORKER_NULL,
			   .socket = -1,
			   .signal_fd = -1 };
	struct fault fault = { 0 };
	int r;

	r = set_up(&run, &fault);
	if (r == 0)
		r = start_command(&run, &fault);
	if (r < 0) {
		clear(&run);
		return cmd_fail(COMMAND, &fault, EXIT_RUN_FAILED);
	}
	watch(&run);
	if (!run.ended)
		reap(&run);
	clear(&run);
	return run.exit_status ? run.exit_status : relay_status(run.wait_status);
}
