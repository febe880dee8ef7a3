/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waking clients that wait for a file. */

#include "watcher.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "content.h"
#include "fd.h"

/* What is told once. */
#define ONCE (POLLPRI | POLLERR)

/* So often in a row and without a pause nothing new comes: it is a state, not news. */
#define ONCE_TIMES 4

/* A file that was waited for. Freed by the thread alone, while it is not in poll(2). */
struct watch {
	struct watch *next;
	int fd; /* a duplicate: the number stays ours until the thread is done */
	struct fuse_pollhandle *waits; /* whom to wake; NULL: nobody */
	short wanted;
	short told; /* of ONCE, and not passed on yet */
	bool forgotten;
};

struct watcher {
	pthread_mutex_t lock; /* guards the list, its watches, and handle->watch */
	struct watch *first;
	int wake_fd; /* eventfd(2) */
	bool stopping;
	pthread_t thread;
	/* Of the thread alone: room for what it polls; polled[i] belongs to fds[i + 1]. */
	struct pollfd *fds;
	struct watch **polled;
	size_t room;
};

static void drop_waiter(struct watch *watch)
{
	if (watch->waits)
		fuse_pollhandle_destroy(watch->waits);
	watch->waits = NULL;
}

/* Frees what is forgotten, or all. Returns how many are left. */
static size_t sweep(struct watcher *w, bool all)
{
	struct watch **at = &w->first;
	size_t n = 0;

	while (*at) {
		struct watch *watch = *at;

		if (!all && !watch->forgotten) {
			at = &watch->next;
			n++;
			continue;
		}
		*at = watch->next;
		drop_waiter(watch);
		fd_close(watch->fd);
		free(watch);
	}
	return n;
}

/* Room for n watches and the eventfd. Without memory the room stays as it is. */
static void make_room(struct watcher *w, size_t n)
{
	struct pollfd *fds;
	struct watch **polled;

	if (n <= w->room && w->fds)
		return;
	fds = realloc(w->fds, (n + 1) * 2 * sizeof(*fds));
	if (fds)
		w->fds = fds;
	polled = realloc(w->polled, (n + 1) * 2 * sizeof(struct watch *));
	if (polled)
		w->polled = polled;
	if (fds && polled)
		w->room = (n + 1) * 2 - 1;
}

/* Fills the room with those that somebody waits for. Returns how many. */
static size_t collect(struct watcher *w)
{
	struct watch *watch;
	size_t n = 0;

	make_room(w, sweep(w, false));
	for (watch = w->first; watch && n < w->room; watch = watch->next) {
		if (!watch->waits)
			continue;
		w->polled[n++] = watch;
		w->fds[n] = (struct pollfd){ .fd = watch->fd, .events = watch->wanted };
	}
	w->fds[0] = (struct pollfd){ .fd = w->wake_fd, .events = POLLIN };
	return n;
}

/* Keeps what was told, and wakes. The kernel asks again for each of them that is still waited for. */
static void pass_on(struct watcher *w, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct watch *watch = w->polled[i];
		short events = w->fds[i + 1].revents;

		if (!events)
			continue;
		watch->told |= (short)(events & ONCE);
		if (watch->waits && !watch->forgotten)
			fuse_lowlevel_notify_poll(watch->waits);
		drop_waiter(watch);
	}
}

static void *watcher_main(void *argument)
{
	struct watcher *w = argument;
	eventfd_t count;
	size_t n;

	pthread_mutex_lock(&w->lock);
	while (!w->stopping) {
		n = collect(w);
		pthread_mutex_unlock(&w->lock);
		if (poll(w->fds, n + 1, -1) < 0)
			n = 0;
		else if (w->fds[0].revents)
			eventfd_read(w->wake_fd, &count);
		pthread_mutex_lock(&w->lock);
		pass_on(w, n);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void watcher_free(struct watcher *w)
{
	sweep(w, true);
	fd_close(w->wake_fd);
	pthread_mutex_destroy(&w->lock);
	free(w->fds);
	free(w->polled);
	free(w);
}

int watcher_start(struct watcher **ret)
{
	struct watcher *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	pthread_mutex_init(&w->lock, NULL);
	make_room(w, 1);
	w->wake_fd = eventfd(0, EFD_CLOEXEC);
	r = w->wake_fd < 0 ? -errno : 0;
	if (r == 0 && w->room == 0)
		r = -ENOMEM;
	if (r == 0)
		r = -pthread_create(&w->thread, NULL, watcher_main, w);
	if (r < 0) {
		watcher_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

void watcher_stop(struct watcher *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_mutex_unlock(&w->lock);
	eventfd_write(w->wake_fd, 1);
	pthread_join(w->thread, NULL);
	watcher_free(w);
}

/*
 * The file's answer now. *ret_state: it tells ONCE without end (a pressure file without a trigger), so that
 * there is nothing to be woken for.
 */
static int ask(const struct handle *handle, const struct client *c, short wanted, short *ret,
	       bool *ret_state)
{
	short events = 0;
	int r, i;

	*ret = 0;
	for (i = 0; i < ONCE_TIMES; i++) {
		r = reading_poll(handle->reading, c, wanted, &events);
		if (r < 0)
			return r;
		*ret |= events;
		if (!(events & ONCE))
			break;
	}
	*ret_state = i == ONCE_TIMES;
	return 0;
}

/* The watch of a file, made when it is first waited for. */
static int watch_of(struct watcher *w, struct handle *handle, struct watch **ret)
{
	struct watch *watch = handle->watch;

	if (!watch) {
		watch = calloc(1, sizeof(*watch));
		if (!watch)
			return -ENOMEM;
		watch->fd = reading_duplicate(handle->reading);
		if (watch->fd < 0) {
			int r = watch->fd;

			free(watch);
			return r;
		}
		watch->next = w->first;
		w->first = watch;
		handle->watch = watch;
	}
	*ret = watch;
	return 0;
}

/*
 * What is not so now is waited for; what is told once always, since a client that wants to know of each
 * change (EPOLLET) waits for it while the file can be read all the time.
 */
static int wait_for(struct watcher *w, struct handle *handle, short wanted, short now,
		    struct fuse_pollhandle *pollhandle)
{
	struct watch *watch;
	int r = watch_of(w, handle, &watch);

	if (r < 0) {
		fuse_pollhandle_destroy(pollhandle);
		return r;
	}
	drop_waiter(watch);
	watch->waits = pollhandle;
	watch->wanted = (short)((wanted & ~now) | POLLPRI);
	eventfd_write(w->wake_fd, 1);
	return 0;
}

int watcher_poll(struct watcher *w, struct handle *handle, const struct client *c, short wanted,
		 struct fuse_pollhandle *pollhandle, short *ret)
{
	bool state;
	int r;

	pthread_mutex_lock(&w->lock);
	r = ask(handle, c, wanted, ret, &state);
	if (r == 0 && handle->watch) {
		*ret |= (short)(handle->watch->told & (wanted | POLLERR));
		handle->watch->told = 0;
	}
	if (pollhandle && (r < 0 || state))
		fuse_pollhandle_destroy(pollhandle);
	else if (pollhandle)
		r = wait_for(w, handle, wanted, *ret, pollhandle);
	pthread_mutex_unlock(&w->lock);
	return r;
}

void watcher_forget(struct watcher *w, struct handle *handle)
{
	pthread_mutex_lock(&w->lock);
	if (handle->watch) {
		handle->watch->forgotten = true;
		eventfd_write(w->wake_fd, 1);
	}
	handle->watch = NULL;
	pthread_mutex_unlock(&w->lock);
}
