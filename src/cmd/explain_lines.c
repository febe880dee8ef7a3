/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a container's resources make of a file, line by line. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "buf.h"
#include "content.h"
#include "entry.h"
#include "explain.h"
#include "fd.h"
#include "pidmap.h"
#include "resources.h"
#include "rewrite.h"

#define LINE_WIDTH 28 /* of meminfo */
#define CLIP_WIDTH 64

bool explain_is_narrowed(const struct explain *e, const struct place *p)
{
	return p->row && p->row->narrow && (p->row->resource & view_resource_files(e->view));
}

bool explain_is_grouped(const struct explain *e, const struct place *p)
{
	return p->row && p->row->group_file && (p->row->resource & view_resource_files(e->view));
}

int explain_read(const struct explain *e, const struct explain_walk *w, struct buf *source,
		 struct buf *ret)
{
	const struct entry *row = w->place.row;
	struct rewrite rw = { .pids = w->place.realm->pids };
	AUTO_PLACE struct place sibling = PLACE_NULL;
	AUTO_BUF struct buf beside = { 0 };
	AUTO_BUF struct buf unkept = { 0 };
	struct stat st;
	int r;

	if (!row->translate || rw.pids->identity)
		return content_read_all(e->view, e->client, &w->place, false, ret);
	source = source ? source : &unkept;
	r = content_read_all(e->view, e->client, &w->place, false, source);
	if (r == 0 && row->beside)
		r = tree_lookup(e->view, e->client, &w->parent, text_str(row->beside), NULL,
				&sibling, &st);
	if (r == 0 && row->beside)
		r = content_read_all(e->view, e->client, &sibling, false, &beside);
	if (r < 0)
		return r;
	rw.beside = buf_text(&beside);
	return row->translate(&rw, buf_text(source), ret);
}

/* The lines of a text that narrow has made. */
static int each_narrowed(explain_line_fn explain_line, const struct resources *facts,
			 struct text after, explain_each_fn fn, void *context)
{
	struct text line;
	int r = 0;

	while (r == 0 && text_line(&after, &line, NULL)) {
		AUTO_BUF struct buf rule = { 0 };
		AUTO_BUF struct buf files = { 0 };

		r = explain_line(facts, line, &rule, &files);
		if (r == 0)
			r = fn(context, line, buf_text(&rule), buf_text(&files));
	}
	return r;
}

static int narrow(const struct explain *e, const struct place *p, struct text before,
		  explain_each_fn fn, void *context)
{
	AUTO_BUF struct buf after = { 0 };
	struct resources facts = { 0 };
	struct rewrite rw = { .pids = p->realm->pids, .resources = &facts };
	const struct view *v = e->view;
	int r;

	r = v->take_resources(v->resources_context, e->client, p->row->facts, &facts);
	facts.files = view_resource_files(v);
	if (r == 0)
		r = p->row->narrow(&rw, before, &after);
	if (r == 0)
		r = each_narrowed(p->row->explain_line, &facts, buf_text(&after), fn, context);
	resources_done(&facts);
	return r;
}

/* Of a file of the group, or of the machine's where there is no group. */
static int each_grouped(const struct explain *e, const struct place *p, struct text before,
			explain_each_fn fn, void *context)
{
	const struct view *v = e->view;
	AUTO_FD int fd =
		v->open_group_file(v->resources_context, e->client, p->row->group_file, O_RDONLY);
	struct text rule = TEXT("the group's own, as the kernel prints it");
	struct text files = text_str(p->row->group_file), line;
	int r = 0;

	if (fd == -ENODATA) {
		rule = TEXT("the machine's: the container is in no control group of its own");
		files = text_of("", 0);
	}
	while (r == 0 && text_line(&before, &line, NULL))
		r = fn(context, line, rule, files);
	return r;
}

int explain_each_line(const struct explain *e, const struct explain_walk *w, struct text before,
		      explain_each_fn fn, void *context)
{
	return explain_is_narrowed(e, &w->place) ? narrow(e, &w->place, before, fn, context)
						 : each_grouped(e, &w->place, before, fn, context);
}

/* "NAME  VALUE  RULE (FILES)", with the columns below each other; blanks within a line are as many as it has. */
static int print_line(void *context, struct text line, struct text rule, struct text files)
{
	bool clipped = line.n > CLIP_WIDTH; /* intr in stat */

	(void)context;
	explain_label("");
	explain_print(text_of(line.p, clipped ? CLIP_WIDTH : line.n));
	if (clipped)
		fputs("...", stdout);
	if (rule.n > 0 && line.n < LINE_WIDTH)
		printf("%*s", (int)(LINE_WIDTH - line.n), "");
	if (rule.n > 0)
		printf("  %.*s", (int)rule.n, rule.p);
	if (files.n > 0)
		printf(" (%.*s)", (int)files.n, files.p);
	putchar('\n');
	return 0;
}

int explain_lines(const struct explain *e, const struct explain_walk *w, struct text before)
{
	explain_label("resources");
	if (explain_is_narrowed(e, &w->place))
		puts("the container's, by line: what it is made of (files of its control groups)");
	else
		printf("the container's: %s of its control group, in place of the source's\n",
		       w->place.row->group_file);
	return explain_each_line(e, w, before, print_line, NULL);
}
