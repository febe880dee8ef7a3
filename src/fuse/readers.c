/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The threads that wait for requests. */

#include "readers.h"

#include <errno.h>
#include <stdbool.h>

/* One more than a client keeps busy: the release of a file is served while it goes on. */
#define READERS_MAX 2

void readers_init(struct readers *r)
{
	*r = (struct readers){ .n_inside = 0 };
	pthread_mutex_init(&r->lock, NULL);
	sem_init(&r->wake, 0, 0);
}

void readers_done(struct readers *r)
{
	sem_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
}

void readers_enter(struct readers *r)
{
	bool full;

	pthread_mutex_lock(&r->lock);
	full = r->n_inside >= READERS_MAX;
	if (full)
		r->n_waiting++;
	else
		r->n_inside++;
	pthread_mutex_unlock(&r->lock);
	while (full && sem_wait(&r->wake) < 0 && errno == EINTR)
		;
}

void readers_leave(struct readers *r)
{
	bool wake;

	pthread_mutex_lock(&r->lock);
	r->n_inside--;
	wake = r->n_inside == 0 && r->n_waiting > 0;
	if (wake) {
		r->n_waiting--;
		r->n_inside++;
	}
	pthread_mutex_unlock(&r->lock);
	if (wake)
		sem_post(&r->wake);
}
