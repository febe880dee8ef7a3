/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Makes the kernel forget the directories of dead tasks. */

#include "janitor.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fd.h"
#include "nodes.h"
#include "views.h"

#define JANITOR_BATCH 32

struct janitor {
	struct fuse_session *session;
	struct nodes *nodes;
	struct views *views;
	int wake_fd; /* eventfd(2) */
	atomic_bool stopping;
	pthread_t thread;
};

static void forget(struct janitor *j, const struct node *node)
{
	const char *name = node_name(node);

	fuse_lowlevel_notify_inval_entry(j->session, node_parent(node), name, strlen(name));
}

/* Below a directory that is forgotten the kernel forgets by itself. */
static bool is_of_gone_view(const struct node *node)
{
	return served_is_gone(node_served(node)) && node_parent(node) == FUSE_ROOT_ID;
}

static void sweep(struct janitor *j, bool (*wanted)(const struct node *node), bool only_dead)
{
	struct node *batch[JANITOR_BATCH];
	size_t cursor = 0;
	size_t n, i;

	while (!j->stopping &&
	       (n = nodes_collect(j->nodes, &cursor, wanted, batch, JANITOR_BATCH)) > 0) {
		for (i = 0; i < n; i++) {
			if (!only_dead || place_is_dead(node_place(batch[i])))
				forget(j, batch[i]);
			nodes_release(j->nodes, batch[i]);
		}
	}
}

static void *janitor_main(void *argument)
{
	struct janitor *j = argument;
	struct pollfd fds[] = {
		{ .fd = j->wake_fd, .events = POLLIN },
		{ .fd = views_watch_fd(j->views), .events = POLLIN },
	};
	eventfd_t count;

	while (!j->stopping) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (fds[1].revents) {
			views_reap(j->views);
			sweep(j, is_of_gone_view, false);
		}
		if (fds[0].revents && eventfd_read(j->wake_fd, &count) == 0)
			sweep(j, node_is_task, true);
	}
	return NULL;
}

int janitor_start(struct fuse_session *session, const struct front *front, struct janitor **ret)
{
	struct janitor *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return -ENOMEM;
	j->session = session;
	j->nodes = front->nodes;
	j->views = front->views;
	j->wake_fd = eventfd(0, EFD_CLOEXEC);
	r = j->wake_fd < 0 ? -errno : -pthread_create(&j->thread, NULL, janitor_main, j);
	if (r < 0) {
		fd_close(j->wake_fd);
		free(j);
		return r;
	}
	*ret = j;
	return 0;
}

void janitor_wake(struct janitor *j)
{
	if (j)
		eventfd_write(j->wake_fd, 1);
}

void janitor_stop(struct janitor *j)
{
	if (!j)
		return;
	j->stopping = true;
	janitor_wake(j);
	pthread_join(j->thread, NULL);
	fd_close(j->wake_fd);
	free(j);
}
