/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one thread that keeps the load averages of all views of a mount (load_sampler.h). However many there are, it never
 * takes more than two hundredths of a CPU: after each look it rests 49 times as long as that took. So with many busy views
 * some wait longer than five seconds; then periods are made up for. Safe for threads.
 */

struct load_crew;
struct load_sampler;

/* Starts nothing yet, so that it may be made before fork(2). Returns 0 or -ENOMEM. */
int load_crew_new(struct load_crew **ret);

/*
 * While wanted (borrowed; enum resource_file) is 0 nobody is looked at. NULL, as at first: always. Before the start.
 */
void load_crew_set_wanted(struct load_crew *c, const _Atomic unsigned *wanted);

/*
 * From now on looks at this one as well, until death_fd (-1: never) is readable. Both are borrowed. Returns 0 or -ENOMEM.
 */
int load_crew_add(struct load_crew *c, struct load_sampler *s, int death_fd);

/* No more: waits for a look that has begun, which is cut short. One that was never added, or NULL, is none of its. */
void load_crew_remove(struct load_crew *c, struct load_sampler *s);

/* Starts the thread, in the process that serves. Returns 0 or the errno of pthread_create(3). */
int load_crew_start(struct load_crew *c);

/* Ends the thread and waits for it. All have been removed. NULL is accepted. */
void load_crew_free(struct load_crew *c);
