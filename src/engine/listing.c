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
#include <unistd.h>

#include "access.h"
#include "buf.h"
#include "dirents.h"
#include "entry.h"
#include "fd.h"
#include "hidden.h"
#include "list_order.h"
#include "names.h"
#include "pidmap.h"
#include "place.h"

/* Inode numbers of processes that are listed by a map, which knows none; kernel procfs has 32 bits. */
#define PROCESS_INODE_BASE ((ino_t)1 << 32)

struct listing {
	const struct view *view;
	struct place place; /* an own copy */
	int fd;		    /* the source's directory; -1 for directories of our own */
	ino_t inode;
	pthread_mutex_t lock; /* guards the names */
	bool made;
	struct list_names seen; /* what the source lists, in its order */
	struct list_names names;
	bool dots_only; /* the source lists "." and "..", then fails */
};

struct open_access {
	const struct place *place;
	struct stat *st;
	int *fd;
};

/* Whose attributes "." has, and the directory itself; none for one of our own. */
static int open_directory(void *arg)
{
	const struct open_access *o = arg;
	const struct place *p = o->place;
	int r;

	r = place_stat(p, o->st);
	if (r < 0 || p->kind != PLACE_ENTRY)
		return r;
	*o->fd = source_openat(p->realm->source, place_dirfd(p), p->path, O_RDONLY | O_DIRECTORY);
	return *o->fd < 0 ? *o->fd : 0;
}

int listing_open(const struct view *v, const struct client *c, const struct place *p,
		 struct listing **ret)
{
	AUTO_FD int fd = -1;
	struct stat st = { 0 };
	struct open_access o = { p, &st, &fd };
	struct listing *l;
	int r;

	r = place_ask(v, c, p, POLICY_READ);
	if (r == 0)
		r = access_do(v, c, p, open_directory, &o);
	if (r < 0)
		return r;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	if (place_copy(p, &l->place) < 0) {
		free(l);
		return -ENOMEM;
	}
	l->view = v;
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
	list_names_free(&l->seen);
	list_names_free(&l->names);
	place_done(&l->place);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* One pass over the source's directory. */
struct listing_pass {
	struct listing *listing;
	int r;
};

static bool see_name(void *context, const struct dirents_entry *e)
{
	struct listing_pass *pass = context;

	pass->r = list_names_add(&pass->listing->seen, e->name, e->type, e->inode, -1);
	return pass->r == 0;
}

/* What the source lists to the client. */
static int see_names(void *arg)
{
	struct listing *l = arg;
	struct listing_pass pass = { .listing = l };
	int r;

	list_names_clear(&l->seen);
	r = dirents_each(l->fd, see_name, &pass);
	/* The position tells whether it had come to anything. */
	l->dots_only = r < 0 && lseek(l->fd, 0, SEEK_CUR) > 0;
	return r < 0 ? r : pass.r;
}

static bool is_visible(const struct listing *l, const struct client *c, const struct entry *row)
{
	struct policy_question q = {
		.client = c,
		.row = row,
		.guest = l->place.realm == &l->view->guests,
		.top = l->place.depth == 0,
		.strict = l->place.realm->strict,
		.operation = POLICY_SEE,
	};

	return policy_check(l->view, &q) == 0;
}

/* A thread's name: its number in the view, at the place where the source lists it. */
static int add_thread(struct listing *l, const struct list_item *seen, int32_t there)
{
	pid_t here = pidmap_to_view(l->place.realm->pids, there);
	char name[16];

	if (here <= 0)
		return 0;
	snprintf(name, sizeof(name), "%d", here);
	return list_names_add(&l->names, name, seen->type, seen->inode, here);
}

/* A name that is the container's. */
static int add_renamed(struct listing *l, const struct names *names, const struct list_item *seen)
{
	AUTO_BUF struct buf here = { 0 };
	int r;

	r = names->ops->here(&names->facts, text_str(l->seen.bytes.data + seen->name), &here);
	if (r == -ENOENT)
		return 0;
	return r < 0 ? r : list_names_add(&l->names, here.data, seen->type, seen->inode, -1);
}

static int add_name(struct listing *l, const struct client *c, const struct names *names,
		    const struct list_item *seen)
{
	const struct entry *dir = l->place.row;
	enum entry_each each = dir ? dir->each : EACH_NONE;
	const char *name = l->seen.bytes.data + seen->name;
	const struct entry *row = dir ? entry_find(dir, text_str(name), l->place.in_thread) : NULL;
	bool numbered = row && !entry_is_named(row);
	int32_t number = -1;

	if (!is_visible(l, c, row))
		return 0;
	if (numbered && (each == EACH_PROCESS || each == EACH_THREAD || each == EACH_NUMBER) &&
	    text_pid(text_str(name), &number) < 0)
		number = 0;
	if (numbered && each == EACH_PROCESS && !l->place.realm->pids->identity)
		return 0; /* listed by the map */
	if (numbered && each == EACH_PROCESS && !l->place.realm->enforced &&
	    hidden_in_listing(l->view, c, l->place.realm, number))
		return 0;
	if (numbered && each == EACH_THREAD)
		return add_thread(l, seen, number);
	if (numbered && names->ops)
		return add_renamed(l, names, seen);
	return list_names_add(&l->names, name, seen->type, seen->inode, number);
}

/* The processes of a realm whose numbers are translated: ascending by the view's. */
static int add_processes(struct listing *l, const struct client *c)
{
	struct pidmap_list pids = { 0 };
	size_t i;
	int r;

	r = pidmap_list(l->place.realm->pids, &pids);
	for (i = 0; r == 0 && i < pids.n; i++) {
		char name[16];

		if (hidden_in_listing(l->view, c, l->place.realm, pids.pairs[i].there))
			continue;
		snprintf(name, sizeof(name), "%d", pids.pairs[i].here);
		r = list_names_add(&l->names, name, DT_DIR,
				   PROCESS_INODE_BASE + (ino_t)pids.pairs[i].here,
				   pids.pairs[i].here);
	}
	pidmap_list_free(&pids);
	return r;
}

static int add_names(struct listing *l, const struct client *c)
{
	struct names names;
	size_t i;
	int r;

	r = names_begin(l->view, c, l->place.row, &names);
	for (i = 0; r == 0 && i < l->seen.n; i++)
		r = add_name(l, c, &names, &l->seen.items[i]);
	names_done(&names);
	return r;
}

static int make_names(struct listing *l, const struct client *c)
{
	const struct realm *realm = l->place.realm;
	int r = 0;

	list_names_clear(&l->names);
	list_names_clear(&l->seen);
	l->made = false;
	if (l->place.kind == PLACE_ENTRY)
		r = access_do(l->view, c, &l->place, see_names, l);
	if (r == 0)
		r = add_names(l, c);
	if (r == 0 && l->place.row && realm->source->kind == SOURCE_TREE)
		list_names_sort(&l->names, l->place.row);
	if (r == 0 && l->place.depth == 0 && !realm->pids->identity)
		r = add_processes(l, c);
	l->made = r == 0;
	return r;
}

/*
 * "." and "..": offsets 1 and 2, as simple_dir_operations and proc_readdir() count them. With subset=pid
 * the root has none (fs/proc/generic.c, proc_readdir()).
 */
static bool emit_dots(const struct listing *l, off_t offset,
		      bool (*emit)(void *context, const struct listing_name *name), void *context)
{
	static const char *const dots[] = { ".", ".." };
	off_t i;

	if (l->place.depth == 0 && l->view->hiding.only_processes)
		return true;
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
			.next = list_names_offset(&l->names, l->place.row, i),
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
	/* The failure is what the next call gets (fs/proc/base.c, proc_map_files_readdir()). */
	if (r < 0 && l->dots_only && offset < 2)
		r = emit_dots(l, offset, emit, context) ? 0 : r;
	else if (r == 0 && emit_dots(l, offset, emit, context))
		emit_names(l, offset, emit, context);
	pthread_mutex_unlock(&l->lock);
	return r;
}
