/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Places and the open task directories they hang on. */

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "entry.h"
#include "fd.h"
#include "hidden.h"
#include "writer.h"

struct anchor *anchor_ref(struct anchor *a)
{
	if (a)
		atomic_fetch_add(&a->references, 1);
	return a;
}

struct anchor *anchor_unref(struct anchor *a)
{
	if (a && atomic_fetch_sub(&a->references, 1) == 1) {
		fd_close(a->fd);
		free(a->path);
		free(a);
	}
	return NULL;
}

/* "42" below the root, "42/task/43" below the anchor of 42. Returns NULL without memory. */
static char *anchor_path(const struct place *dir, const char *path)
{
	AUTO_BUF struct buf b = { 0 };
	int r = 0;

	if (dir->anchor)
		r = buf_printf(&b, "%s/", dir->anchor->path);
	if (r < 0 || buf_append_str(&b, path) < 0)
		return NULL;
	return strdup(b.data);
}

int anchor_open(const struct place *dir, const struct realm *realm, const char *path,
		struct anchor **ret)
{
	struct anchor *a;
	int r;

	a = calloc(1, sizeof(*a));
	if (!a)
		return -ENOMEM;
	atomic_init(&a->references, 1);
	a->fd = source_openat(realm->source, place_dirfd(dir), path, O_PATH | O_DIRECTORY);
	r = a->fd < 0 ? a->fd : 0;
	if (r == 0) {
		a->path = anchor_path(dir, path);
		r = a->path ? 0 : -ENOMEM;
	}
	if (r == 0)
		a->name = a->path + strlen(a->path) - strlen(path);
	if (r < 0) {
		anchor_unref(a);
		return r;
	}
	*ret = a;
	return 0;
}

void place_done(struct place *p)
{
	anchor_unref(p->anchor);
	free(p->path);
	*p = PLACE_NULL;
}

struct place place_steal(struct place *p)
{
	struct place r = *p;

	*p = PLACE_NULL;
	return r;
}

int place_copy(const struct place *p, struct place *ret)
{
	char *path = strdup(p->path);

	if (!path)
		return -ENOMEM;
	*ret = *p;
	ret->path = path;
	anchor_ref(ret->anchor);
	return 0;
}

int place_dirfd(const struct place *p)
{
	return p->anchor ? p->anchor->fd : -1;
}

int place_source_path(const struct place *p, struct buf *out)
{
	int r = 0;

	if (p->anchor)
		r = buf_append_str(out, p->anchor->path);
	if (r == 0 && p->anchor && p->path[0])
		r = buf_append_str(out, "/");
	return r < 0 ? r : buf_append_str(out, p->path);
}

pid_t place_task(const struct place *p)
{
	struct text rest = p->anchor ? text_str(p->anchor->path) : text_str("");
	struct text first;
	int32_t number;

	if (!text_until(&rest, '/', &first) || text_pid(first, &number) < 0)
		return 0;
	return number;
}

int place_child(const struct place *dir, const struct entry *row, struct text name,
		struct place *ret)
{
	AUTO_BUF struct buf path = { 0 };
	int r = 0;

	if (dir->path[0])
		r = buf_printf(&path, "%s/", dir->path);
	if (r == 0)
		r = buf_append_text(&path, name);
	if (r < 0)
		return r;
	*ret = (struct place){
		.kind = dir->kind,
		.row = row,
		.realm = dir->realm,
		.anchor = anchor_ref(dir->anchor),
		.path = path.data,
		.in_thread = dir->in_thread,
		.depth = dir->depth + 1,
	};
	path = (struct buf){ 0 };
	return 0;
}

bool place_is_dead(const struct place *p)
{
	struct stat st;
	int r;

	if (!p->anchor || !p->row || !p->row->children)
		return false;
	/* Any name that every task has: looking it up fails once the task is gone. */
	r = source_stat(p->realm->source, p->anchor->fd, p->row->children[0].name, &st);
	return r == -ESRCH || r == -ENOENT;
}

/* What has no counterpart in a source: directories and links of our own. */
static void synthetic_stat(mode_t mode, struct stat *ret)
{
	*ret = (struct stat){ .st_mode = mode,
			      .st_nlink = S_ISDIR(mode) ? 2 : 1,
			      .st_ino = UINT32_MAX,
			      .st_blksize = 1024 };
}

/* A tree has kept neither modes nor sizes as procfs shows them; the row tells. */
static void dress_recorded(const struct place *p, struct stat *st)
{
	if (p->row && p->row->mode)
		st->st_mode = (st->st_mode & S_IFMT) | p->row->mode;
	st->st_blocks = 0;
	st->st_blksize = 1024;
	if (S_ISREG(st->st_mode))
		st->st_size = 0;
}

static bool is_self(const struct entry *row)
{
	return row && (row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF);
}

int place_stat(const struct place *p, struct stat *ret)
{
	int r;

	if (p->kind == PLACE_PORTAL)
		synthetic_stat(S_IFDIR | 0555, ret);
	if (p->kind == PLACE_TRAMPOLINE || p->kind == PLACE_NATIVE)
		synthetic_stat(S_IFLNK | 0777, ret);
	if (p->kind != PLACE_ENTRY)
		return 0;
	r = source_stat(p->realm->source, place_dirfd(p), p->path, ret);
	if (p->realm->source->kind != SOURCE_TREE)
		return r;
	if (is_self(p->row)) {
		synthetic_stat(S_IFLNK | 0777, ret);
		return 0;
	}
	if (r == 0)
		dress_recorded(p, ret);
	return r;
}

int place_ask(const struct view *v, const struct client *c, const struct place *p,
	      enum policy_operation operation)
{
	struct policy_question q = {
		.client = c,
		.row = p->row,
		.guest = p->realm == &v->guests,
		.top = p->depth == 1,
		.strict = p->realm->strict,
		.operation = operation,
	};
	int r;

	if (p->kind != PLACE_ENTRY && p->kind != PLACE_NATIVE)
		return 0;
	if (operation == POLICY_WRITE && v->writable)
		q.writer = writer_of(v, c, p);
	else if (operation == POLICY_PASS)
		q.writer = writer_own(v, c, p);
	r = policy_check(v, &q);
	return r < 0 ? r : hidden_check_place(v, c, p, operation);
}
