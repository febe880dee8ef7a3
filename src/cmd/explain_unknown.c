/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of the source that the table does not know. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "entry.h"
#include "explain.h"
#include "listing.h"
#include "print.h"

/* Rows nest less deep: /PID/task/TID/net/stat. */
#define DEPTH_MAX 16

/* The names of a directory, one after another with their NULs. */
struct names {
	struct buf bytes;
	int r;
};

struct search {
	const struct explain *e;
	const char *prefix;
	size_t n_unknown;
};

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool keep_name(void *context, const struct listing_name *name)
{
	struct names *names = context;

	if (!is_dot(name->name))
		names->r = buf_append(&names->bytes, name->name, strlen(name->name) + 1);
	return names->r == 0;
}

static int read_names(const struct search *s, const struct place *dir, struct names *ret)
{
	struct listing *listing = NULL;
	int r;

	r = listing_open(s->e->view, s->e->client, dir, &listing);
	if (r == 0)
		r = listing_each(listing, s->e->client, 0, keep_name, ret);
	listing_free(listing);
	return r < 0 ? r : ret->r;
}

static void print_unknown(struct search *s, const struct text *path, const char *name)
{
	fputs(s->prefix, stdout);
	print_escaped(stdout, *path);
	putchar('/');
	print_escaped(stdout, text_str(name));
	putchar('\n');
	s->n_unknown++;
}

static int search_directory(struct search *s, const struct place *dir, struct buf *path,
			    unsigned depth);

/* Looks into name if it is a directory whose names have rows. */
static int search_below(struct search *s, const struct place *dir, const char *name,
			struct buf *path, unsigned depth)
{
	AUTO_PLACE struct place place = PLACE_NULL;
	size_t before = path->len;
	struct stat st;
	int r;

	r = tree_lookup(s->e->view, s->e->client, dir, text_str(name), NULL, &place, &st);
	if (r < 0 || !S_ISDIR(st.st_mode))
		return r == -ENOMEM ? r : 0;
	r = buf_printf(path, "/%s", name);
	if (r == 0)
		r = search_directory(s, &place, path, depth + 1);
	path->len = before;
	return r;
}

/* Processes and threads are all alike: one of each is enough. Below EACH_ANY everything is known. */
static bool is_worth(const struct entry *dir, const struct entry *row, bool *one_seen)
{
	if (row->each == EACH_ANY || (!row->children && row->each == EACH_NONE))
		return false;
	if (entry_is_named(row) || (dir->each != EACH_PROCESS && dir->each != EACH_THREAD))
		return true;
	if (*one_seen)
		return false;
	*one_seen = true;
	return true;
}

static int search_names(struct search *s, const struct place *dir, const struct buf *names,
			struct buf *path, unsigned depth)
{
	struct text rest = buf_text(names), word;
	bool one_seen = false;
	int r = 0;

	while (r == 0 && text_until(&rest, '\0', &word)) {
		const struct entry *row = entry_find(dir->row, word, dir->in_thread);
		struct text at = buf_text(path);

		if (!row)
			print_unknown(s, &at, word.p);
		else if (is_worth(dir->row, row, &one_seen))
			r = search_below(s, dir, word.p, path, depth);
	}
	return r;
}

static int search_directory(struct search *s, const struct place *dir, struct buf *path,
			    unsigned depth)
{
	struct names names = { 0 };
	int r;

	if (!dir->row || depth > DEPTH_MAX)
		return 0;
	r = read_names(s, dir, &names);
	if (r < 0 && r != -ENOMEM) {
		fprintf(stderr, "nsprocfs: explain: not looked into %.*s/: %s\n", (int)path->len,
			path->data ? path->data : "", strerror(-r));
		r = 0;
	} else if (r == 0) {
		r = search_names(s, dir, &names.bytes, path, depth);
	}
	buf_free(&names.bytes);
	return r;
}

int explain_unknown(const struct explain *e, const char *prefix, size_t *ret_n)
{
	struct search s = { .e = e, .prefix = prefix };
	AUTO_PLACE struct place root = PLACE_NULL;
	AUTO_BUF struct buf path = { 0 };
	int r;

	r = tree_root(e->view, &root);
	if (r == 0)
		r = search_directory(&s, &root, &path, 0);
	*ret_n = s.n_unknown;
	return r;
}
