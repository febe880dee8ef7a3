/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts of the control groups that clients are in. */

#include "resource_clients.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "resources_take.h"
#include "source.h"

#define WHERE_BYTES_MAX (1 << 20)

/* What is remembered of groups whose clients may be gone: a text each, and groups as far as take_ground.h keeps them open. */
#define PLACES_MAX 256

/* Clients of the same groups; counted references. */
struct place_of_clients {
	struct buf where;
	struct resource_taker *taker;
	unsigned refs;
	uint64_t used;
	struct place_of_clients *next;
};

struct resource_clients {
	const struct resource_taker *first_taker;
	const struct source *host;
	pthread_mutex_t lock; /* guards all below */
	struct place_of_clients *first;
	unsigned n;
	uint64_t tick;
};

static void place_free(struct place_of_clients *p)
{
	resource_taker_free(p->taker);
	buf_free(&p->where);
	free(p);
}

int resource_clients_new(const struct resource_taker *first, const struct source *host,
			 struct resource_clients **ret)
{
	struct resource_clients *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->first_taker = first;
	r->host = host;
	pthread_mutex_init(&r->lock, NULL);
	*ret = r;
	return 0;
}

void resource_clients_free(struct resource_clients *r)
{
	if (!r)
		return;
	while (r->first) {
		struct place_of_clients *p = r->first;

		r->first = p->next;
		place_free(p);
	}
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* Locked. */
static struct place_of_clients *find(const struct resource_clients *r, struct text where)
{
	struct place_of_clients *p = r->first;

	while (p && !text_equal(buf_text(&p->where), where))
		p = p->next;
	return p;
}

/* Locked. Takes the one used least of those that nobody uses off the list; NULL: there is room, or none such. */
static struct place_of_clients *make_room(struct resource_clients *r)
{
	struct place_of_clients **at, **least = NULL;
	struct place_of_clients *p;

	if (r->n < PLACES_MAX)
		return NULL;
	for (at = &r->first; *at; at = &(*at)->next) {
		if ((*at)->refs == 0 && (!least || (*at)->used < (*least)->used))
			least = at;
	}
	if (!least)
		return NULL;
	p = *least;
	*least = p->next;
	r->n--;
	return p;
}

static int make(const struct resource_clients *r, struct text where, struct place_of_clients **ret)
{
	struct place_of_clients *p = calloc(1, sizeof(*p));
	int e;

	if (!p)
		return -ENOMEM;
	e = buf_append_text(&p->where, where);
	if (e == 0)
		e = resource_taker_open_where(r->first_taker, where, &p->taker);
	if (e < 0) {
		place_free(p);
		return e;
	}
	*ret = p;
	return 0;
}

/* Nothing is opened yet, so that this may be done under the lock. */
static int hold(struct resource_clients *r, struct text where, struct place_of_clients **ret)
{
	struct place_of_clients *p, *old = NULL;
	int e = 0;

	pthread_mutex_lock(&r->lock);
	p = find(r, where);
	if (!p) {
		e = make(r, where, &p);
		if (e == 0) {
			old = make_room(r);
			p->next = r->first;
			r->first = p;
			r->n++;
		}
	}
	if (e == 0) {
		p->refs++;
		p->used = ++r->tick;
	}
	pthread_mutex_unlock(&r->lock);
	if (old)
		place_free(old);
	*ret = p;
	return e;
}

static void release(struct resource_clients *r, struct place_of_clients *p)
{
	pthread_mutex_lock(&r->lock);
	p->refs--;
	pthread_mutex_unlock(&r->lock);
}

/* Of the groups that the thread is in now. */
static int hold_of(struct resource_clients *r, pid_t tid, struct place_of_clients **ret)
{
	AUTO_BUF struct buf where = { 0 };
	char path[48];
	int e;

	if (tid <= 0) /* of another pid namespace than ours or those below */
		return -EIO;
	snprintf(path, sizeof(path), "%d/cgroup", tid);
	e = source_read(r->host, -1, path, WHERE_BYTES_MAX, &where);
	if (e == 0)
		e = hold(r, buf_text(&where), ret);
	return e == 0 || e == -ENOMEM ? e : -EIO;
}

int resource_clients_take(struct resource_clients *r, pid_t tid, unsigned facts,
			  struct resources *ret)
{
	struct place_of_clients *p = NULL;
	int e;

	e = hold_of(r, tid, &p);
	if (e < 0)
		return e;
	e = resources_take(p->taker, facts, ret);
	release(r, p);
	return e;
}

int resource_clients_open_file(struct resource_clients *r, pid_t tid, const char *name, int flags)
{
	struct place_of_clients *p = NULL;
	int e;

	e = hold_of(r, tid, &p);
	if (e < 0)
		return e;
	e = resource_taker_open_file(p->taker, name, flags);
	release(r, p);
	return e;
}
