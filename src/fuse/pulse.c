/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers the watchdog. */

#include "pulse.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "nodes.h"
#include "watchdog.h"

#define ROOT_NUMBER 1 /* FUSE_ROOT_ID */

struct pulse {
	const struct watchdog *watchdog;
	struct nodes *nodes;
	atomic_bool stopping;
	pthread_t thread;
};

/* What every request does first; it never returns if a thread hangs with the lock of the nodes. */
static void serve_nothing(struct pulse *p)
{
	nodes_release(p->nodes, nodes_get(p->nodes, ROOT_NUMBER));
}

static void *pulse_main(void *context)
{
	struct pulse *p = context;
	struct watchdog_counts *counts = p->watchdog->counts;
	eventfd_t n;

	while (!p->stopping) {
		uint32_t asked;

		if (eventfd_read(p->watchdog->ask_fd, &n) < 0 && errno != EINTR)
			return NULL;
		asked = counts->asked;
		serve_nothing(p);
		counts->heard = asked;
	}
	return NULL;
}

int pulse_start(const struct watchdog *w, struct nodes *nodes, struct pulse **ret)
{
	struct pulse *p;
	int r;

	if (!w->counts)
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->watchdog = w;
	p->nodes = nodes;
	r = -pthread_create(&p->thread, NULL, pulse_main, p);
	if (r < 0) {
		free(p);
		return r;
	}
	*ret = p;
	return 0;
}

void pulse_stop(struct pulse *p)
{
	if (!p)
		return;
	p->stopping = true;
	eventfd_write(p->watchdog->ask_fd, 1);
	pthread_join(p->thread, NULL);
	free(p);
}
