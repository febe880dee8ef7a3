/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences that are documented, from a file. */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"

#define FILE_MAX_BYTES 1000000

struct row {
	struct buf glob, what;
	uint64_t n_used;
};

struct exceptions {
	struct row *rows;
	size_t n;
};

void exceptions_free(struct exceptions *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n; i++) {
		buf_free(&e->rows[i].glob);
		buf_free(&e->rows[i].what);
	}
	free(e->rows);
	free(e);
}

static void add_row(struct exceptions *e, struct text glob, struct text what)
{
	struct row *row;

	e->rows = reallocarray(e->rows, e->n + 1, sizeof(*e->rows));
	must(e->rows ? 0 : -ENOMEM);
	row = &e->rows[e->n++];
	*row = (struct row){ 0 };
	must(buf_append_text(&row->glob, glob));
	must(buf_append_text(&row->what, what));
}

/* One line; *wanted says whether the section it is in counts. Returns false if it is no row. */
static bool parse_line(struct exceptions *e, struct text line, struct text section, bool *wanted)
{
	struct text rest = text_trim(line), glob, what;

	if (rest.n == 0 || rest.p[0] == '#')
		return true;
	if (rest.p[0] == '[' && rest.p[rest.n - 1] == ']') {
		*wanted = text_equal(text_of(rest.p + 1, rest.n - 2), section);
		return true;
	}
	/* A row without a reason is none. */
	if (!text_field(&rest, &glob) || !text_field(&rest, &what) || text_trim(rest).n == 0)
		return false;
	if (*wanted)
		add_row(e, glob, what);
	return true;
}

struct exceptions *exceptions_load(const char *path, const char *section)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_BUF struct buf file = { 0 };
	struct exceptions *e = calloc(1, sizeof(*e));
	struct text rest, line;
	bool wanted = true;
	size_t n = 0;

	must(e ? 0 : -ENOMEM);
	if (fd < 0 || fd_read_all(fd, FILE_MAX_BYTES, &file) < 0) {
		fprintf(stderr, "walker: %s: %s\n", path, strerror(errno));
		exceptions_free(e);
		return NULL;
	}
	rest = buf_text(&file);
	while (text_line(&rest, &line, NULL)) {
		n++;
		if (parse_line(e, line, text_str(section ? section : ""), &wanted))
			continue;
		fprintf(stderr, "walker: %s:%zu: a row is: GLOB WHAT REASON\n", path, n);
		exceptions_free(e);
		return NULL;
	}
	return e;
}

bool exceptions_cover(struct exceptions *e, const char *const paths[], const char *what)
{
	for (size_t i = 0; e && i < e->n; i++) {
		struct row *row = &e->rows[i];

		if (fnmatch(row->what.data, what, 0) != 0)
			continue;
		for (const char *const *path = paths; *path; path++) {
			if (!path_matches(*path, row->glob.data))
				continue;
			row->n_used++;
			return true;
		}
	}
	return false;
}

void exceptions_warn(const struct exceptions *e)
{
	for (size_t i = 0; e && i < e->n; i++) {
		if (e->rows[i].n_used == 0)
			fprintf(stderr, "walker: warning: exception without a case: %s %s\n",
				e->rows[i].glob.data, e->rows[i].what.data);
	}
}
