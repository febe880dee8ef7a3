/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* System calls on one of the trees; a planted mutation changes what comes back. */

#include "walker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINK_BYTES 65536

void listing_free(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].name);
	free(l->items);
	*l = (struct listing){ 0 };
}

void content_free(struct content *c)
{
	buf_free(&c->data);
	*c = (struct content){ 0 };
}

int side_open(struct side *s, int dir, const struct place *at, int flags)
{
	int fd = openat(dir, at->name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		fd = -errno;
	if (s->plant)
		plant_open(s->plant, at->normal, &fd);
	return fd;
}

int side_stat(struct side *s, int dir, const struct place *at, struct stat *st)
{
	int r = fstatat(dir, at->name, st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;

	if (s->plant)
		plant_stat(s->plant, at->normal, st, &r);
	return r;
}

int side_readlink(struct side *s, int dir, const struct place *at, struct buf *out)
{
	ssize_t n;
	int r;

	buf_clear(out);
	must(buf_reserve(out, LINK_BYTES));
	n = readlinkat(dir, at->name, out->data, LINK_BYTES);
	r = n < 0 ? -errno : 0;
	out->len = n < 0 ? 0 : (size_t)n;
	out->data[out->len] = '\0';
	if (s->plant)
		plant_link(s->plant, at->normal, out, &r);
	return r;
}

static void add_item(struct listing *l, const struct dirent64 *d)
{
	struct listing_item *item;

	/* Room for 2^k items whenever n reaches a power of 2. */
	if ((l->n & (l->n - 1)) == 0) {
		void *p = reallocarray(l->items, l->n ? l->n * 2 : 1, sizeof(*l->items));

		must(p ? 0 : -ENOMEM);
		l->items = p;
	}
	item = &l->items[l->n++];
	*item = (struct listing_item){ .name = strdup(d->d_name),
				       .type = d->d_type,
				       .next = d->d_off };
	must(item->name ? 0 : -ENOMEM);
}

void side_list(struct side *s, int fd, const struct place *at, size_t bytes, struct listing *out)
{
	AUTO_BUF struct buf chunk = { 0 };
	ssize_t n;

	must(buf_reserve(&chunk, bytes));
	while ((n = getdents64(fd, chunk.data, bytes)) > 0) {
		for (ssize_t i = 0; i < n;) {
			const struct dirent64 *d = (const void *)(chunk.data + i);

			add_item(out, d);
			i += d->d_reclen;
		}
	}
	out->error = n < 0 ? -errno : 0;
	if (s->plant)
		plant_list(s->plant, at->normal, out);
}

static ssize_t read_to_end(int fd, const struct reading *how, struct buf *out)
{
	ssize_t n = 0;

	while (out->len < how->max) {
		size_t left = how->max - out->len, want = how->size < left ? how->size : left;

		must(buf_reserve(out, want));
		n = read(fd, out->data + out->len, want);
		if (n <= 0)
			break;
		out->len += (size_t)n;
	}
	return n;
}

void side_read(struct side *s, int fd, const struct place *at, const struct reading *how,
	       struct content *out)
{
	ssize_t n;

	content_free(out);
	must(buf_reserve(&out->data, how->size));
	if (how->how == READ_AT) {
		n = pread(fd, out->data.data, how->size, how->offset);
		out->data.len = n < 0 ? 0 : (size_t)n;
	} else {
		n = read_to_end(fd, how, &out->data);
	}
	out->error = n < 0 ? -errno : 0;
	out->stage = n < 0 ? "read" : "";
	out->data.data[out->data.len] = '\0';
	if (s->plant)
		plant_read(s->plant, at->normal, how->how, out);
}

int side_lookup(struct side *s, int dir, const struct place *at, const char *name, struct stat *st)
{
	int r = fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;

	if (s->plant)
		plant_lookup(s->plant, at->normal, name, &r);
	return r;
}
