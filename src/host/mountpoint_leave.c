/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A mount namespace that holds nobody's mounts back. */

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "buf.h"
#include "fault.h"
#include "mountinfo.h"
#include "mountpoint.h"
#include "mountpoint_spot.h"

/* Each pass takes the topmost mount of a stack off. */
#define PASSES_MAX 256

/* Ids of mounts, unsorted: a namespace we live in has a handful that stay. */
struct ids {
	unsigned *id;
	size_t n;
};

static bool has(const struct ids *ids, unsigned id)
{
	size_t i;

	for (i = 0; i < ids->n; i++) {
		if (ids->id[i] == id)
			return true;
	}
	return false;
}

static int add(struct ids *ids, unsigned id)
{
	unsigned *more;

	if (has(ids, id))
		return 0;
	more = reallocarray(ids->id, ids->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	ids->id = more;
	ids->id[ids->n++] = id;
	return 0;
}

static bool is_wanted(const struct mountinfo *m, const char *const *keep)
{
	static const char *const always[] = { "/", "/proc", NULL };
	size_t i;

	for (i = 0; always[i]; i++) {
		if (mountinfo_field_is(m->point, always[i]))
			return true;
	}
	for (i = 0; keep && keep[i]; i++) {
		if (mountinfo_field_is(m->point, keep[i]))
			return true;
	}
	return false;
}

/* The mount and those below it, down to the one whose parent is not in this namespace's text. */
static int keep_chain(struct text text, struct mountinfo m, struct ids *kept)
{
	int r;

	do {
		if (has(kept, m.id))
			return 0;
		r = add(kept, m.id);
		if (r < 0)
			return r;
	} while (mountinfo_by_id(text, m.parent, &m));
	return 0;
}

static int find_kept(struct text text, const char *const *keep, struct ids *kept)
{
	struct text rest = text;
	struct mountinfo m;
	int r;

	while (mountinfo_next(&rest, &m)) {
		r = is_wanted(&m, keep) ? keep_chain(text, m, kept) : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * Detaches the mounts that stand directly on one that stays; what stands on them goes along. So no path
 * leads through a mount that is to go: its file system might not answer.
 */
static int detach_outermost(struct text text, const struct ids *kept, bool *ret_progress)
{
	AUTO_BUF struct buf path = { 0 };
	struct mountinfo m;
	int r;

	*ret_progress = false;
	while (mountinfo_next(&text, &m)) {
		if (has(kept, m.id) || !has(kept, m.parent))
			continue;
		buf_clear(&path);
		r = mountinfo_unescape(m.point, &path);
		if (r < 0)
			return r;
		if (umount2(path.data, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
			*ret_progress = true;
	}
	return 0;
}

static int pass(const char *const *keep, bool *ret_progress)
{
	AUTO_BUF struct buf info = { 0 };
	struct ids kept = { 0 };
	int r;

	r = spot_read_mountinfo(&info);
	if (r == 0)
		r = find_kept(buf_text(&info), keep, &kept);
	if (r == 0)
		r = detach_outermost(buf_text(&info), &kept, ret_progress);
	free(kept.id);
	return r;
}

int mountpoint_leave_others(const char *const *keep, struct fault *fault)
{
	bool progress = true;
	int n, r = 0;

	if (unshare(CLONE_NEWNS) < 0)
		return fault_set(fault, -errno, "run as root", "unshare the mount namespace");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fault_set(fault, -errno, NULL, "make the mounts private");
	if (chdir("/") < 0)
		return fault_set(fault, -errno, NULL, "change to /");
	for (n = 0; n < PASSES_MAX && progress && r == 0; n++)
		r = pass(keep, &progress);
	return r < 0 ? fault_set(fault, r, NULL, "detach the mounts of others") : 0;
}
