/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One path, explained. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "content.h"
#include "entry.h"
#include "explain.h"
#include "levels.h"
#include "pidmap.h"
#include "policy.h"
#include "print.h"
#include "rewrite.h"
#include "source.h"
#include "view_open.h"

#define DIFF_WIDTH 96

void explain_label(const char *label)
{
	printf("  %-*s", EXPLAIN_LABEL_WIDTH, label);
}

static void print_source(const struct view *v)
{
	const struct view_facts *f = view_facts(v);

	explain_label("source");
	printf("%s (%s)\n", f->source, f->source_way);
	if (f->kernel_refusal) {
		explain_label("");
		printf("not kernel: %s\n", f->kernel_refusal);
	}
}

/* "process  17 in the view, 4242 on the host (sleep)" */
static void print_task(const struct view *v, const char *label, pid_t here)
{
	const struct pidmap *pids = v->clients ? v->clients : v->members.pids;
	const struct source *host = v->clients ? v->host : v->members.source;
	pid_t there = pidmap_from_view(pids, here);
	struct levels levels;

	explain_label(label);
	printf("%d in the view", here);
	if (!pids->identity)
		printf(", %d on the host", there);
	if (levels_read(host, there, &levels) == 0) {
		fputs(" (", stdout);
		print_escaped(stdout, text_str(levels.comm));
		putchar(')');
	}
	putchar('\n');
}

static const char *kind_text(const struct explain_walk *w)
{
	const struct entry *row = w->place.row;

	if (w->place.kind != PLACE_ENTRY)
		return "a directory or link of ours, for following links";
	if (S_ISDIR(w->st.st_mode))
		return "directory";
	if (!S_ISLNK(w->st.st_mode))
		return row && row->kind == ENTRY_RAW ? "file; offset and size pass to the source"
						     : "file; made when it is read at offset 0";
	if (row && (row->kind == ENTRY_SELF || row->kind == ENTRY_THREAD_SELF))
		return "link made for each client";
	return row && row->kind == ENTRY_MAGIC ? "link to an object, which its text describes"
					       : "link";
}

static const char *concern_text(enum entry_concern concern)
{
	static const char *const texts[] = {
		[CONCERN_SHARE] = "the machine or a namespace; every client may know",
		[CONCERN_TASK] = "one task; everybody may read it whom the mode lets",
		[CONCERN_OWNER] = "one task, behind the kernel's ptrace check",
		[CONCERN_HOST] = "the host; hidden in profile container",
		[CONCERN_TUNE] = "settings of the host",
	};

	return texts[concern];
}

static void print_row(const struct explain_walk *w)
{
	const struct entry *row = w->place.row;

	explain_label("kind");
	puts(kind_text(w));
	explain_label("mode");
	printf("%04o, owner %u, group %u\n", w->st.st_mode & 07777, w->st.st_uid, w->st.st_gid);
	explain_label("concerns");
	puts(row ? concern_text(row->concern)
		 : "unknown: the table has no row for this name; profile container hides it");
	if (row && row->rule) {
		explain_label("decided by");
		puts(row->rule);
	}
}

static void print_policy(const struct explain *e, const struct explain_walk *w)
{
	const char *reason = policy_reason(e->view, w->place.row, w->place.depth == 1);

	explain_label("policy");
	puts(reason ? reason
		    : "shown; the kernel's own checks decide; writes are refused without --rw");
}

static int explain_translated(const struct explain *e, const struct explain_walk *w)
{
	AUTO_BUF struct buf source = { 0 };
	AUTO_BUF struct buf view = { 0 };
	int r;

	r = explain_read(e, w, &source, &view);
	if (r < 0)
		return r;
	explain_label("bytes");
	puts("numbers of processes are translated: - source, + view");
	explain_diff(buf_text(&source), buf_text(&view), DIFF_WIDTH);
	return explain_is_narrowed(e, &w->place) ? explain_lines(e, w, buf_text(&view)) : 0;
}

static int explain_untranslated(const struct explain *e, const struct explain_walk *w)
{
	AUTO_BUF struct buf source = { 0 };
	int r = explain_read(e, w, NULL, &source);

	if (r == -EOPNOTSUPP && explain_is_grouped(e, &w->place)) {
		explain_label("resources");
		printf("the container's: it has no %s\n", w->place.row->group_file);
	}
	return r < 0 ? r : explain_lines(e, w, buf_text(&source));
}

/* A first read is enough to see an error, and all that raw files bear. */
static int explain_passing(const struct explain *e, const struct explain_walk *w)
{
	struct reading *reading = NULL;
	char start[1024];
	ssize_t r;

	r = reading_open(e->view, e->client, &w->place, O_RDONLY, &reading);
	if (r == 0 && w->place.row && w->place.row->kind == ENTRY_FILE)
		r = reading_read(reading, e->client, start, sizeof(start), 0);
	reading_free(reading);
	if (r < 0)
		return (int)r;
	explain_label("bytes");
	puts(w->place.row && w->place.row->translate
		     ? "pass unchanged: the source's numbers are the view's"
		     : "pass unchanged");
	return 0;
}

static int explain_link(const struct explain *e, const struct explain_walk *w)
{
	AUTO_BUF struct buf text = { 0 };
	int r;

	r = tree_readlink(e->view, e->client, &w->place, &text);
	if (r < 0)
		return r;
	explain_label("text");
	print_escaped(stdout, buf_text(&text));
	putchar('\n');
	return 0;
}

/* In profile container the names that the table lacks are hidden, here too. */
static int explain_rowless(const struct explain *e)
{
	size_t n = 0;
	int r;

	if (e->view->profile != PROFILE_KERNEL)
		return 0;
	puts("\nNames without a row in the table, here and below:");
	r = explain_unknown(e, "  ", &n);
	if (r == 0 && n == 0)
		puts("  none");
	return r;
}

static int explain_directory(const struct explain *e, const struct explain_walk *w)
{
	int r = explain_names(e, &w->place);

	if (r == 0 && w->place.depth == 0)
		r = explain_rowless(e);
	return r;
}

static int explain_content(const struct explain *e, const struct explain_walk *w)
{
	const struct entry *row = w->place.row;

	if (w->place.kind != PLACE_ENTRY || S_ISDIR(w->st.st_mode))
		return explain_directory(e, w);
	if (S_ISLNK(w->st.st_mode))
		return explain_link(e, w);
	if (row && row->translate && !w->place.realm->pids->identity)
		return explain_translated(e, w);
	if (explain_is_narrowed(e, &w->place) || explain_is_grouped(e, &w->place))
		return explain_untranslated(e, w);
	return explain_passing(e, w);
}

static int explain_found(const struct explain *e, const struct explain_walk *w)
{
	AUTO_BUF struct buf path = { 0 };
	int r;

	r = place_source_path(&w->place, &path);
	if (r < 0)
		return r;
	explain_label("path");
	print_escaped(stdout, path.len ? buf_text(&path) : TEXT("."));
	puts(" in the source");
	if (w->process)
		print_task(e->view, "process", w->process);
	if (w->thread)
		print_task(e->view, "thread", w->thread);
	print_row(w);
	print_policy(e, w);
	r = explain_content(e, w);
	if (r < 0 && r != -ENOMEM) {
		explain_error(e, w, r);
		r = 0;
	}
	return r;
}

int explain_path(const struct explain *e, const char *path)
{
	struct explain_walk w;
	struct text t = view_path(path);
	int r = 0;

	explain_walk(e, t, &w);
	putchar('/');
	print_escaped(stdout, t);
	putchar('\n');
	print_source(e->view);
	if (w.r == -ENOMEM)
		r = w.r;
	else if (w.r < 0)
		explain_error(e, &w, w.r);
	else
		r = explain_found(e, &w);
	explain_walk_done(&w);
	return r;
}
