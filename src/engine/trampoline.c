/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Following links whose text is no path. */

#include "trampoline.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "access.h"
#include "buf.h"
#include "dirents.h"
#include "entry.h"
#include "fd.h"
#include "pidmap.h"
#include "place.h"

/* Only texts of the form type:[number] need the trampoline: the others are paths or dangle anyway. */
static bool is_object_text(struct text name)
{
	return name.n > 3 && name.p[name.n - 1] == ']' && memmem(name.p, name.n, ":[", 2);
}

/* The directory has magic links below it: fd/, ns/. */
static bool holds_magic_links(const struct entry *row)
{
	const struct entry *child;

	if (!row || row->kind != ENTRY_DIR)
		return false;
	if (row->each_row)
		return row->each_row->kind == ENTRY_MAGIC;
	for (child = row->children; child && child->kind != ENTRY_END; child++) {
		if (child->kind == ENTRY_MAGIC)
			return true;
	}
	return false;
}

struct link_search {
	const struct place *dir;
	struct text wanted;
	struct place *ret;
	int r;
};

static bool try_link(void *context, const struct dirents_entry *e)
{
	struct link_search *s = context;
	AUTO_PLACE struct place p = PLACE_NULL;
	AUTO_BUF struct buf text = { 0 };

	if (place_child(s->dir, NULL, text_str(e->name), &p) < 0)
		return true;
	if (source_readlink(p.realm->source, place_dirfd(&p), p.path, &text) < 0 ||
	    !text_equal(buf_text(&text), s->wanted))
		return true;
	p.kind = PLACE_TRAMPOLINE;
	*s->ret = place_steal(&p);
	s->r = 0;
	return false;
}

static int search(void *arg)
{
	struct link_search *s = arg;
	const struct place *dir = s->dir;
	AUTO_FD int fd = -1;
	int r;

	fd = source_openat(dir->realm->source, place_dirfd(dir), dir->path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	r = dirents_each(fd, try_link, s);
	return r < 0 ? r : s->r;
}

int trampoline_find(const struct view *v, const struct client *c, const struct place *dir,
		    struct text name, struct place *ret)
{
	struct link_search s = { .dir = dir, .wanted = name, .ret = ret, .r = -ENOENT };

	if (!is_object_text(name) || !holds_magic_links(dir->row) || !dir->realm->portal)
		return -ENOENT;
	return access_do(v, c, dir, search, &s) < 0 ? -ENOENT : 0;
}

/* The path of the place, with the numbers of tasks as what is mounted on the portal has them. */
static int portal_path(const struct place *p, struct buf *out)
{
	const struct pidmap *m = p->realm->portal_pids;
	struct text rest, name;
	int32_t number;
	int r = 0;

	if (!m || !p->anchor)
		return place_source_path(p, out);
	rest = text_str(p->anchor->path);
	while (r == 0 && text_until(&rest, '/', &name)) {
		if (text_pid(name, &number) == 0)
			r = buf_printf(out, "%d/", pidmap_from_view(m, number));
		else
			r = buf_printf(out, "%.*s/", (int)name.n, name.p);
	}
	return r < 0 ? r : buf_append_str(out, p->path);
}

int trampoline_text(const struct view *v, const struct place *p, struct buf *out)
{
	unsigned i;
	int r = 0;

	for (i = 1; r == 0 && i < p->depth; i++)
		r = buf_append_str(out, "../");
	if (r == 0)
		r = buf_printf(out, "%s/%s/", v->portal, p->realm->portal);
	return r < 0 ? r : portal_path(p, out);
}
