/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text or object, for a client that comes to a magic link. */

#include "follow.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "entry.h"
#include "place.h"
#include "reach.h"
#include "sniff.h"
#include "tickets.h"
#include "trampoline.h"

/* What the client has called, with its path. Returns 0, or -errno if it cannot be known. */
static int look(const struct view *v, const struct client *c, struct sniff *ret, struct buf *path)
{
	if (v->guess_links || !v->host)
		return -ENODATA;
	return sniff_thread(v->host, c->tid, ret, path);
}

/*
 * What is mounted there shows more than the view does, all of the host or what the profile hides; or it can
 * be written to, and the view cannot.
 */
static bool is_gated(const struct view *v, const struct realm *realm)
{
	return v->tickets && (realm->source->kind == SOURCE_HOST || realm->portal_pids ||
			      v->profile != PROFILE_KERNEL || (v->own_writable && !v->writable));
}

/* The name of the link, and that of its directory unless that is a task's, which has several. */
static void names_of(const struct place *p, struct text *ret_parent, struct text *ret_name)
{
	const char *slash = strrchr(p->path, '/');
	struct text before;

	*ret_name = text_str(slash ? slash + 1 : p->path);
	*ret_parent = text_of("", 0);
	if (!slash)
		return;
	before = text_of(p->path, (size_t)(slash - p->path));
	while (text_until(&before, '/', ret_parent))
		;
}

/*
 * Without a look at the client's call. A relative text (pipe:[1]) is right for both: who follows it
 * comes to a trampoline. So is a path that leads the client to the object.
 */
static bool guess(const struct view *v, const struct client *c, const struct place *p,
		  const char *text)
{
	const struct reach_link link = {
		.source = p->realm->source,
		.dirfd = place_dirfd(p),
		.path = p->path,
	};

	return text[0] == '/' && !reach_is_same(&link, v->host, c->tid, text);
}

/* Whether the client follows the link; *ret_mark is that of its call, 0 if it is not known. */
static bool is_followed(const struct view *v, const struct client *c, const struct place *p,
			const char *text, uint64_t *ret_mark)
{
	AUTO_BUF struct buf path = { 0 };
	struct text parent, name;
	struct sniff sniff;

	*ret_mark = 0;
	if (look(v, c, &sniff, &path) < 0)
		return guess(v, c, p, text);
	*ret_mark = sniff.mark;
	if (sniff.call != SNIFF_READLINK)
		return true;
	names_of(p, &parent, &name);
	/* An empty path: the link itself is open. */
	return path.len > 0 && !sniff_names_link(buf_text(&path), parent, name);
}

bool follow_is_ready(const struct view *v)
{
	return !v->open_portal || v->open_portal(v->portal_context) == 0;
}

/* The client may pass to the portal in this call. Returns whether the portal is there. */
static bool send_there(const struct view *v, const struct client *c, const struct realm *realm,
		       uint64_t mark)
{
	if (!follow_is_ready(v))
		return false;
	if (is_gated(v, realm))
		tickets_give(v->tickets, c->tid, mark, clock_ms(CLOCK_MONOTONIC));
	return true;
}

/* The mark of the client's call; 0 if it is not known. */
static uint64_t mark_of(const struct view *v, const struct client *c)
{
	AUTO_BUF struct buf path = { 0 };
	struct sniff sniff;

	return look(v, c, &sniff, &path) < 0 ? 0 : sniff.mark;
}

int follow_allow(const struct view *v, const struct client *c, const struct realm *realm)
{
	return send_there(v, c, realm, mark_of(v, c)) ? 0 : -ENOENT;
}

int follow_or_text(const struct view *v, const struct client *c, const struct place *p,
		   struct buf *out, size_t start)
{
	uint64_t mark;

	if (!p->row || p->row->kind != ENTRY_MAGIC || !v->portal || !p->realm->portal || !v->host)
		return 0;
	if (!is_followed(v, c, p, out->data + start, &mark) || !send_there(v, c, p->realm, mark))
		return 0;
	out->len = start;
	return trampoline_text(v, p, out);
}

/*
 * To tell of what is mounted there, or to take it away, shows nothing of it: df(1), lsof(8). Nor does it to change
 * mounts further below, which the client has in its own mountinfo: bwrap(1), where parts of the source are covered.
 */
static bool is_harmless(const struct view *v, const struct client *c, const struct sniff *sniff,
			const struct buf *path, struct text name)
{
	if (sniff->call != SNIFF_LOOK && sniff->call != SNIFF_REMOUNT)
		return false;
	if (sniff_names_link(buf_text(path), text_str(v->portal), name))
		return true;
	return sniff->call == SNIFF_REMOUNT && path->len > 0 &&
	       reach_is_mount_point(v->host, c->tid, path->data);
}

bool follow_admits(const struct view *v, const struct client *c, struct text name)
{
	AUTO_BUF struct buf path = { 0 };
	struct sniff sniff = { 0 };
	bool gated = false;
	bool known;

	if (v->members.portal && text_equal(name, text_str(v->members.portal)))
		gated = is_gated(v, &v->members);
	if (v->guests.portal && text_equal(name, text_str(v->guests.portal)))
		gated = gated || is_gated(v, &v->guests);
	if (!gated || (v->steward && c->tid == v->steward))
		return true;
	known = look(v, c, &sniff, &path) == 0;
	if (tickets_take(v->tickets, c->tid, known ? sniff.mark : 0, clock_ms(CLOCK_MONOTONIC)))
		return true;
	return known && is_harmless(v, c, &sniff, &path, name);
}
