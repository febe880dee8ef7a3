/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The bytes of one open file. */

#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "buf.h"
#include "content_text.h"
#include "entry.h"
#include "fd.h"
#include "place.h"
#include "policy.h"

struct reading {
	const struct view *view;
	struct place place;   /* an own copy: the task may be forgotten under its name meanwhile */
	int fd;		      /* the source's file */
	pthread_mutex_t lock; /* guards the two below, and the position of fd */
	bool made;	      /* text holds a state */
	struct buf text;
};

struct open_access {
	const struct place *place;
	int flags;
	int fd;
};

static int open_file(void *arg)
{
	struct open_access *o = arg;
	const struct place *p = o->place;

	o->fd = source_openat(p->realm->source, place_dirfd(p), p->path, o->flags);
	return o->fd < 0 ? o->fd : 0;
}

struct group_access {
	const struct view *view;
	const struct client *client;
	struct open_access *open;
};

/* In the place of what is open already. */
static int open_group_file(void *arg)
{
	const struct group_access *g = arg;
	struct open_access *o = g->open;
	int fd;

	fd = g->view->open_group_file(g->view->resources_context, g->client,
				      o->place->row->group_file, o->flags);
	if (fd == -ENODATA)
		return 0;
	if (fd < 0)
		return fd;
	fd_close(o->fd);
	o->fd = fd;
	return 0;
}

/*
 * What the client may read was asked by opening the source's file; who wants to set something in the group has to have the
 * rights to.
 */
static int open_instead(const struct view *v, const struct client *c, struct open_access *o)
{
	struct group_access g = { v, c, o };
	const struct entry *row = o->place->row;
	int r;

	if (!row || !row->group_file || !(row->resource & view_resource_files(v)))
		return 0;
	r = o->flags == O_RDONLY ? open_group_file(&g)
				 : access_do(v, c, o->place, open_group_file, &g);
	if (r < 0)
		o->fd = fd_close(o->fd);
	return r;
}

static int open_source(const struct view *v, const struct client *c, const struct place *p,
		       int flags)
{
	bool writes = (flags & O_ACCMODE) != O_RDONLY;
	struct open_access o = { p, flags & O_ACCMODE, -1 };
	int r;

	if (p->kind != PLACE_ENTRY)
		return -EISDIR;
	r = place_ask(v, c, p, writes ? POLICY_WRITE : POLICY_READ);
	if (r == 0)
		r = access_do(v, c, p, open_file, &o);
	if (r == 0)
		r = open_instead(v, c, &o);
	return r < 0 ? r : o.fd;
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

/* Makes the state that reads at other offsets continue. */
static int make_text(struct reading *r, const struct client *c, unsigned apart)
{
	int e;

	buf_clear(&r->text);
	e = content_make_text(r->view, c, &r->place, r->fd, apart, &r->text);
	r->made = e == 0;
	return e;
}

static ssize_t read_made(struct reading *r, const struct client *c, unsigned apart, void *data,
			 size_t size, off_t offset)
{
	ssize_t n = 0;

	pthread_mutex_lock(&r->lock);
	if (offset == 0 || !r->made)
		n = make_text(r, c, apart);
	if (n == 0 && (uint64_t)offset < r->text.len) {
		size_t left = r->text.len - (size_t)offset;

		n = (ssize_t)(left < size ? left : size);
		memcpy(data, r->text.data + offset, (size_t)n);
	}
	pthread_mutex_unlock(&r->lock);
	return n;
}

struct read_access {
	int fd;
	void *data;
	size_t size;
	off_t offset;
	ssize_t n;
};

static int read_file(void *arg)
{
	struct read_access *a = arg;

	a->n = pread(a->fd, a->data, a->size, a->offset);
	return a->n < 0 ? -errno : 0;
}

/* By a process that stands where the client does. */
struct raw_apart {
	const struct place *place;
	const struct read_access *read;
};

static int read_raw_there(void *arg, struct buf *out)
{
	const struct raw_apart *x = arg;
	const struct place *p = x->place;
	AUTO_FD int fd = -1;
	ssize_t n;
	int r;

	fd = source_openat(p->realm->source, place_dirfd(p), p->path, O_RDONLY);
	if (fd < 0)
		return fd;
	r = buf_reserve(out, x->read->size);
	if (r < 0)
		return r;
	n = pread(fd, out->data, x->read->size, x->read->offset);
	if (n > 0)
		out->len = (size_t)n;
	return n < 0 ? -errno : 0;
}

static ssize_t read_raw_apart(const struct reading *r, const struct client *c,
			      struct read_access *a)
{
	AUTO_BUF struct buf out = { 0 };
	struct raw_apart x = { &r->place, a };
	int e;

	e = access_read_apart(r->view, c, &r->place, read_raw_there, &x, &out);
	if (e == -EXDEV)
		e = access_do(r->view, c, &r->place, read_file, a);
	else if (e == 0)
		a->n = (ssize_t)(out.len < a->size ? out.len : a->size);
	if (e == 0 && out.len > 0)
		memcpy(a->data, out.data, (size_t)a->n);
	return e < 0 ? e : a->n;
}

ssize_t reading_read(struct reading *r, const struct client *c, void *data, size_t size,
		     off_t offset)
{
	struct read_access a = { r->fd, data, size, offset, 0 };
	unsigned apart;
	int e;

	e = place_ask(r->view, c, &r->place, POLICY_READ);
	if (e < 0)
		return e;
	apart = access_apart(r->view, c, &r->place);
	if (apart && r->place.row->kind == ENTRY_RAW)
		return read_raw_apart(r, c, &a);
	if (content_is_rewritten(r->view, &r->place) || apart)
		return read_made(r, c, apart, data, size, offset);
	/* As it is, at this very offset and size. */
	e = access_do(r->view, c, &r->place, read_file, &a);
	return e < 0 ? e : a.n;
}

/*
 * One write(2) for one request, as procfs wants it. Where there is no pwrite(2) (ESPIPE: a seq_file that
 * can be written, fs/seq_file.c, seq_open()), fd has the position for us.
 */
static ssize_t write_at(int fd, const void *data, size_t size, off_t offset)
{
	ssize_t n = pwrite(fd, data, size, offset);

	if (n >= 0 || errno != ESPIPE)
		return n;
	if (lseek(fd, 0, SEEK_CUR) != offset && lseek(fd, offset, SEEK_SET) < 0)
		return -1;
	return write(fd, data, size);
}

struct write_access {
	int fd;
	const void *data;
	size_t size;
	off_t offset;
	ssize_t n;
};

static int write_file(void *arg)
{
	struct write_access *w = arg;

	w->n = write_at(w->fd, w->data, w->size, w->offset);
	return w->n < 0 ? -errno : 0;
}

/* What write(2) says of a file without a way to be written: of a task's, of one that is registered. */
static int no_method(const struct entry *row)
{
	return row->concern == CONCERN_TASK || row->concern == CONCERN_OWNER ? -EINVAL : -EIO;
}

ssize_t reading_write(struct reading *r, const struct client *c, const void *data, size_t size,
		      off_t offset)
{
	struct write_access w = { r->fd, data, size, offset, 0 };
	int e;

	e = place_ask(r->view, c, &r->place, POLICY_WRITE);
	if (e < 0)
		return e;
	if (r->place.row->write == WRITE_NEVER)
		return no_method(r->place.row);
	pthread_mutex_lock(&r->lock);
	e = access_do(r->view, c, &r->place, write_file, &w);
	pthread_mutex_unlock(&r->lock);
	return e < 0 ? e : w.n;
}

int reading_poll(struct reading *r, const struct client *c, short wanted, short *ret)
{
	struct pollfd p = { .fd = r->fd, .events = wanted };
	int e = place_ask(r->view, c, &r->place, POLICY_SEE);

	if (e == 0 && poll(&p, 1, 0) < 0)
		e = -errno;
	*ret = p.revents;
	return e;
}

int reading_duplicate(const struct reading *r)
{
	int fd = fcntl(r->fd, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int content_read_all(const struct view *v, const struct client *c, const struct place *p,
		     bool translated, struct buf *out)
{
	AUTO_FD int fd = -1;

	fd = open_source(v, c, p, O_RDONLY);
	if (fd < 0)
		return fd;
	if (translated && content_is_rewritten(v, p))
		return content_make_text(v, c, p, fd, 0, out);
	return fd_read_all(fd, ACCESS_TEXT_MAX_BYTES, out);
}
