/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which threads wait at the device for the next request. The kernel wakes them in turn, the one that has waited longest
 * first (fs/fuse/dev.c, fuse_dev_do_read(): exclusive waiters), so that with all that libfuse keeps a client that makes
 * one request after another goes round a dozen of threads, none of which finds its caches warm. So only a few wait
 * there; the others are woken if all of these have something to do.
 */

#include <pthread.h>
#include <semaphore.h>

struct readers {
	pthread_mutex_t lock; /* of the two numbers */
	unsigned n_inside;
	unsigned n_waiting;
	sem_t wake; /* each waker has counted the woken as inside */
};

void readers_init(struct readers *r);
void readers_done(struct readers *r);

/* Before the device is read: returns when this thread is to do so. A cancellation point. */
void readers_enter(struct readers *r);

/* After the device was read. */
void readers_leave(struct readers *r);
