/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Makes the kernel forget the directories of tasks that have died, and what belongs to views that are gone
 * (views.h): it would keep them until memory is short, and each holds descriptors of ours. A thread of its own, since a notification must not be
 * sent from within a request: that holds the lock the kernel needs for it (fuse_lowlevel.h).
 */

#include "front.h"

struct janitor;

/* Starts the thread. Returns 0, -ENOMEM, or the errno of eventfd(2) or pthread_create(3). */
int janitor_start(struct fuse_session *session, const struct front *front, struct janitor **ret);

/* Asks it to look for dead tasks now; returns at once. NULL is accepted. */
void janitor_wake(struct janitor *j);

/* Ends the thread and waits for it. NULL is accepted. */
void janitor_stop(struct janitor *j);
