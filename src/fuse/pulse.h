/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A thread that tells the watchdog (watchdog.h) whether another request could be served now. */

struct nodes;
struct pulse;
struct watchdog;

/*
 * Starts it; w may be one without counts, then nobody will ask. Returns 0, -ENOMEM, or the errno of
 * pthread_create(3). Give *ret to pulse_stop().
 */
int pulse_start(const struct watchdog *w, struct nodes *nodes, struct pulse **ret);

/* Ends it and waits for it; NULL is accepted. */
void pulse_stop(struct pulse *p);
