/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The portal of a view that `mount` has made. */

#include "portal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "isolate.h"
#include "view.h"
#include "view_open.h"

/* It stays for so long after a client was sent there: far more than it takes to pass. */
#define STAY_MS 2000

/* So often the keeper looks whether somebody else has unmounted it. */
#define FRESH_MS 500

/* A keeper that does not answer is busy ending the view. */
#define ANSWER_MS 2000

/* So many threads may wait for the keeper, who looks up names in the view meanwhile: half of all. */
#define WAITING_MAX 32

enum portal_wish { PORTAL_OPEN, PORTAL_CLOSE };

struct portal_message {
	enum portal_wish wish;
	unsigned sequence;
	int r;
};

/* What is mounted: the namespace's own procfs; one of ours that hides as the view does, or a copy of ours. */
static int make_tree(const struct view *v, int *ret_fd)
{
	int r;

	if (v->members.source->kind == SOURCE_KERNEL)
		return view_open_kernel_again(v, ret_fd, NULL);
	r = view_open_host_again(v, ret_fd, NULL);
	return r < 0 || *ret_fd >= 0 ? r : isolate_clone_procfs(ret_fd);
}

/* Waits for the answer to the latest request; one to an earlier one may come first. */
static int receive_answer(struct portal *p)
{
	int64_t deadline = clock_ms(CLOCK_MONOTONIC) + ANSWER_MS;
	struct pollfd fd = { .fd = p->worker, .events = POLLIN };
	struct portal_message m;
	int64_t left;

	do {
		AUTO_FD int none = -1;

		left = deadline - clock_ms(CLOCK_MONOTONIC);
		if (left <= 0 || poll(&fd, 1, (int)left) <= 0)
			return -ETIMEDOUT;
		if (fd_receive(p->worker, &m, sizeof(m), &none) != sizeof(m))
			return -ECONNRESET;
	} while (m.sequence != p->sequence);
	return m.r;
}

static int request(struct portal *p, enum portal_wish wish)
{
	struct portal_message m = { .wish = wish, .sequence = ++p->sequence };
	int64_t now = clock_ms(CLOCK_MONOTONIC);
	int r;

	r = fd_send(p->worker, &m, sizeof(m), -1);
	if (r == 0)
		r = receive_answer(p);
	p->asked = r == 0 && wish == PORTAL_OPEN ? now : 0;
	return r;
}

/*
 * Thread of the worker: has the procfs detached when it is needed no more. It is the worker that says so:
 * the keeper looks up names in the view then, which must be served.
 */
static _Noreturn void *watch(void *context)
{
	struct portal *p = context;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		int64_t left = p->told + STAY_MS - clock_ms(CLOCK_MONOTONIC);

		if (!p->asked) {
			pthread_cond_wait(&p->used, &p->lock);
		} else if (left > 0) {
			pthread_mutex_unlock(&p->lock);
			usleep((useconds_t)left * 1000);
			pthread_mutex_lock(&p->lock);
		} else {
			request(p, PORTAL_CLOSE);
		}
	}
}

static int start_watch(struct portal *p)
{
	pthread_t thread;
	int r;

	if (p->watched)
		return 0;
	r = pthread_create(&thread, NULL, watch, p);
	if (r > 0)
		return -r;
	pthread_detach(thread);
	p->watched = true;
	return 0;
}

static bool start_waiting(struct portal *p)
{
	bool ok;

	pthread_mutex_lock(&p->count_lock);
	ok = p->waiting < WAITING_MAX;
	p->waiting += ok;
	pthread_mutex_unlock(&p->count_lock);
	return ok;
}

static void stop_waiting(struct portal *p)
{
	pthread_mutex_lock(&p->count_lock);
	p->waiting--;
	pthread_mutex_unlock(&p->count_lock);
}

/* In the worker: struct view, open_portal. */
static int open_portal(void *context)
{
	struct portal *p = context;
	int r = 0;

	if (!start_waiting(p))
		return -EBUSY;
	pthread_mutex_lock(&p->lock);
	if (!p->asked || clock_ms(CLOCK_MONOTONIC) - p->asked > FRESH_MS)
		r = start_watch(p);
	if (r == 0 && (!p->asked || clock_ms(CLOCK_MONOTONIC) - p->asked > FRESH_MS))
		r = request(p, PORTAL_OPEN);
	if (r == 0) {
		p->told = clock_ms(CLOCK_MONOTONIC);
		pthread_cond_signal(&p->used);
	}
	pthread_mutex_unlock(&p->lock);
	stop_waiting(p);
	return r;
}

void portal_prepare(struct portal *p, struct view *v, const char *dir)
{
	AUTO_FD int tree = -1;
	int pair[2];

	if (v->members.source->kind == SOURCE_TREE || v->members.source->kind == SOURCE_SYS ||
	    !isolate_may_mount() || make_tree(v, &tree) < 0)
		return;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return;
	p->view = v;
	p->dir = dir;
	p->keeper = pair[0];
	p->worker = pair[1];
	if (view_add_portal(v, getpid(), NULL) < 0) {
		portal_close(p);
		return;
	}
	v->open_portal = open_portal;
	v->portal_context = p;
}

void portal_started(struct portal *p)
{
	p->worker = fd_close(p->worker);
}

static int attach(struct portal *p, const char *path)
{
	AUTO_FD int tree = -1;
	int r;

	if (p->mount && isolate_has_mount(p->mount))
		return 0;
	p->mount = 0;
	r = make_tree(p->view, &tree);
	/* What is followed through it is elsewhere, and is what it is. */
	if (r == 0 && !p->view->writable)
		r = isolate_set_read_only(tree);
	if (r == 0 || r == -ENOSYS)
		r = isolate_attach(tree, p->dir, path);
	/* The descriptor is a use of the mount; it does not stay. */
	return r < 0 ? r : isolate_mount_id(tree, &p->mount);
}

static int detach(struct portal *p, const char *path)
{
	unsigned mount = p->mount;

	p->mount = 0;
	return mount ? isolate_detach(p->dir, path, mount) : 0;
}

void portal_answer(struct portal *p)
{
	AUTO_FD int none = -1;
	struct portal_message m;
	char path[64];

	if (fd_receive(p->keeper, &m, sizeof(m), &none) != sizeof(m)) {
		p->keeper = fd_close(p->keeper); /* the worker has died */
		return;
	}
	snprintf(path, sizeof(path), "%s/%s", p->view->portal, p->view->members.portal);
	m.r = m.wish == PORTAL_OPEN ? attach(p, path) : detach(p, path);
	fd_send(p->keeper, &m, sizeof(m), -1);
}

void portal_close(struct portal *p)
{
	p->keeper = fd_close(p->keeper);
	p->worker = fd_close(p->worker);
}
