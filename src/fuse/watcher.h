/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * poll(2) for clients: a thread waits for the source's files that clients wait for, and wakes them.
 *
 * What a file tells by POLLPRI and POLLERR (mounts have changed, a trigger has fired) it tells once, to
 * whoever asks first. So what the thread was told is kept until the client asks again. The thread uses
 * poll(2), which reports all that it was told; epoll(7) asks twice and reports the second answer.
 */

#include "front.h"

struct client;
struct handle;
struct watch;
struct watcher;

/* Starts the thread. Returns 0, -ENOMEM, or the errno of eventfd(2) or pthread_create(3). */
int watcher_start(struct watcher **ret);

/*
 * The events of an open file as poll(2) gives them for these wanted ones. If pollhandle is not NULL
 * (consumed), the client is woken when there are others. Returns 0; the errno of policy_check(); -ENOMEM or
 * -EMFILE if we cannot wait for it.
 */
int watcher_poll(struct watcher *w, struct handle *handle, const struct client *c, short wanted,
		 struct fuse_pollhandle *pollhandle, short *ret);

/* The file is closed: nobody waits for it any more. */
void watcher_forget(struct watcher *w, struct handle *handle);

/* Ends the thread, waits for it, and forgets all. NULL is accepted. Before the session is destroyed. */
void watcher_stop(struct watcher *w);
