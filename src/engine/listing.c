/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of one open directory. */

#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dirents.h"
#include "entry.h"
#include "fd.h"
#include "list_order.h"
#include "pidmap.h"
#include "place.h"

/* Inode numbers of processes that are listed by a map, which knows none; kernel procfs has 32 bits. */
#define PROCESS_INODE_BASE ((ino_t)1 << 32)

struct listing {
	const struct view *view;
	const struct entry *row;
	const struct realm *realm;
	bool in_thread;
	bool is_root;
	enum place_kind kind;
	int fd; /* the source's directory; -1 for directories of our own */
	ino_t inode;
	pthread_mutex_t lock; /* guards the names */
	bool made;
	struct list_names names;
};

int listing_open(const struct view *v, const struct client *c, const struct place *p,
		 struct listing **ret)
{
	AUTO_FD int fd = -1;
	struct stat st = { 0 };
	struct listing *l;
	int r;

	r = place_ask(v, c, p, POLICY_READ);
	if (r == 0)
		r = place_stat(p, &st);
	if (r < 0)
		return r;
	if (p->kind == PLACE_ENTRY) {
		fd = source_openat(p->realm->source, place_dirfd(p), p->path,
				   O_RDONLY | O_DIRECTORY);
		if (fd < 0)
			return fd;
	}
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->view = v;
	l->row = p->row;
	l->realm = p->realm;
	l->in_thread = p->in_thread;
	l->is_root = p->depth == 0;
	l->kind = p->kind;
	l->inode = st.st_ino ? st.st_ino : 1;
	l->fd = fd_steal(&fd);
	pthread_mutex_init(&l->lock, NULL);
	*ret = l;
	return 0;
}

void listing_free(struct listing *l)
{
	if (!l)
		return;
	fd_close(l->fd);
	list_names_free(&l->names);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* One pass over the source's directory. */
struct listing_pass {
	struct listing *listing;
	const struct client *client;
	int r;
};

static bool is_visible(const struct listing_pass *pass, const struct entry *row)
{
	struct policy_question q = {
		.client = pass->client,
		.row = row,
		.guest = pass->listing->realm == &pass->listing->view->guests,
		.operation = POLICY_SEE,
	};

	return policy_check(pass->listing->view, &q) == 0;
}

/* A thread's name: its number in the view, at the place where the source lists it. */
static int add_thread(struct listing *l, const struct dirents_entry *e, int32_t there)
{
	pid_t here = pidmap_to_view(l->realm->pids, there);
	char name[16];

	if (here <= 0)
		return 0;
	snprintf(name, sizeof(name), "%d", here);
	return list_names_add(&l->names, name, e->type, e->inode, here);
}

static int add_name(struct listing_pass *pass, const struct dirents_entry *e)
{
	struct listing *l = pass->listing;
	enum entry_each each = l->row ? l->row->each : EACH_NONE;
	const struct entry *row =
		l->row ? entry_find(l->row, text_str(e->name), l->in_thread) : NULL;
	bool numbered = row && !entry_is_named(row);
	int32_t number = -1;

	if (!is_visible(pass, row))
		return 0;
	if (numbered && (each == EACH_PROCESS || each == EACH_THREAD || each == EACH_NUMBER) &&
	    text_pid(text_str(e->name), &number) < 0)
		number = 0;
	if (numbered && each == EACH_PROCESS && !l->realm->pids->identity)
		return 0; /* listed by the map */
	if (numbered && each == EACH_THREAD)
		return add_thread(l, e, number);
	return list_names_add(&l->names, e->name, e->type, e->inode, number);
}

static bool visit_name(void *context, const struct dirents_entry *e)
{
	struct listing_pass *pass = context;

	pass->r = add_name(pass, e);
	return pass->r == 0;
}

/* The processes of a realm whose numbers are translated: ascending by the view's. */
static int add_processes(struct listing *l)
{
	struct pidmap_list pids = { 0 };
	size_t i;
	int r;

	r = pidmap_list(l->realm->pids, &pids);
	for (i = 0; r == 0 && i < pids.n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%d", pids.pairs[i].here);
		r = list_names_add(&l->names, name, DT_DIR,
				   PROCESS_INODE_BASE + (ino_t)pids.pairs[i].here,
				   pids.pairs[i].here);
	}
	pidmap_list_free(&pids);
	return r;
}

static int make_names(struct listing *l, const struct client *c)
{
	struct listing_pass pass = { .listing = l, .client = c };
	int r = 0;

	list_names_clear(&l->names);
	l->made = false;
	if (l->kind == PLACE_ENTRY)
		r = dirents_each(l->fd, visit_name, &pass);
	if (r == 0)
		r = pass.r;
	if (r == 0 && l->row && l->realm->source->kind == SOURCE_TREE)
		list_names_sort(&l->names, l->row);
	if (r == 0 && l->is_root && !l->realm->pids->identity)
		r = add_processes(l);
	l->made = r == 0;
	return r;
}

/* "." and "..": offsets 1 and 2, as simple_dir_operations and proc_readdir() count them. */
static bool emit_dots(const struct listing *l, off_t offset,
		      bool (*emit)(void *context, const struct listing_name *name), void *context)
{
	static const char *const dots[] = { ".", ".." };
	off_t i;

	for (i = offset; i < 2; i++) {
		struct listing_name n = {
			.name = dots[i], .type = DT_DIR, .inode = l->inode, .next = i + 1
		};

		if (!emit(context, &n))
			return false;
	}
	return true;
}

static void emit_names(const struct listing *l, off_t offset,
		       bool (*emit)(void *context, const struct listing_name *name), void *context)
{
	size_t i;

	for (i = 0; i < l->names.n; i++) {
		const struct list_item *item = &l->names.items[i];
		struct listing_name n = {
			.name = l->names.bytes.data + item->name,
			.type = item->type,
			.inode = item->inode ? item->inode : 1,
			.next = list_names_offset(&l->names, l->row, i),
		};

		if (n.next > offset && !emit(context, &n))
			return;
	}
}

int listing_each(struct listing *l, const struct client *c, off_t offset,
		 bool (*emit)(void *context, const struct listing_name *name), void *context)
{
	int r = 0;

	pthread_mutex_lock(&l->lock);
	if (offset == 0 || !l->made)
		r = make_names(l, c);
	if (r == 0 && emit_dots(l, offset, emit, context))
		emit_names(l, offset, emit, context);
	pthread_mutex_unlock(&l->lock);
	return r;
}
