/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Texts that are made whole. */

#include "content_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "access.h"
#include "entry.h"
#include "fd.h"
#include "pidmap.h"
#include "place.h"
#include "resources.h"

struct text_access {
	const struct place *place;
	int fd;
	struct buf *text;
	struct buf *beside;
};

static bool is_translated(const struct place *p)
{
	return p->row && p->row->translate && !p->realm->pids->identity;
}

static bool is_narrowed(const struct view *v, const struct place *p)
{
	return p->row && p->row->narrow && (p->row->resource & view_resource_files(v));
}

bool content_is_rewritten(const struct view *v, const struct place *p)
{
	return is_translated(p) || is_narrowed(v, p);
}

/* The text of the sibling that the row's translation wants to see. */
static int read_beside(const struct place *p, struct buf *out)
{
	AUTO_BUF struct buf path = { 0 };
	const char *slash = strrchr(p->path, '/');
	int r = 0;

	if (!is_translated(p) || !p->row->beside)
		return 0;
	if (slash)
		r = buf_append(&path, p->path, (size_t)(slash - p->path) + 1);
	if (r == 0)
		r = buf_append_str(&path, p->row->beside);
	if (r < 0)
		return r;
	return source_read(p->realm->source, place_dirfd(p), path.data, ACCESS_TEXT_MAX_BYTES, out);
}

/* Both texts, one after the other: they are to be of one state. */
static int read_here(void *arg)
{
	const struct text_access *t = arg;
	int r;

	buf_clear(t->text);
	buf_clear(t->beside);
	r = fd_pread_all(t->fd, ACCESS_TEXT_MAX_BYTES, t->text);
	return r < 0 ? r : read_beside(t->place, t->beside);
}

static int beside_here(void *arg)
{
	const struct text_access *t = arg;

	buf_clear(t->beside);
	return read_beside(t->place, t->beside);
}

/*
 * By a process of its own. What hangs on no task is opened there anew: some files show what the opener's
 * namespaces hold (ipc/util.c, sysvipc_proc_open()).
 */
static int read_there(void *arg, struct buf *out)
{
	const struct text_access *t = arg;
	const struct place *p = t->place;
	AUTO_FD int fd = -1;

	if (p->anchor)
		return fd_pread_all(t->fd, ACCESS_TEXT_MAX_BYTES, out);
	fd = source_openat(p->realm->source, -1, p->path, O_RDONLY);
	return fd < 0 ? fd : fd_read_all(fd, ACCESS_TEXT_MAX_BYTES, out);
}

/* What another text has to be made of when it was read by a process that stands elsewhere. */
static int merge(const struct text_access *t, const struct buf *there, struct buf *out)
{
	struct rewrite rw = { .pids = t->place->realm->pids, .beside = buf_text(there) };
	int r;

	r = fd_pread_all(t->fd, ACCESS_TEXT_MAX_BYTES, t->text);
	return r < 0 ? r : t->place->row->merge(&rw, buf_text(t->text), out);
}

/* The text as the client reads it where it stands. -EXDEV: nobody can stand there. */
static int read_apart(const struct view *v, const struct client *c, struct text_access *t)
{
	AUTO_BUF struct buf there = { 0 };
	AUTO_BUF struct buf merged = { 0 };
	int r;

	r = access_read_apart(v, c, t->place, read_there, t, &there);
	if (r == 0 && t->place->row->merge) {
		r = merge(t, &there, &merged);
		buf_clear(t->text);
		return r < 0 ? r : buf_append_text(t->text, buf_text(&merged));
	}
	if (r == 0)
		r = buf_append_text(t->text, buf_text(&there));
	return r < 0 ? r : access_do(v, c, t->place, beside_here, t);
}

static int narrow(const struct view *v, const struct client *c, const struct place *p,
		  struct text in, struct buf *out)
{
	struct resources facts = { 0 };
	struct rewrite rw = { .pids = p->realm->pids, .resources = &facts };
	int r;

	r = v->take_resources(v->resources_context, c, p->row->facts, &facts);
	/* Asked anew: it may have been switched off meanwhile, and the rewriter goes by what it is given. */
	facts.files = view_resource_files(v);
	if (r == 0)
		r = facts.is_machine ? buf_append_text(out, in) : p->row->narrow(&rw, in, out);
	resources_done(&facts);
	return r;
}

/* The texts as they were read -> the view's. */
static int rewrite(const struct view *v, const struct client *c, const struct text_access *t,
		   struct buf *out)
{
	AUTO_BUF struct buf translated = { 0 };
	const struct place *p = t->place;
	struct rewrite rw = { .pids = p->realm->pids, .beside = buf_text(t->beside) };
	struct text in = buf_text(t->text);
	int r;

	if (is_translated(p)) {
		if (!is_narrowed(v, p))
			return p->row->translate(&rw, in, out);
		r = p->row->translate(&rw, in, &translated);
		return r < 0 ? r : narrow(v, c, p, buf_text(&translated), out);
	}
	return is_narrowed(v, p) ? narrow(v, c, p, in, out) : buf_append_text(out, in);
}

int content_make_text(const struct view *v, const struct client *c, const struct place *p, int fd,
		      unsigned apart, struct buf *out)
{
	AUTO_BUF struct buf text = { 0 };
	AUTO_BUF struct buf beside = { 0 };
	struct text_access t = { p, fd, &text, &beside };
	int r;

	r = apart ? read_apart(v, c, &t) : -EXDEV;
	if (r == -EXDEV)
		r = access_do(v, c, p, read_here, &t);
	return r < 0 ? r : rewrite(v, c, &t, out);
}
