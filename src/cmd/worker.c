/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The worker: the process that holds the source and answers the requests. */

#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "fault.h"
#include "fd.h"
#include "identity.h"
#include "isolate.h"
#include "mountpoint.h"
#include "serve.h"
#include "stand.h"
#include "supervise.h"
#include "view.h"
#include "view_open.h"
#include "views.h"

/* What the worker works with. */
struct job {
	const struct worker_config *config;
	int socket;
	int starter;   /* pidfd of the process that started us */
	int mounts_fd; /* its mount namespace; -1 if we are in it */
	struct watchdog *watchdog;
	struct mountpoint_id id;
};

/* To the worker, before there can be a mount on its directory. A byte otherwise: nothing is to be served. */
#define EXPECT_MOUNT 'm'

/* From the worker: a single byte (serve.h) says that it serves; else why it does not. */
union answer {
	char ready;
	struct fault fault;
};

/* The starter died while it mounted, perhaps after it had, but before it could tell us what. */
static void clear_unknown(const struct job *job)
{
	const char *dir = job->config->dir;
	struct mountpoint_id id;

	if (job->mounts_fd >= 0 && isolate_enter(job->mounts_fd) < 0)
		return;
	if (mountpoint_find(dir, &id) == 0)
		mountpoint_unmount(-1, dir, &id);
}

/* Thread: the starter has been killed before it could unmount. */
static void *watch_starter(void *context)
{
	struct job *job = context;
	struct pollfd starter = { .fd = job->starter, .events = POLLIN };

	while (poll(&starter, 1, -1) < 0 && errno == EINTR)
		;
	mountpoint_unmount(job->mounts_fd, job->config->dir, &job->id);
	_exit(EXIT_FAILURE);
}

static int start_watch(struct job *job, struct fault *fault)
{
	pthread_t thread;
	int r;

	if (!job->config->dir)
		return 0;
	r = pthread_create(&thread, NULL, watch_starter, job);
	if (r > 0)
		return fault_set(fault, -r, NULL, "start a thread of the server");
	pthread_detach(thread);
	return 0;
}

/* Returns the FUSE device, with job->id; -1 if nothing is to be served after all. */
static int take_device(struct job *job)
{
	bool expected = false;
	int fuse_fd;
	ssize_t n;

	n = fd_receive(job->socket, &job->id, sizeof(job->id), &fuse_fd);
	if (n == 1 && *(const char *)&job->id == EXPECT_MOUNT) {
		expected = true;
		n = fd_receive(job->socket, &job->id, sizeof(job->id), &fuse_fd);
	}
	if (n == 0 && expected)
		clear_unknown(job);
	return fuse_fd;
}

/* Takes over the FUSE device, and serves until the file system is gone. */
static int serve(struct job *job, struct fault *fault)
{
	struct view *view = job->config->view;
	struct identity *identity = NULL;
	struct stand *stand = NULL;
	struct views *views = NULL;
	AUTO_FD int fuse_fd = -1;
	int r;

	fuse_fd = take_device(job);
	if (fuse_fd < 0)
		return -ECANCELED;
	/* The watch keeps what unmounting takes; the threads that serve do not. */
	r = start_watch(job, fault);
	if (r < 0)
		return r;
	r = identity_new(view->host, &identity);
	if (r < 0)
		return fault_set(fault, r, NULL, "prepare to serve with the clients' rights");
	view->identity = identity;
	/* Without privilege nobody's place can be taken. */
	if (view->host && identity_may_change(identity))
		r = stand_new(view->host, identity, &stand);
	view->stand = stand;
	if (r == 0)
		r = view_serving(view, &views);
	if (r == 0)
		r = confine_thread(fault);
	if (r == 0)
		r = view_begin(view);
	if (r == 0)
		r = serve_views(views, job->watchdog, fd_steal(&fuse_fd),
				fcntl(job->socket, F_DUPFD_CLOEXEC, 0));
	views_free(views);
	view->stand = NULL;
	view->identity = NULL;
	stand_free(stand);
	identity_free(identity);
	return r < 0 ? fault_set(fault, r, NULL, "serve the view") : 0;
}

/*
 * Arenas beside the first one read /sys/devices/system/cpu/online to tell how many there may be
 * (arena_get2()), and /proc/sys/vm/overcommit_memory before they shrink (check_may_shrink_heap()): in the
 * midst of a request, with the arena's lock, by a path of which we do not know what is mounted on it.
 */
static void keep_malloc_from_files(void)
{
#ifdef M_ARENA_MAX
	mallopt(M_ARENA_MAX, 1);
#endif
}

static int prepare(struct job *job, pid_t starter, struct fault *fault)
{
	sigset_t none;
	int r = 0;

	keep_malloc_from_files();
	watchdog_enter_server(job->watchdog);
	/* The terminal's signals are the command's, and ours is a matter of the starter. */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (job->config->users_fd >= 0)
		r = isolate_enter_users(job->config->users_fd);
	if (r < 0)
		return fault_set(fault, r, NULL, "enter the user namespace of the command");
	if (!job->config->dir) {
		r = supervise_die_with(starter);
		if (r < 0)
			return r;
	} else if (isolate_open_mounts(&job->mounts_fd) < 0) {
		job->mounts_fd = -1;
	}
	r = mountpoint_leave_others(NULL, fault);
	if (r == -EPERM) {
		/* Without privilege we stay where we are, and rely on never naming our mount. */
		fault_clear(fault);
		job->mounts_fd = fd_close(job->mounts_fd);
		r = chdir("/") < 0 ? -errno : 0;
	}
	/* Those of a namespace's owner: the clients do not have them. */
	if (r == 0 && job->config->users_fd >= 0)
		r = isolate_drop_all();
	return r;
}

static _Noreturn void work(struct job *job, pid_t starter)
{
	struct fault fault = { 0 };
	int r;

	r = prepare(job, starter, &fault);
	if (r == 0)
		r = serve(job, &fault);
	if (r < 0)
		fd_send(job->socket, &fault, sizeof(fault), -1);
	view_free(job->config->view);
	exit(r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

int worker_start(const struct worker_config *config, struct worker *ret, struct fault *fault)
{
	struct job job = { .config = config, .mounts_fd = -1, .watchdog = &ret->watchdog };
	pid_t starter = getpid();
	AUTO_FD int pidfd = -1;
	int pair[2];
	pid_t pid;
	int r;

	r = watchdog_open(config->patience_ms, &ret->watchdog);
	if (r < 0)
		return fault_set(fault, r, NULL, "share memory with the server");

	pidfd = supervise_open(starter);
	if (pidfd < 0)
		return fault_set(fault, pidfd, NULL, "open our own process (pidfd)");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fault_set(fault, -errno, NULL, "make a socket pair");
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		fd_close(config->starters_fd);
		fd_close(config->portal_fd);
		supervise_drop_streams(config->keep_stderr ? STDERR_FILENO : STDERR_FILENO + 1);
		job.socket = pair[1];
		job.starter = pidfd;
		work(&job, starter);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return fault_set(fault, -errno, NULL, "start the server");
	}
	ret->pid = pid;
	ret->socket = pair[0];
	return 0;
}

/* What the worker says next: serves (0), or has failed. */
static int read_answer(struct worker *w, struct fault *fault)
{
	union answer answer = { 0 };
	AUTO_FD int none = -1;
	ssize_t n;

	n = fd_receive(w->socket, &answer, sizeof(answer), &none);
	if (n == 1)
		return 0;
	if (n == sizeof(answer.fault) && answer.fault.r < 0) {
		*fault = answer.fault;
		return fault->r;
	}
	return fault_set(fault, -ECONNRESET, NULL, "the view's server died");
}

void worker_expect_mount(struct worker *w)
{
	const char expect = EXPECT_MOUNT;

	fd_send(w->socket, &expect, 1, -1);
}

int worker_serve(struct worker *w, int fuse_fd, const struct mountpoint_id *id, struct fault *fault)
{
	static const struct mountpoint_id none;
	/* If this fails, the worker has died, and perhaps has said why. */
	fd_send(w->socket, id ? id : &none, sizeof(none), fuse_fd);
	watchdog_start(&w->watchdog, w->pid, fuse_fd, id ? id->dev_minor : 0);
	return read_answer(w, fault);
}

bool worker_has_ended(struct worker *w, struct fault *fault)
{
	int status;

	if (w->pid <= 0 || waitpid(w->pid, &status, WNOHANG) != w->pid)
		return false;
	w->pid = 0;
	/* It holds the device, and so would keep waiting whoever waits. */
	watchdog_close(&w->watchdog);
	if (status != 0)
		read_answer(w, fault);
	return true;
}

int worker_wait_ms(const struct worker *w)
{
	return watchdog_wait_ms(&w->watchdog);
}

bool worker_has_stalled(struct worker *w, struct fault *fault)
{
	int patience_ms = w->watchdog.patience_ms;

	if (!watchdog_look(&w->watchdog))
		return false;
	kill(w->pid, SIGKILL);
	/* Killing aborts, too, when the device is closed; but a thread that waits for us would not die. */
	watchdog_abort(&w->watchdog);
	watchdog_close(&w->watchdog);
	fault_set(fault, -ETIME, "so it was killed",
		  "the view's server has answered nothing for %d s while requests waited",
		  patience_ms / 1000);
	return true;
}

void worker_end(struct worker *w, int patience_ms)
{
	watchdog_close(&w->watchdog);
	/* Without a device: our end is no accident. */
	if (w->socket >= 0)
		fd_send(w->socket, "", 1, -1);
	w->socket = fd_close(w->socket);
	if (w->pid > 0)
		supervise_end(w->pid, patience_ms);
	w->pid = 0;
}
