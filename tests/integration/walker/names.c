/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Directories: which names, in which order, of which type. */

#include "walker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#define LIST_BYTES 32768

static bool same_item(const struct listing_item *a, const struct listing_item *b)
{
	return a->type == b->type && strcmp(a->name, b->name) == 0;
}

static bool same_listing(const struct listing *a, const struct listing *b)
{
	if (a->n != b->n || a->error != b->error)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!same_item(&a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

/* Opens the directory anew and lists it. Returns a descriptor or -errno. */
static int open_and_list(struct walker *w, int side, const struct place *at, struct listing *out)
{
	int fd = side_open(&w->side[side], at->dir[side], at, O_RDONLY | O_DIRECTORY);

	listing_free(out);
	if (fd < 0)
		out->error = fd;
	else
		side_list(&w->side[side], fd, at, LIST_BYTES, out);
	return fd;
}

static const struct listing_item *find_name(const struct listing *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->items[i].name, name) == 0)
			return &l->items[i];
	}
	return NULL;
}

/* Up to some names from l[from], for the report. */
static void print_names(const struct listing *l, size_t from, struct buf *out)
{
	buf_clear(out);
	for (size_t i = from; i < l->n && i < from + 6; i++)
		must(buf_printf(out, "%s/%u ", l->items[i].name, l->items[i].type));
	if (l->error < 0)
		must(buf_printf(out, "%s ", error_name(l->error)));
	must(buf_printf(out, "(%zu names)", l->n));
}

/* Names of a that b has not, under that heading. Returns whether there is one. */
static bool add_absent(struct findings *f, const char *what, const struct listing *a,
		       const struct listing *b)
{
	AUTO_BUF struct buf names = { 0 };
	bool missing = strcmp(what, "names:missing") == 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!find_name(b, a->items[i].name))
			must(buf_printf(&names, "%s ", a->items[i].name));
	}
	if (names.len == 0)
		return false;
	finding_add(f, what, missing ? buf_text(&names) : TEXT("absent"),
		    missing ? TEXT("absent") : buf_text(&names),
		    missing ? buf_text(&names) : TEXT("absent"));
	return true;
}

/* Says how two listings that have to be equal differ. */
static void add_listing(struct findings *f, const struct listing *o, const struct listing *v)
{
	AUTO_BUF struct buf text_o = { 0 };
	AUTO_BUF struct buf text_v = { 0 };
	const char *what = "order";
	bool absent, extra;
	size_t i = 0;

	if (o->error != v->error) {
		finding_errno(f, "errno:list", o->error, v->error, o->error);
		return;
	}
	absent = add_absent(f, "names:missing", o, v);
	extra = add_absent(f, "names:extra", v, o);
	if (absent || extra)
		return;
	while (i < o->n && i < v->n && same_item(&o->items[i], &v->items[i]))
		i++;
	if (o->n != v->n)
		what = "names:twice";
	else if (strcmp(o->items[i].name, v->items[i].name) == 0)
		what = "d_type";
	print_names(o, i, &text_o);
	print_names(v, i, &text_v);
	finding_add(f, what, buf_text(&text_o), buf_text(&text_v), buf_text(&text_o));
}

/* Keeps the names of l that other has as well, "." and ".." apart. */
static void keep_common(struct listing *l, const struct listing *other)
{
	AUTO_LISTING struct listing rest = *l;
	size_t n = 0;

	*l = (struct listing){ .items = calloc(rest.n + 1, sizeof(*l->items)) };
	must(l->items ? 0 : -ENOMEM);
	for (size_t i = 0; i < rest.n; i++) {
		const char *name = rest.items[i].name;
		/* Equal lists are the rule: look at the same place first. */
		bool common = (i < other->n && strcmp(other->items[i].name, name) == 0) ||
			      find_name(other, name);

		if (!common || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		l->items[n] = rest.items[i];
		rest.items[i].name = NULL;
		n++;
	}
	l->n = n;
}

void compare_directory(struct walker *w, const struct place *at, struct findings *f,
		       int fds[N_SIDES], struct listing *ret_names)
{
	AUTO_LISTING struct listing o1 = { 0 };
	AUTO_LISTING struct listing v = { 0 };
	AUTO_LISTING struct listing o2 = { 0 };
	bool ok = false;

	fds[ORACLE] = fds[VIEW] = -1;
	for (unsigned round = 0; round < w->opt.rounds && !ok; round++) {
		fds[ORACLE] = fd_close(fds[ORACLE]);
		fds[VIEW] = fd_close(fds[VIEW]);
		fds[ORACLE] = open_and_list(w, ORACLE, at, &o1);
		fds[VIEW] = open_and_list(w, VIEW, at, &v);
		ok = same_listing(&o1, &v);
		if (ok)
			break;
		fd_close(open_and_list(w, ORACLE, at, &o2));
		ok = same_listing(&v, &o2);
	}
	if (!ok)
		add_listing(f, &o2, &v);
	*ret_names = o1;
	o1 = (struct listing){ 0 };
	keep_common(ret_names, &v);
}
