/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Columns and rows of `pids`. */

#include "pids_table.h"

#include <ctype.h>
#include <errno.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fault.h"
#include "json.h"
#include "levels.h"
#include "task_cgroup.h"

/* PID HOST NSPID COMM CGROUP and a column for each level between. */
#define COLUMNS_MAX (STATUS_COLUMNS_MAX + 5)

enum cell_kind { CELL_NUMBER, CELL_NUMBERS, CELL_TEXT };

struct column {
	char name[12];
	enum cell_kind kind;
	unsigned level; /* of a column for a level between */
	/* Appends the text of the cell, nothing if it is unknown. Returns 0 or -ENOMEM. */
	int (*append)(const struct column *c, const struct pids_row *row, struct buf *out);
};

struct columns {
	struct column at[COLUMNS_MAX];
	size_t n;
};

struct pids_table {
	struct columns shown;
	bool json;
	struct libscols_table *text; /* NULL with json */
	struct buf rows;	     /* of json: the objects so far */
};

static int append_number(struct buf *out, pid_t number)
{
	return number > 0 ? buf_printf(out, "%d", number) : 0;
}

static int append_here(const struct column *c, const struct pids_row *row, struct buf *out)
{
	(void)c;
	return append_number(out, row->here);
}

static int append_there(const struct column *c, const struct pids_row *row, struct buf *out)
{
	(void)c;
	return append_number(out, row->there);
}

static int append_level(const struct column *c, const struct pids_row *row, struct buf *out)
{
	return append_number(out, levels_at(row->levels, c->level));
}

/* The whole chain, from the host down to the process's own namespace. */
static int append_chain(const struct column *c, const struct pids_row *row, struct buf *out)
{
	unsigned i;
	int r = 0;

	(void)c;
	for (i = 0; r == 0 && i < row->levels->status.n_columns; i++)
		r = buf_printf(out, "%s%d", i ? "," : "", levels_at(row->levels, i));
	return r;
}

static int append_comm(const struct column *c, const struct pids_row *row, struct buf *out)
{
	(void)c;
	return buf_append_str(out, row->levels->comm);
}

/* The path in the unified hierarchy, or CONTROLLER:PATH in another (task_cgroup_main()). */
static int append_cgroup(const struct column *c, const struct pids_row *row, struct buf *out)
{
	struct task_cgroup group;
	int r = 0;

	(void)c;
	if (!task_cgroup_main(row->cgroup, &group))
		return 0;
	if (group.controllers.n > 0) {
		r = buf_append_text(out, group.controllers);
		if (r == 0)
			r = buf_append_str(out, ":");
	}
	return r < 0 ? r : buf_append_text(out, group.path);
}

static void add_column(struct columns *all, struct column c)
{
	all->at[all->n++] = c;
}

/* The columns that this view has, in the order of the default table. */
static struct columns columns_of(const struct pids_style *style)
{
	struct columns all = { 0 };
	unsigned i;

	add_column(&all, (struct column){ "PID", CELL_NUMBER, 0, append_here });
	if (!style->no_host)
		add_column(&all, (struct column){ "HOST", CELL_NUMBER, 0, append_there });
	for (i = 1; i < style->level && i < STATUS_COLUMNS_MAX; i++) {
		struct column c = { "", CELL_NUMBER, i, append_level };

		snprintf(c.name, sizeof(c.name), "L%u", i);
		add_column(&all, c);
	}
	add_column(&all, (struct column){ "NSPID", CELL_NUMBERS, 0, append_chain });
	add_column(&all, (struct column){ "COMM", CELL_TEXT, 0, append_comm });
	add_column(&all, (struct column){ "CGROUP", CELL_TEXT, 0, append_cgroup });
	return all;
}

static const struct column *find_column(const struct columns *all, struct text name)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (strlen(all->at[i].name) == name.n &&
		    strncasecmp(all->at[i].name, name.p, name.n) == 0)
			return &all->at[i];
	}
	return NULL;
}

static int no_such_column(const struct columns *all, struct text name, struct fault *fault)
{
	AUTO_BUF struct buf names = { 0 };
	size_t i;

	for (i = 0; i < all->n; i++)
		buf_printf(&names, " %s", all->at[i].name);
	return fault_set(fault, -EINVAL, NULL, "--output: '%.*s' is none of the columns%s",
			 (int)name.n, name.p, names.data ? names.data : "");
}

static int choose_columns(const struct pids_style *style, struct columns *ret, struct fault *fault)
{
	const struct columns all = columns_of(style);
	struct text rest = text_str(style->chosen ? style->chosen : "+");
	struct text name;

	*ret = (struct columns){ 0 };
	if (text_starts(rest, TEXT("+"))) {
		rest = text_of(rest.p + 1, rest.n - 1);
		*ret = all;
	}
	while (text_until(&rest, ',', &name)) {
		const struct column *c = find_column(&all, name);

		if (!c)
			return no_such_column(&all, name, fault);
		if (ret->n == COLUMNS_MAX)
			return fault_set(fault, -E2BIG, NULL, "--output");
		add_column(ret, *c);
	}
	return ret->n ? 0 : no_such_column(&all, TEXT(""), fault);
}

/* Table of libsmartcols, which escapes what a terminal of this locale cannot show as \xXX. */
static struct libscols_table *new_text(const struct pids_style *style, const struct columns *shown)
{
	struct libscols_table *text;
	size_t i;

	setlocale(LC_CTYPE, "");
	text = scols_new_table();
	if (!text)
		return NULL;
	scols_table_enable_noheadings(text, style->no_headings);
	for (i = 0; i < shown->n; i++) {
		int flags = shown->at[i].kind == CELL_NUMBER ? SCOLS_FL_RIGHT : 0;

		if (!scols_table_new_column(text, shown->at[i].name, 0, flags)) {
			scols_unref_table(text);
			return NULL;
		}
	}
	return text;
}

int pids_table_new(const struct pids_style *style, struct pids_table **ret, struct fault *fault)
{
	struct pids_table *t = calloc(1, sizeof(*t));
	int r = t ? 0 : -ENOMEM;

	if (r == 0)
		r = choose_columns(style, &t->shown, fault);
	if (r == 0) {
		t->json = style->json;
		t->text = t->json ? NULL : new_text(style, &t->shown);
		r = t->json || t->text ? 0 : -ENOMEM;
	}
	if (r < 0) {
		pids_table_free(t);
		return fault_set(fault, r, NULL, "make the table");
	}
	*ret = t;
	return 0;
}

static int add_text(struct pids_table *t, const struct pids_row *row)
{
	struct libscols_line *line = scols_table_new_line(t->text, NULL);
	AUTO_BUF struct buf cell = { 0 };
	size_t i;
	int r = line ? 0 : -ENOMEM;

	for (i = 0; r == 0 && i < t->shown.n; i++) {
		const struct column *c = &t->shown.at[i];

		buf_clear(&cell);
		r = c->append(c, row, &cell);
		if (r == 0)
			r = scols_line_set_data(line, i, cell.len ? cell.data : "");
	}
	return r;
}

/* A cell's text as JSON: a chain is what JSON wants between the brackets. */
static int append_value(struct buf *out, enum cell_kind kind, struct text cell)
{
	if (kind == CELL_TEXT)
		return json_append_string(out, cell);
	if (cell.n == 0)
		return buf_append_str(out, "null");
	if (kind == CELL_NUMBERS)
		return buf_printf(out, "[%.*s]", (int)cell.n, cell.p);
	return buf_append_text(out, cell);
}

static int append_key(struct buf *out, const char *name)
{
	int r = buf_append_str(out, "\"");

	for (; r == 0 && *name; name++)
		r = buf_printf(out, "%c", tolower((unsigned char)*name));
	return r < 0 ? r : buf_append_str(out, "\": ");
}

static int add_json(struct pids_table *t, const struct pids_row *row)
{
	AUTO_BUF struct buf cell = { 0 };
	size_t i;
	int r;

	r = buf_append_str(&t->rows, t->rows.len ? ",\n    {" : "\n    {");
	for (i = 0; r == 0 && i < t->shown.n; i++) {
		const struct column *c = &t->shown.at[i];

		buf_clear(&cell);
		r = c->append(c, row, &cell);
		if (r == 0 && i > 0)
			r = buf_append_str(&t->rows, ", ");
		if (r == 0)
			r = append_key(&t->rows, c->name);
		if (r == 0)
			r = append_value(&t->rows, c->kind, buf_text(&cell));
	}
	return r < 0 ? r : buf_append_str(&t->rows, "}");
}

int pids_table_add(struct pids_table *t, const struct pids_row *row)
{
	return t->json ? add_json(t, row) : add_text(t, row);
}

int pids_table_print(struct pids_table *t)
{
	if (!t->json)
		return scols_print_table(t->text);
	fputs("{\n  \"processes\": [", stdout);
	fwrite(t->rows.data ? t->rows.data : "", 1, t->rows.len, stdout);
	fputs(t->rows.len ? "\n  ]\n}\n" : "]\n}\n", stdout);
	return 0;
}

void pids_table_free(struct pids_table *t)
{
	if (!t)
		return;
	if (t->text)
		scols_unref_table(t->text);
	buf_free(&t->rows);
	free(t);
}
