/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bytes of one open file. */

#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "buf.h"
#include "entry.h"
#include "fd.h"
#include "pidmap.h"
#include "place.h"
#include "policy.h"

/* Far above any text that is translated: locks of a machine with 100,000 of them are 6 MB. */
#define TRANSLATED_MAX_BYTES ((size_t)64 << 20)

struct reading {
	const struct view *view;
	struct place place; /* an own copy: the task may be forgotten under its name meanwhile */
	int fd;		    /* the source's file */
	bool translated;
	pthread_mutex_t lock; /* guards the two below */
	bool made;	      /* text holds a state */
	struct buf text;
};

static bool wants_translation(const struct place *p)
{
	return p->row && p->row->translate && !p->realm->pids->identity;
}

static int open_source(const struct view *v, const struct client *c, const struct place *p,
		       int flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;
	struct access a = access_of(v, c, p);
	int r;

	if (p->kind != PLACE_ENTRY)
		return -EISDIR;
	r = place_ask(v, c, p, writes ? POLICY_WRITE : POLICY_READ);
	if (r < 0)
		return r;
	while (access_begin(&a, &r)) {
		r = source_openat(p->realm->source, place_dirfd(p), p->path, O_RDONLY);
		access_end(&a, r);
	}
	return r;
}

int reading_open(const struct view *v, const struct client *c, const struct place *p, int flags,
		 struct reading **ret)
{
	AUTO_FD int fd = -1;
	struct reading *r;

	fd = open_source(v, c, p, flags);
	if (fd < 0)
		return fd;
	r = calloc(1, sizeof(*r));
	if (!r)
		return -ENOMEM;
	if (place_copy(p, &r->place) < 0) {
		free(r);
		return -ENOMEM;
	}
	r->view = v;
	r->translated = wants_translation(p);
	r->fd = fd_steal(&fd);
	pthread_mutex_init(&r->lock, NULL);
	*ret = r;
	return 0;
}

void reading_free(struct reading *r)
{
	if (!r)
		return;
	fd_close(r->fd);
	buf_free(&r->text);
	place_done(&r->place);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* The text of the sibling that the row's translation wants to see. */
static int read_beside(const struct place *p, struct buf *out)
{
	AUTO_BUF struct buf path = { 0 };
	const char *slash = strrchr(p->path, '/');
	int r = 0;

	if (!p->row->beside)
		return 0;
	if (slash)
		r = buf_append(&path, p->path, (size_t)(slash - p->path) + 1);
	if (r == 0)
		r = buf_append_str(&path, p->row->beside);
	if (r < 0)
		return r;
	return source_read(p->realm->source, place_dirfd(p), path.data, TRANSLATED_MAX_BYTES, out);
}

/* The texts that a translation starts from. */
static int read_texts(const struct access *as, const struct place *p, int fd, struct buf *in,
		      struct buf *beside)
{
	struct access a = *as;
	int r = 0;

	while (access_begin(&a, &r)) {
		buf_clear(in);
		r = fd_pread_all(fd, TRANSLATED_MAX_BYTES, in);
		if (r == 0)
			r = read_beside(p, beside);
		access_end(&a, r);
	}
	return r;
}

/* From the source's whole text to the view's. */
static int translate(const struct access *as, const struct place *p, int fd, struct buf *out)
{
	AUTO_BUF struct buf in = { 0 };
	AUTO_BUF struct buf beside = { 0 };
	struct rewrite rw = { .pids = p->realm->pids };
	int r;

	r = read_texts(as, p, fd, &in, &beside);
	if (r < 0)
		return r;
	rw.beside = buf_text(&beside);
	return p->row->translate(&rw, buf_text(&in), out);
}

/* Makes the state that reads at other offsets continue. */
static int make_text(struct reading *r, const struct client *c)
{
	struct access a = access_of(r->view, c, &r->place);
	int e;

	buf_clear(&r->text);
	r->made = false;
	e = translate(&a, &r->place, r->fd, &r->text);
	if (e == 0)
		r->made = true;
	return e;
}

static ssize_t read_translated(struct reading *r, const struct client *c, void *data, size_t size,
			       off_t offset)
{
	ssize_t n = 0;

	pthread_mutex_lock(&r->lock);
	if (offset == 0 || !r->made)
		n = make_text(r, c);
	if (n == 0 && (uint64_t)offset < r->text.len) {
		size_t left = r->text.len - (size_t)offset;

		n = (ssize_t)(left < size ? left : size);
		memcpy(data, r->text.data + offset, (size_t)n);
	}
	pthread_mutex_unlock(&r->lock);
	return n;
}

/* As it is, at this very offset and size. */
static ssize_t read_passed(struct reading *r, const struct client *c, void *data, size_t size,
			   off_t offset)
{
	struct access a = access_of(r->view, c, &r->place);
	ssize_t n = 0;
	int e = 0;

	while (access_begin(&a, &e)) {
		n = pread(r->fd, data, size, offset);
		e = n < 0 ? -errno : 0;
		access_end(&a, e);
	}
	return e < 0 ? e : n;
}

ssize_t reading_read(struct reading *r, const struct client *c, void *data, size_t size,
		     off_t offset)
{
	ssize_t n;

	n = place_ask(r->view, c, &r->place, POLICY_READ);
	if (n < 0)
		return n;
	if (r->translated)
		return read_translated(r, c, data, size, offset);
	return read_passed(r, c, data, size, offset);
}

int content_read_all(const struct view *v, const struct client *c, const struct place *p,
		     bool translated, struct buf *out)
{
	struct access a = access_of(v, c, p);
	AUTO_FD int fd = -1;

	fd = open_source(v, c, p, O_RDONLY);
	if (fd < 0)
		return fd;
	if (translated && wants_translation(p))
		return translate(&a, p, fd, out);
	return fd_read_all(fd, TRANSLATED_MAX_BYTES, out);
}
