/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How views are printed that are mounted here. */

#include "status_table.h"

#include <errno.h>
#include <inttypes.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fault.h"
#include "json.h"
#include "resource_args.h"

/* Load averages: include/linux/sched/loadavg.h. */
#define FSHIFT	11
#define FIXED_1 (1U << FSHIFT)

#define SECOND UINT64_C(1000000000)

struct status_table {
	struct libscols_table *text; /* NULL: JSON */
	struct buf rows;
};

static const struct {
	const char *name;
	int flags;
} columns[] = {
	{ "DIR", 0 },
	{ "SOURCE", 0 },
	{ "TARGET", SCOLS_FL_RIGHT },
	{ "RESOURCES", 0 },
	{ "MEM", SCOLS_FL_RIGHT },
	{ "SWAP", SCOLS_FL_RIGHT },
	{ "CPUS", SCOLS_FL_RIGHT },
	{ "LOAD", SCOLS_FL_RIGHT },
	{ "AGE", SCOLS_FL_RIGHT },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

int status_table_new(bool json, struct status_table **ret)
{
	struct status_table *t = calloc(1, sizeof(*t));
	size_t i;

	if (!t)
		return -ENOMEM;
	*ret = t;
	if (json)
		return 0;
	setlocale(LC_CTYPE, "");
	t->text = scols_new_table();
	for (i = 0; t->text && i < N_COLUMNS; i++) {
		if (!scols_table_new_column(t->text, columns[i].name, 0, columns[i].flags))
			break;
	}
	if (i == N_COLUMNS)
		return 0;
	status_table_free(t);
	return -ENOMEM;
}

void status_table_free(struct status_table *t)
{
	if (!t)
		return;
	if (t->text)
		scols_unref_table(t->text);
	buf_free(&t->rows);
	free(t);
}

/* "on", "off", or which are the machine's. */
static int append_choice(const struct control_status *s, struct buf *out)
{
	unsigned without = RESOURCE_FILES_ALL & ~s->files;
	int r;

	if (!without || !s->files)
		return buf_append_str(out, s->files ? "on" : "off");
	r = buf_append_str(out, "without ");
	return r < 0 ? r : resource_files_print(without, out);
}

static int append_size(uint64_t bytes, struct buf *out)
{
	static const char units[] = "KMGTPE";
	double size = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes == RESOURCE_NONE)
		return buf_append_str(out, "-");
	for (; size >= 1000 && units[unit + 1]; unit++)
		size /= 1024;
	return buf_printf(out, size < 10 && unit > 0 ? "%.1f%c" : "%.0f%c", size, units[unit]);
}

/* What is used, of how much. */
static int append_use(uint64_t used, uint64_t limit, struct buf *out)
{
	int r = append_size(used, out);

	if (r == 0)
		r = buf_append_str(out, "/");
	return r < 0 ? r : append_size(limit, out);
}

static int append_cpus(const struct control_status *s, struct buf *out)
{
	int r = s->cpus ? buf_printf(out, "%u", s->cpus) : buf_append_str(out, "-");

	if (r == 0 && s->quota_us != RESOURCE_NONE && s->period_us > 0)
		r = buf_printf(out, " (quota %.2f)", (double)s->quota_us / (double)s->period_us);
	return r;
}

static int append_load(const struct control_status *s, struct buf *out)
{
	if (!s->load_known)
		return buf_append_str(out, "-");
	return buf_printf(out, "%.2f %.2f %.2f", (double)s->load[0] / FIXED_1,
			  (double)s->load[1] / FIXED_1, (double)s->load[2] / FIXED_1);
}

/* As ps(1) prints ELAPSED. */
static int append_age(uint64_t ns, struct buf *out)
{
	uint64_t seconds = ns / SECOND;
	int r = 0;

	if (ns == 0)
		return buf_append_str(out, "-");
	if (seconds >= 86400)
		r = buf_printf(out, "%" PRIu64 "-", seconds / 86400);
	return r < 0 ? r
		     : buf_printf(out, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
				  seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

static int append_cell(size_t column, const char *dir, const struct control_status *s,
		       struct buf *out)
{
	switch (column) {
	case 0:
		return buf_append_str(out, dir);
	case 1:
		return buf_append_str(out, s->source);
	case 2:
		return s->init ? buf_printf(out, "%d", s->init) : buf_append_str(out, "-");
	case 3:
		return append_choice(s, out);
	case 4:
		return s->error ? buf_append_str(out, strerror(-s->error))
				: append_use(s->memory_used, s->memory_limit, out);
	case 5:
		return append_use(s->swap_used, s->swap_limit, out);
	case 6:
		return append_cpus(s, out);
	case 7:
		return append_load(s, out);
	default:
		return append_age(s->age_ns, out);
	}
}

static int add_text(struct status_table *t, const char *dir, const struct control_status *s)
{
	struct libscols_line *line = scols_table_new_line(t->text, NULL);
	AUTO_BUF struct buf cell = { 0 };
	size_t i;
	int r = line ? 0 : -ENOMEM;

	for (i = 0; r == 0 && i < N_COLUMNS; i++) {
		buf_clear(&cell);
		r = append_cell(i, dir, s, &cell);
		if (r == 0)
			r = scols_line_set_data(line, i, cell.data);
	}
	return r;
}

static int append_number(struct buf *out, const char *key, uint64_t value)
{
	if (value == RESOURCE_NONE)
		return buf_printf(out, ", \"%s\": null", key);
	return buf_printf(out, ", \"%s\": %" PRIu64, key, value);
}

/* Amounts in bytes and microseconds, the age in seconds; null: none, or not known. */
static int append_amounts(const struct control_status *s, struct buf *out)
{
	const struct {
		const char *key;
		uint64_t value;
	} amounts[] = {
		{ "memory_used", s->memory_used },
		{ "memory_limit", s->memory_limit },
		{ "swap_used", s->swap_used },
		{ "swap_limit", s->swap_limit },
		{ "cpus", s->cpus ? s->cpus : RESOURCE_NONE },
		{ "quota_us", s->quota_us },
		{ "period_us", s->quota_us != RESOURCE_NONE ? s->period_us : RESOURCE_NONE },
		{ "age", s->age_ns ? s->age_ns / SECOND : RESOURCE_NONE },
	};
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(amounts) / sizeof(amounts[0]); i++)
		r = append_number(out, amounts[i].key, amounts[i].value);
	if (r < 0 || !s->load_known)
		return r < 0 ? r : buf_append_str(out, ", \"load\": null");
	return buf_printf(out, ", \"load\": [%.2f, %.2f, %.2f]", (double)s->load[0] / FIXED_1,
			  (double)s->load[1] / FIXED_1, (double)s->load[2] / FIXED_1);
}

static int append_files(unsigned files, struct buf *out)
{
	AUTO_BUF struct buf names = { 0 };
	struct text rest, name;
	const char *before = "";
	int r = resource_files_print(files, &names);

	rest = buf_text(&names);
	while (r == 0 && text_until(&rest, ',', &name)) {
		r = buf_append_str(out, before);
		if (r == 0)
			r = json_append_string(out, text_trim(name));
		before = ", ";
	}
	return r;
}

static int append_error(struct buf *out, const char *what)
{
	int r = buf_append_str(out, ", \"error\": ");

	return r < 0 ? r : json_append_string(out, text_str(what));
}

static int append_status(const struct control_status *s, struct buf *out)
{
	int r;

	r = buf_printf(out, ", \"source\": \"%s\"", s->source);
	if (r == 0)
		r = append_number(out, "target", s->init ? (uint64_t)s->init : RESOURCE_NONE);
	if (r == 0)
		r = buf_append_str(out, ", \"resources\": [");
	if (r == 0)
		r = append_files(s->files, out);
	if (r == 0)
		r = buf_append_str(out, "]");
	if (r == 0)
		r = append_amounts(s, out);
	if (r == 0 && s->error)
		r = append_error(out, strerror(-s->error));
	return r;
}

static int add_json(struct status_table *t, const char *dir, const struct control_status *s,
		    const struct fault *fault)
{
	struct buf *out = &t->rows;
	int r;

	r = buf_append_str(out, out->len ? ",\n    {\"dir\": " : "\n    {\"dir\": ");
	if (r == 0)
		r = json_append_string(out, text_str(dir));
	if (r == 0 && fault->r < 0)
		r = append_error(out, fault->what);
	if (r == 0 && fault->r == 0)
		r = append_status(s, out);
	return r < 0 ? r : buf_append_str(out, "}");
}

int status_table_add(struct status_table *t, const char *dir, const struct control_status *s,
		     const struct fault *fault)
{
	if (!t->text)
		return add_json(t, dir, s, fault);
	return fault->r < 0 ? 0 : add_text(t, dir, s);
}

int status_table_print(struct status_table *t)
{
	if (t->text)
		return scols_table_get_nlines(t->text) > 0 ? scols_print_table(t->text) : 0;
	fputs("{\n  \"views\": [", stdout);
	fwrite(t->rows.data ? t->rows.data : "", 1, t->rows.len, stdout);
	fputs(t->rows.len ? "\n  ]\n}\n" : "]\n}\n", stdout);
	return 0;
}
