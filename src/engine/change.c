/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What changes an entry otherwise than by writing to it. */

#include "change.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "access.h"
#include "entry.h"
#include "fd.h"
#include "place.h"

static bool is_of_task(const struct place *p)
{
	return p->anchor && p->row &&
	       (p->row->concern == CONCERN_TASK || p->row->concern == CONCERN_OWNER);
}

struct change_access {
	const struct place *place;
	const struct change *change;
};

static int apply(void *arg)
{
	const struct change_access *ca = arg;
	const struct place *p = ca->place;
	const struct change *change = ca->change;
	AUTO_FD int fd = -1;

	fd = source_openat(p->realm->source, place_dirfd(p), p->path, O_PATH);
	if (fd < 0)
		return fd;
	if (change->owner && fchownat(fd, "", change->uid, change->gid, AT_EMPTY_PATH) < 0)
		return -errno;
	if (change->times && utimensat(fd, "", change->times, AT_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

int change_attributes(const struct view *v, const struct client *c, const struct place *p,
		      const struct change *change, bool opened)
{
	struct change_access ca = { p, change };
	int r;

	if (change->size && !opened)
		return tree_access(v, c, p, W_OK);
	r = place_ask(v, c, p, POLICY_WRITE);
	if (r < 0 || change->size)
		return r;
	if (p->kind != PLACE_ENTRY || change->mode || (change->owner && !is_of_task(p)))
		return -EPERM;
	return access_do(v, c, p, apply, &ca);
}

int change_names(const struct view *v, const struct client *c, const struct place *dir)
{
	int r = tree_access(v, c, dir, W_OK | X_OK);

	return r < 0 ? r : -EPERM;
}
