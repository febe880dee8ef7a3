/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `explain` knows of paths, for programs. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "entry.h"
#include "explain.h"
#include "json.h"
#include "policy.h"
#include "print.h"
#include "view_open.h"

struct json_run {
	struct buf *out;
	bool has_lines;
};

/* ", "NAME": "VALUE"" */
static int append_member(struct buf *out, const char *name, struct text value)
{
	int r = buf_printf(out, ", \"%s\": ", name);

	return r < 0 ? r : json_append_string(out, value);
}

static int append_optional(struct buf *out, const char *name, const char *value)
{
	return value ? append_member(out, name, text_str(value)) : 0;
}

static int append_line(void *context, struct text line, struct text rule, struct text files)
{
	struct json_run *run = context;
	int r = buf_printf(run->out, "%s\n      {\"line\": ", run->has_lines ? "," : "");

	run->has_lines = true;
	if (r == 0)
		r = json_append_string(run->out, line);
	if (r == 0)
		r = append_member(run->out, "rule", rule);
	if (r == 0)
		r = append_member(run->out, "files", files);
	return r < 0 ? r : buf_append_str(run->out, "}");
}

/* The container's lines. Returns 0, or the errno that a read would give; then nothing of it is in out. */
static int append_lines(const struct explain *e, const struct explain_walk *w, struct buf *out)
{
	AUTO_BUF struct buf before = { 0 };
	AUTO_BUF struct buf lines = { 0 };
	struct json_run run = { .out = &lines };
	int r;

	if (!explain_is_narrowed(e, &w->place) && !explain_is_grouped(e, &w->place))
		return append_member(out, "resources", TEXT("machine"));
	r = explain_read(e, w, NULL, &before);
	if (r == 0)
		r = explain_each_line(e, w, buf_text(&before), append_line, &run);
	if (r == 0)
		r = append_member(out, "resources", TEXT("container"));
	if (r == 0)
		r = buf_append_str(out, ",\n     \"lines\": [");
	if (r == 0)
		r = buf_append_text(out, buf_text(&lines));
	return r < 0 ? r : buf_append_str(out, "]");
}

static int append_found(const struct explain *e, const struct explain_walk *w, struct buf *out)
{
	const struct entry *row = w->place.row;
	AUTO_BUF struct buf path = { 0 };
	int r;

	r = place_source_path(&w->place, &path);
	if (r == 0)
		r = append_member(out, "source_path", path.len ? buf_text(&path) : TEXT("."));
	if (r == 0 && row)
		r = append_optional(out, "decided_by", row->rule);
	if (r == 0)
		r = append_optional(out, "policy",
				    policy_reason(e->view, row, w->place.depth == 1));
	if (r == 0 && S_ISREG(w->st.st_mode))
		r = append_lines(e, w, out);
	return r;
}

static int append_path(const struct explain *e, struct text path, struct buf *out)
{
	struct explain_walk w;
	AUTO_BUF struct buf name = { 0 };
	int r;

	explain_walk(e, path, &w);
	r = buf_append_str(&name, "/");
	if (r == 0)
		r = buf_append_text(&name, path);
	if (r == 0)
		r = buf_append_str(out, "\n    {\"path\": ");
	if (r == 0)
		r = json_append_string(out, buf_text(&name));
	if (r == 0)
		r = append_member(out, "source", text_str(view_facts(e->view)->source));
	if (r == 0)
		r = w.r < 0 ? w.r : append_found(e, &w, out);
	if (r < 0 && r != -ENOMEM)
		r = append_optional(out, "error", strerrorname_np(-r));
	explain_walk_done(&w);
	return r < 0 ? r : buf_append_str(out, "}");
}

int explain_json(const struct explain *e, char **paths, int n)
{
	AUTO_BUF struct buf out = { 0 };
	int i, r = buf_append_str(&out, "{\n  \"paths\": [");

	for (i = 0; r == 0 && i < n; i++) {
		if (i > 0)
			r = buf_append_str(&out, ",");
		if (r == 0)
			r = append_path(e, view_path(paths[i]), &out);
	}
	if (r == 0)
		r = buf_append_str(&out, "\n  ]\n}\n");
	if (r == 0)
		fwrite(out.data, 1, out.len, stdout);
	return r;
}
