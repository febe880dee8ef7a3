/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Serving a view on the descriptor of a mounted FUSE file system. */

#include "serve.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "fd.h"
#include "front.h"
#include "janitor.h"
#include "meter.h"
#include "nodes.h"
#include "pulse.h"
#include "tree.h"
#include "views.h"
#include "watchdog.h"
#include "watcher.h"

/* Each known process holds a descriptor (struct anchor): as many as we may have. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Who writes to autogroup may lower the nice value by his own limit (kernel/sched/core.c, can_nice()); not by ours. */
static void drop_nice_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NICE, &limit) == 0) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_NICE, &limit);
	}
}

/* A thread each for requests that wait: for the kernel's log, for the portal (src/cmd/portal.c). */
#define THREADS_MAX 64

static int run_loop(struct fuse_session *session)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	int r;

	if (!config)
		return -ENOMEM;
	/* Closing a cloned /dev/fuse aborts what was read through it, so a crash would lose requests. */
	fuse_loop_cfg_set_clone_fd(config, 0);
	fuse_loop_cfg_set_max_threads(config, THREADS_MAX);
	r = fuse_session_loop_mt(session, config);
	fuse_loop_cfg_destroy(config);
	return r > 0 ? 0 : r;
}

static int run_session(struct front *front, const struct watchdog *watchdog,
		       struct fuse_session *session)
{
	struct pulse *pulse = NULL;
	int r = janitor_start(session, front, &front->janitor);

	if (r == 0)
		r = pulse_start(watchdog, front->nodes, &pulse);
	if (r == 0)
		r = watcher_start(&front->watcher);
	if (r == 0)
		r = run_loop(session);
	watcher_stop(front->watcher);
	pulse_stop(pulse);
	janitor_stop(front->janitor);
	return r;
}

static int serve_front(struct front *front, const struct watchdog *watchdog, int fuse_fd)
{
	char program[] = "nsprocfs";
	char *argv[] = { program, NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	struct fuse_session *session;
	int r;

	session = fuse_session_new(&args, &front_operations, sizeof(front_operations), front);
	if (!session) {
		fuse_opt_free_args(&args);
		fd_close(fuse_fd);
		return -EIO;
	}
	front->session = session;
	/* In place of fuse_session_mount(3): it is mounted already. */
	r = fuse_session_custom_io(session, &meter_io, fuse_fd) == 0 ? 0 : -EIO;
	if (r == 0)
		r = run_session(front, watchdog, session);
	else
		fd_close(fuse_fd);
	fuse_session_destroy(session);
	fuse_opt_free_args(&args);
	return r;
}

int serve_views(struct views *views, const struct watchdog *watchdog, int fuse_fd, int ready_fd)
{
	struct front front = { .views = views, .ready_fd = ready_fd, .counts = watchdog->counts };
	struct place root;
	int r;

	raise_descriptor_limit();
	drop_nice_limit();
	signal(SIGPIPE, SIG_IGN);
	r = tree_root(views_base(views), &root);
	if (r == 0)
		r = nodes_new(&root, &front.nodes);
	if (r < 0) {
		fd_close(fuse_fd);
		fd_close(ready_fd);
		return r;
	}
	handles_init(&front.handles);
	r = serve_front(&front, watchdog, fuse_fd);
	handles_done(&front.handles);
	nodes_free(front.nodes);
	fd_close(front.ready_fd);
	return r;
}
