/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening what facts about a container's resources are taken from. */

#include "resources_take.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "fault.h"
#include "fd.h"
#include "source.h"
#include "taker.h"

void resource_taker_free(struct resource_taker *t)
{
	if (!t)
		return;
	take_replace(t->ground, &t->held, NULL);
	fd_close(t->where_fd);
	buf_free(&t->where);
	if (t->owns_ground)
		take_ground_close(t->ground);
	free(t);
}

static int open_where(struct resource_taker *t, const struct source *host, pid_t init,
		      struct buf *ret, struct fault *fault)
{
	char path[48];
	int r;

	if (init <= 0 && t->ground->is_named)
		return 0;
	if (init <= 0)
		return fault_set(fault, -ESRCH, "name a control group: --resources=PATH",
				 "find the init of the target");
	snprintf(path, sizeof(path), "%d/cgroup", init);
	t->where_fd = source_openat(host, -1, path, O_RDONLY);
	if (t->where_fd < 0)
		return fault_set(fault, t->where_fd == -ENOENT ? -ESRCH : t->where_fd, NULL,
				 "open %s", path);
	r = taker_read_where(t, ret);
	if (r == 0)
		r = take_start(host, init, &t->start_ns);
	return r < 0 ? fault_set(fault, r, NULL, "find the control groups of process %d", init) : 0;
}

static int taker_new(struct take_ground *ground, bool owns_ground, struct resource_taker **ret)
{
	struct resource_taker *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->ground = ground;
	t->owns_ground = owns_ground;
	t->where_fd = -1;
	*ret = t;
	return 0;
}

int resource_taker_open(const struct source *host, const struct resource_wish *wish,
			struct resource_taker **ret, struct fault *fault)
{
	AUTO_BUF struct buf where = { 0 };
	struct take_ground *ground = NULL;
	struct resource_taker *t = NULL;
	int r;

	r = take_ground_open(host, wish, &ground, fault);
	if (r < 0)
		return r;
	r = taker_new(ground, true, &t);
	if (r < 0) {
		take_ground_close(ground);
		return fault_set(fault, r, NULL, "prepare the container's resources");
	}
	r = open_where(t, host, wish->init, &where, fault);
	if (r == 0)
		r = taker_open_grip(t, buf_text(&where), fault);
	if (r < 0) {
		resource_taker_free(t);
		return r;
	}
	t->checked_ns = clock_ns(CLOCK_MONOTONIC_COARSE);
	*ret = t;
	return 0;
}

int resource_taker_open_beside(const struct resource_taker *first, const struct source *host,
			       pid_t init, struct resource_taker **ret)
{
	AUTO_BUF struct buf where = { 0 };
	struct resource_taker *t = NULL;
	int r;

	r = taker_new(first->ground, false, &t);
	if (r == 0)
		r = open_where(t, host, init, &where, NULL);
	if (r < 0) {
		resource_taker_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

int resource_taker_open_where(const struct resource_taker *first, struct text where,
			      struct resource_taker **ret)
{
	struct resource_taker *t = NULL;
	int r;

	r = taker_new(first->ground, false, &t);
	if (r == 0)
		r = buf_append_text(&t->where, where);
	if (r < 0) {
		resource_taker_free(t);
		return r;
	}
	*ret = t;
	return 0;
}
