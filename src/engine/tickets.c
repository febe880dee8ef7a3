/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tickets for the portal. */

#include "tickets.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* So many threads at once that are between being told and passing; a set each for tid % SETS. */
#define SETS	  128
#define SET_SLOTS 8

struct ticket {
	pid_t tid; /* 0: none */
	uint64_t mark;
	int64_t given;
};

struct tickets {
	pthread_mutex_t lock; /* guards all slots */
	struct ticket slots[SETS][SET_SLOTS];
};

int tickets_new(struct tickets **ret)
{
	struct tickets *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	pthread_mutex_init(&t->lock, NULL);
	*ret = t;
	return 0;
}

void tickets_free(struct tickets *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* The slot with the thread's ticket; NULL if it has none. */
static struct ticket *find(struct ticket *set, pid_t tid)
{
	size_t i;

	for (i = 0; i < SET_SLOTS; i++) {
		if (set[i].tid == tid)
			return &set[i];
	}
	return NULL;
}

static struct ticket *oldest(struct ticket *set)
{
	struct ticket *r = set;
	size_t i;

	for (i = 1; i < SET_SLOTS; i++) {
		if (set[i].given < r->given)
			r = &set[i];
	}
	return r;
}

void tickets_give(struct tickets *t, pid_t tid, uint64_t mark, int64_t now)
{
	struct ticket *set, *slot;

	if (tid <= 0)
		return;
	set = t->slots[(unsigned)tid % SETS];
	pthread_mutex_lock(&t->lock);
	slot = find(set, tid);
	if (!slot)
		slot = find(set, 0);
	if (!slot)
		slot = oldest(set);
	*slot = (struct ticket){ .tid = tid, .mark = mark, .given = now };
	pthread_mutex_unlock(&t->lock);
}

bool tickets_take(struct tickets *t, pid_t tid, uint64_t mark, int64_t now)
{
	struct ticket *slot;
	bool ok = false;

	if (tid <= 0)
		return false;
	pthread_mutex_lock(&t->lock);
	slot = find(t->slots[(unsigned)tid % SETS], tid);
	if (slot) {
		ok = now - slot->given <= TICKET_MS && (!mark || !slot->mark || mark == slot->mark);
		*slot = (struct ticket){ 0 };
	}
	pthread_mutex_unlock(&t->lock);
	return ok;
}
