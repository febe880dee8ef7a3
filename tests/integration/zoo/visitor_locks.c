/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* File locks whose holders and waiters are on different sides of a namespace's border. */

#include "zoo.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "fd.h"

/* Who holds the lock, then who waits, in this order: i(nside), o(utside). */
struct order {
	const char *tag;
	const char *who;
};

static const struct order orders[] = {
	{ "io", "io" },	  /* inside holds, outside waits */
	{ "oi", "oi" },	  /* outside holds, inside waits */
	{ "ioi", "ioi" }, /* a waiter inside behind one outside */
	{ "oio", "oio" }, /* and the reverse */
};

struct contest {
	const struct lock_kind *kind;
	const struct order *order;
};

static int lock_of(const struct pen *pen, int wait)
{
	const struct contest *c = pen->arg;
	char tag[32];
	int fd;

	snprintf(tag, sizeof(tag), "across-%s-%s", c->kind->name, c->order->tag);
	fd = lock_open(tag, pen);
	if (fd < 0)
		return fd;
	return c->kind->take(fd, wait) < 0 ? pen_fail(tag) : 0;
}

static int hold(const struct pen *pen)
{
	int r = pen_die_with_parent();

	return r < 0 ? r : lock_of(pen, 0);
}

static int wait_for(const struct pen *pen)
{
	int r = pen_die_with_parent();

	return r < 0 ? r : lock_of(pen, 1);
}

/* Children forked by the caller start in the namespace that fd stands for. */
static int children_into(int fd)
{
	return setns(fd, CLONE_NEWPID) < 0 ? pen_fail("setns") : 0;
}

static int contest(const struct pen *pen, const struct contest *c, int inside_fd, int outside_fd)
{
	for (const char *who = c->order->who; *who; who++) {
		pid_t pid;
		int r = children_into(*who == 'i' ? inside_fd : outside_fd);

		if (r < 0)
			return r;
		if (who == c->order->who)
			pid = pen_spawn(pen, *who == 'i' ? "hold-in" : "hold-out", hold, c);
		else
			pid = pen_spawn_blocked(pen, *who == 'i' ? "wait-in" : "wait-out", wait_for,
						c, c->kind->wait_nr);
		if (pid < 0)
			return pid;
	}
	return 0;
}

static int contests(const struct pen *pen)
{
	AUTO_FD int inside_fd = pen_open("/proc/", "/ns/pid", *(const pid_t *)pen->arg, O_RDONLY);
	AUTO_FD int outside_fd = pen_open("/proc/", "/ns/pid", (int)getpid(), O_RDONLY);
	int r = pen_die_with_parent();

	if (r < 0 || inside_fd < 0 || outside_fd < 0)
		return r < 0 ? r : -1;
	for (const struct lock_kind *k = lock_kinds; k->name; k++) {
		for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
			struct contest c = { .kind = k, .order = &orders[i] };

			r = contest(pen, &c, inside_fd, outside_fd);
			if (r < 0)
				return r;
		}
	}
	return 0;
}

const struct animal zoo_visitor_locks[] = {
	{ "lock-contests", contests },
	{ 0 },
};
