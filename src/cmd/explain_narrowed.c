/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a container's resources make of a file, explained. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "buf.h"
#include "entry.h"
#include "explain.h"
#include "fd.h"
#include "print.h"
#include "resources.h"
#include "rewrite.h"

#define DIFF_WIDTH 96
#define LINE_WIDTH 28 /* of meminfo */
#define CLIP_WIDTH 64

bool explain_is_narrowed(const struct explain *e, const struct place *p)
{
	return p->row && p->row->narrow && (p->row->resource & view_resource_files(e->view));
}

/* "NAME  VALUE  RULE", with the columns below each other; blanks within a line are as many as it has. */
static int print_line(explain_line_fn explain_line, const struct resources *facts, struct text line)
{
	AUTO_BUF struct buf words = { 0 };
	bool clipped = line.n > CLIP_WIDTH; /* intr in stat */
	int r = explain_line(facts, line, &words);

	if (r < 0)
		return r;
	explain_label("");
	print_escaped(stdout, text_of(line.p, clipped ? CLIP_WIDTH : line.n));
	if (clipped)
		fputs("...", stdout);
	if (words.len > 0) {
		if (line.n < LINE_WIDTH)
			printf("%*s", (int)(LINE_WIDTH - line.n), "");
		printf("  %.*s", (int)words.len, words.data);
	}
	putchar('\n');
	return 0;
}

static int print_lines(const struct entry *row, const struct resources *facts, struct text after)
{
	struct text line;
	int r = 0;

	puts("the container's, by line: what it is made of (files of its control groups)");
	while (r == 0 && text_line(&after, &line, NULL))
		r = print_line(row->explain_line, facts, line);
	return r;
}

int explain_narrowed(const struct explain *e, const struct place *p, struct text before)
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
	if (r == 0) {
		explain_label("resources");
		if (p->row->explain_line) {
			r = print_lines(p->row, &facts, buf_text(&after));
		} else {
			puts("the container's: - machine, + view");
			explain_diff(before, buf_text(&after), DIFF_WIDTH);
		}
	}
	resources_done(&facts);
	return r;
}

void explain_group_file(const struct explain *e, const struct place *p)
{
	const struct view *v = e->view;
	AUTO_FD int fd = -1;

	if (!p->row || !p->row->group_file || !(p->row->resource & view_resource_files(v)))
		return;
	fd = v->open_group_file(v->resources_context, e->client, p->row->group_file, O_RDONLY);
	explain_label("resources");
	if (fd == -ENODATA)
		puts("the machine's: the container is in no control group of its own");
	else if (fd == -EOPNOTSUPP)
		printf("the container's: it has no %s\n", p->row->group_file);
	else
		printf("the container's: %s of its control group, in place of the source's\n",
		       p->row->group_file);
}
