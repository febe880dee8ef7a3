/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which names are tried: what the kernel lists, and no table. */

#include "permissions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"

#define CHILDREN_MAX 4 /* of each directory; of attr and ns all */
#define ALL_MAX	     64

struct collector {
	struct plan *plan;
	const char *dir;
	int left;
	int r;
	bool prober_is_here;
};

static bool collect(void *context, const struct dirents_entry *entry)
{
	struct collector *c = context;
	struct item *items, *item;

	if (c->left-- == 0)
		return false;
	items = reallocarray(c->plan->items, c->plan->n + 1, sizeof(*items));
	if (!items) {
		c->r = -ENOMEM;
		return false;
	}
	c->plan->items = items;
	item = &items[c->plan->n++];
	*item = (struct item){ .type = entry->type, .prober_is_here = c->prober_is_here };
	if (snprintf(item->path, sizeof(item->path), "%s/%s", c->dir, entry->name) >=
	    (int)sizeof(item->path))
		c->r = -ENAMETOOLONG;
	return c->r == 0;
}

static int collect_dir(int root, struct collector *c)
{
	AUTO_FD int fd = openat(root, c->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = dirents_each(fd, collect, c);
	return c->r < 0 ? c->r : r;
}

/* All of one directory of a process or thread, and of the directories in it. */
static int collect_task(int root, const char *dir, bool prober_is_here, struct plan *plan)
{
	struct collector c = {
		.plan = plan, .dir = dir, .left = ALL_MAX * 4, .prober_is_here = prober_is_here
	};
	size_t from = plan->n, to, prefix = strlen(dir) + 1;
	int r = collect_dir(root, &c);

	to = plan->n;
	for (size_t i = from; i < to && r == 0; i++) {
		char sub[sizeof(plan->items[0].path)];

		if (plan->items[i].type != DT_DIR)
			continue;
		memcpy(sub, plan->items[i].path, sizeof(sub));
		c.dir = sub;
		c.left = strstr(sub, "/attr") || strstr(sub, "/ns") ? ALL_MAX : CHILDREN_MAX;
		r = collect_dir(root, &c);
		/* Directories of zombies can often not be listed, by nobody. */
		if (r == -EINVAL || r == -ENOENT || r == -EACCES || r == -ESRCH)
			r = c.r;
	}
	for (size_t i = from; i < plan->n; i++)
		plan->items[i].shown = prefix;
	return r;
}

int plan_make(int root, const struct target *target, struct plan *out)
{
	pid_t pid = target->pid ? target->pid : getpid();
	bool self = target->pid == 0, second = target->tid != 0;
	char dir[64];
	int r;

	snprintf(dir, sizeof(dir), "%d", pid);
	r = collect_task(root, dir, self && !second, out);
	snprintf(dir, sizeof(dir), "%d/task/%d", pid, pid);
	if (r == 0)
		r = collect_task(root, dir, self && !second, out);
	snprintf(dir, sizeof(dir), "%d/task/%d", pid, target->tid);
	if (r == 0 && second)
		r = collect_task(root, dir, self, out);
	snprintf(dir, sizeof(dir), "%d", target->tid);
	if (r == 0 && second)
		r = collect_task(root, dir, self, out);
	return r;
}

void plan_free(struct plan *plan)
{
	free(plan->items);
	*plan = (struct plan){ 0 };
}
