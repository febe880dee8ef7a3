/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of a directory, shown and hidden. */

#include <errno.h>
#include <fcntl.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dirents.h"
#include "entry.h"
#include "explain.h"
#include "fd.h"
#include "pidmap.h"
#include "policy.h"
#include "resources.h"
#include "source.h"

struct names_run {
	const struct explain *e;
	const struct place *dir;
	struct libscols_table *table;
	size_t n_numbered;		 /* names without a row of their own that pass unchanged */
	const struct entry_names *names; /* NULL: they do not depend on the container */
	struct resources facts;
	int r;
};

/* What becomes of the bytes behind a name. */
static const char *fate_of(const struct names_run *run, const struct entry *row)
{
	if (!row)
		return "a name without a row in the table";
	if (row->translate && !run->dir->realm->pids->identity)
		return "translated";
	if (row->resource & view_resource_files(run->e->view) && row->kind == ENTRY_FILE)
		return "the container's";
	if (row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF)
		return "made for each client";
	return "passes";
}

static void add_line(struct names_run *run, const char *name, const char *state, const char *fate,
		     const struct entry *row)
{
	struct libscols_line *line = scols_table_new_line(run->table, NULL);
	const char *cells[] = { name, state, fate, row && row->rule ? row->rule : "" };
	size_t i;

	run->r = line ? 0 : -ENOMEM;
	for (i = 0; run->r == 0 && i < sizeof(cells) / sizeof(cells[0]); i++)
		run->r = scols_line_set_data(line, i, cells[i]);
}

static void add_row(struct names_run *run, const char *name, const char *fate,
		    const struct entry *row)
{
	const char *hidden = policy_reason(run->e->view, row, run->dir->depth == 0);

	add_line(run, name, hidden ? "hidden" : "shown", hidden ? hidden : fate, row);
}

/* A thread: its number in the view, and in the source if that is another. */
static void add_thread(struct names_run *run, const char *there, const struct entry *row)
{
	const struct pidmap *pids = run->dir->realm->pids;
	char here[16], fate[48];
	int32_t number;

	if (text_pid(text_str(there), &number) < 0)
		return;
	snprintf(here, sizeof(here), "%d", pidmap_to_view(pids, number));
	snprintf(fate, sizeof(fate), "%s in the source", there);
	add_row(run, here, pids->identity ? "passes" : fate, row);
}

/* A name that is the container's: as it is called there, and in the source; or that it has none. */
static void add_named(struct names_run *run, const char *there, const struct entry *row)
{
	AUTO_BUF struct buf here = { 0 };
	char fate[64];
	int r = run->names->here(&run->facts, text_str(there), &here);

	snprintf(fate, sizeof(fate), "%.40s in the source", there);
	if (r == 0)
		add_row(run, here.data, fate, row);
	else if (r == -ENOENT)
		add_line(run, there, "hidden", "none of the container's", row);
	else
		run->r = r;
}

static bool visit(void *context, const struct dirents_entry *entry)
{
	struct names_run *run = context;
	const struct entry *dir = run->dir->row;
	const struct entry *row =
		dir ? entry_find(dir, text_str(entry->name), run->dir->in_thread) : NULL;
	bool numbered = row && !entry_is_named(row) && dir->each != EACH_ANY;

	if (numbered && dir->each == EACH_THREAD)
		add_thread(run, entry->name, row);
	else if (numbered && run->names)
		add_named(run, entry->name, row);
	else if (numbered)
		run->n_numbered++;
	else
		add_row(run, entry->name, fate_of(run, row), row);
	return run->r == 0;
}

static struct libscols_table *new_table(void)
{
	static const char *const headings[] = { "NAME", "STATE", "BYTES", "RULE" };
	struct libscols_table *table;
	size_t i;

	setlocale(LC_CTYPE, "");
	table = scols_new_table();
	for (i = 0; table && i < sizeof(headings) / sizeof(headings[0]); i++) {
		if (!scols_table_new_column(table, headings[i], 0, 0)) {
			scols_unref_table(table);
			return NULL;
		}
	}
	return table;
}

static void explain_processes(const struct names_run *run)
{
	struct pidmap_list list = { 0 };

	if (pidmap_list(run->dir->realm->pids, &list) == 0) {
		explain_label("processes");
		printf("%zu in the view", list.n);
		if (!run->dir->realm->pids->identity)
			printf(", of %zu in the source", run->n_numbered);
		putchar('\n');
	}
	pidmap_list_free(&list);
}

static void print_names(const struct names_run *run)
{
	const struct entry *row = run->dir->row;

	if (row && row->each == EACH_PROCESS) {
		explain_processes(run);
	} else if (run->n_numbered > 0) {
		explain_label("names");
		printf("%zu, all as in the source\n", run->n_numbered);
	}
	if (scols_table_get_nlines(run->table) > 0) {
		putchar('\n');
		scols_print_table(run->table);
	}
}

/* Which of the names are the container's, where that matters. */
static int take_names(struct names_run *run)
{
	const struct entry *dir = run->dir->row;
	const struct view *v = run->e->view;
	int r;

	if (!dir || !dir->names || !(dir->resource & view_resource_files(v)))
		return 0;
	r = v->take_resources(v->resources_context, run->e->client, dir->facts, &run->facts);
	run->facts.files = view_resource_files(v);
	if (r == 0)
		run->names = dir->names;
	return r;
}

int explain_names(const struct explain *e, const struct place *p)
{
	struct names_run run = { .e = e, .dir = p };
	AUTO_FD int fd = -1;
	int r;

	if (p->kind != PLACE_ENTRY)
		return 0;
	fd = source_openat(p->realm->source, place_dirfd(p), p->path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	run.table = new_table();
	if (!run.table)
		return -ENOMEM;
	r = take_names(&run);
	if (r == 0)
		r = dirents_each(fd, visit, &run);
	if (r == 0)
		r = run.r;
	if (r == 0)
		print_names(&run);
	scols_unref_table(run.table);
	resources_done(&run.facts);
	return r;
}
