/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The views that one mount shows. */

#include "views.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fd.h"

#define REAP_BATCH 16

/* The reference count starts with the one of the table. */
struct kept {
	struct served served; /* first: struct served * leads back here */
	atomic_uint references;
	atomic_bool gone;
	void (*close)(struct view *v); /* NULL: the view is borrowed */
	struct view *view;
	struct views_key key;
	int death_fd;
	uint64_t used; /* tick of the last use */
	struct kept *next;
};

struct views {
	struct views_following following; /* ops NULL: one view for everybody */
	struct kept *base;
	struct kept *outside;
	pthread_mutex_t making; /* held while a view is made; taken before lock */
	pthread_mutex_t lock;	/* guards all below */
	struct kept *first;
	size_t n;
	uint64_t tick;
	int watch_fd; /* epoll: the namespaces' deaths, and room_fd */
	int room_fd;  /* eventfd: a view had to make room */
};

static struct kept *kept_of(struct served *s)
{
	return (struct kept *)s;
}

static int kept_new(const struct view *view, struct kept **ret)
{
	struct kept *k = calloc(1, sizeof(*k));

	if (!k || tree_root(view, &k->served.root) < 0) {
		free(k);
		return -ENOMEM;
	}
	k->served.view = view;
	k->death_fd = -1;
	atomic_init(&k->references, 1);
	*ret = k;
	return 0;
}

struct served *served_hold(struct served *s)
{
	if (s)
		atomic_fetch_add(&kept_of(s)->references, 1);
	return s;
}

void served_release(struct served *s)
{
	struct kept *k = kept_of(s);

	if (!k || atomic_fetch_sub(&k->references, 1) > 1)
		return;
	place_done(&k->served.root);
	if (k->close)
		k->close(k->view);
	free(k);
}

bool served_is_gone(const struct served *s)
{
	return s && ((const struct kept *)s)->gone;
}

int views_new(const struct view *view, struct views **ret)
{
	struct views *v = calloc(1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	v->watch_fd = v->room_fd = -1;
	pthread_mutex_init(&v->making, NULL);
	pthread_mutex_init(&v->lock, NULL);
	if (kept_new(view, &v->base) < 0) {
		views_free(v);
		return -ENOMEM;
	}
	*ret = v;
	return 0;
}

static int watch(const struct views *v, int fd, struct kept *k)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = k };

	return epoll_ctl(v->watch_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int open_watch(struct views *v)
{
	v->watch_fd = epoll_create1(EPOLL_CLOEXEC);
	if (v->watch_fd >= 0)
		v->room_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return v->room_fd < 0 ? -errno : watch(v, v->room_fd, NULL);
}

int views_new_following(const struct views_following *f, struct views **ret)
{
	struct views *v;
	int r;

	r = views_new(f->base, &v);
	if (r < 0)
		return r;
	v->following = *f;
	r = kept_new(f->outside, &v->outside);
	if (r == 0)
		r = open_watch(v);
	if (r < 0) {
		views_free(v);
		return r;
	}
	*ret = v;
	return 0;
}

/* Takes a view out of the table: it is closed when nobody holds it any more. */
static void drop(struct views *v, struct kept *k)
{
	struct kept **at = &v->first;

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	v->n--;
	epoll_ctl(v->watch_fd, EPOLL_CTL_DEL, k->death_fd, NULL);
	k->gone = true;
	served_release(&k->served);
}

void views_free(struct views *v)
{
	if (!v)
		return;
	while (v->first)
		drop(v, v->first);
	if (v->outside)
		served_release(&v->outside->served);
	if (v->base)
		served_release(&v->base->served);
	fd_close(v->watch_fd);
	fd_close(v->room_fd);
	pthread_mutex_destroy(&v->lock);
	pthread_mutex_destroy(&v->making);
	free(v);
}

/* Held; NULL if there is none yet. */
static struct served *find(struct views *v, const struct views_key *key)
{
	struct served *found = NULL;
	struct kept *k;

	pthread_mutex_lock(&v->lock);
	for (k = v->first; k && !found; k = k->next) {
		if (k->key.dev != key->dev || k->key.inode != key->inode)
			continue;
		k->used = ++v->tick;
		found = served_hold(&k->served);
	}
	pthread_mutex_unlock(&v->lock);
	return found;
}

static void make_room(struct views *v)
{
	struct kept *oldest = v->first;
	struct kept *k;

	if (v->n < v->following.max)
		return;
	for (k = v->first; k; k = k->next) {
		if (k->used < oldest->used)
			oldest = k;
	}
	drop(v, oldest);
	eventfd_write(v->room_fd, 1);
}

/* Adds it to the table; held once more for the caller. */
static struct served *keep(struct views *v, struct kept *k)
{
	pthread_mutex_lock(&v->lock);
	make_room(v);
	if (watch(v, k->death_fd, k) < 0) { /* nobody would ever give it up: for this one request */
		k->gone = true;
		pthread_mutex_unlock(&v->lock);
		return &k->served;
	}
	k->used = ++v->tick;
	k->next = v->first;
	v->first = k;
	v->n++;
	served_hold(&k->served);
	pthread_mutex_unlock(&v->lock);
	return &k->served;
}

static struct served *make(struct views *v, const struct client *c, const struct views_key *key)
{
	const struct views_following *f = &v->following;
	struct view *view = NULL;
	struct kept *k;
	int death_fd;

	if (f->ops->open(f->context, c, &view, &death_fd) < 0)
		return served_hold(&v->outside->served);
	if (kept_new(view, &k) < 0) {
		f->ops->close(view);
		return served_hold(&v->outside->served);
	}
	k->view = view;
	k->close = f->ops->close;
	k->key = *key;
	k->death_fd = death_fd;
	return keep(v, k);
}

static struct served *find_or_make(struct views *v, const struct client *c,
				   const struct views_key *key)
{
	struct served *s = find(v, key);

	if (s)
		return s;
	/* Others of the same namespace wait here, and then find it. */
	pthread_mutex_lock(&v->making);
	s = find(v, key);
	if (!s)
		s = make(v, c, key);
	pthread_mutex_unlock(&v->making);
	return s;
}

const struct view *views_base(const struct views *v)
{
	return v->base->served.view;
}

struct served *views_of(struct views *v, const struct client *c)
{
	const struct views_following *f = &v->following;
	struct views_key key;
	int r;

	if (!f->ops)
		return served_hold(&v->base->served);
	r = c->tid > 0 ? f->ops->identify(f->context, c, &key) : -ESRCH;
	if (r == 0)
		return find_or_make(v, c, &key);
	return served_hold(r > 0 ? &v->base->served : &v->outside->served);
}

int views_watch_fd(const struct views *v)
{
	return v->watch_fd;
}

void views_reap(struct views *v)
{
	struct epoll_event events[REAP_BATCH];
	eventfd_t count;
	int i, n;

	if (v->watch_fd < 0)
		return;
	do {
		/* Under the lock: what epoll names is still in the table. */
		pthread_mutex_lock(&v->lock);
		n = epoll_wait(v->watch_fd, events, REAP_BATCH, 0);
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr)
				drop(v, events[i].data.ptr);
			else
				eventfd_read(v->room_fd, &count);
		}
		pthread_mutex_unlock(&v->lock);
	} while (n == REAP_BATCH);
}

size_t views_size(struct views *v)
{
	size_t n;

	pthread_mutex_lock(&v->lock);
	n = v->n;
	pthread_mutex_unlock(&v->lock);
	return n;
}
