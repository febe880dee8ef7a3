/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Errors in words. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "entry.h"
#include "explain.h"
#include "pidmap.h"
#include "policy.h"
#include "print.h"
#include "source.h"

#define ANY_CONCERN (-1)

struct cause {
	int error;
	int concern; /* of the row; ANY_CONCERN */
	const char *text;
};

/* The first that fits. What makes the kernel say so was measured for every file and kind of process. */
static const struct cause causes[] = {
	{ EACCES, CONCERN_OWNER,
	  "the kernel's ptrace check: the reader needs the process's own user and group (all three "
	  "of "
	  "its ids each), or CAP_SYS_PTRACE in its user namespace (ptrace(2))" },
	{ EACCES, ANY_CONCERN,
	  "mode, owner and group do not let this reader in, or a mount covers the name in the "
	  "source" },
	{ EPERM, ANY_CONCERN,
	  "a check at the moment of reading: the kernel's ptrace check, or a capability over the "
	  "machine" },
	{ ESRCH, ANY_CONCERN,
	  "the process has died, or it has no memory to show: a zombie or a kernel thread" },
	{ EINVAL, ANY_CONCERN,
	  "the kernel cannot answer for this process: a zombie has no mounts, and attr/ wants a "
	  "security module" },
	{ EIO, ANY_CONCERN,
	  "the kernel found nothing at this offset, or we did not understand its text; then "
	  "nothing "
	  "is shown rather than a number of the host's" },
	{ ELOOP, ANY_CONCERN,
	  "a name before the last is a link, and none is followed here: give the path it leads "
	  "to" },
	{ ENOTDIR, ANY_CONCERN, "a name before the last is a file" },
};

static const char *find_cause(int error, const struct entry *row)
{
	size_t i;

	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		bool fits = causes[i].concern == ANY_CONCERN ||
			    (row && (int)row->concern == causes[i].concern);

		if (causes[i].error == error && fits)
			return causes[i].text;
	}
	return NULL;
}

/* A number that the view does not have: the user may have meant the host's. */
static void explain_number(const struct view *v, pid_t number)
{
	char name[16];
	struct stat st;
	pid_t here;

	explain_label("why");
	printf("no process or thread of the view has number %d\n", number);
	if (!v->clients)
		return;
	here = pidmap_to_view(v->clients, number);
	snprintf(name, sizeof(name), "%d", number);
	explain_label("");
	if (here > 0)
		printf("the host's %d is %d in the view\n", number, here);
	else if (source_stat(v->host, -1, name, &st) == 0)
		printf("the host's %d is outside the view\n", number);
	else
		printf("the host has no %d either\n", number);
}

static bool source_has(const struct explain_walk *w)
{
	const struct place *dir = &w->parent;
	AUTO_BUF struct buf path = { 0 };
	struct stat st;

	if (dir->kind != PLACE_ENTRY || !dir->realm)
		return false;
	if (dir->path[0])
		buf_printf(&path, "%s/", dir->path);
	if (buf_append_text(&path, w->failed) < 0)
		return false;
	return source_stat(dir->realm->source, place_dirfd(dir), path.data, &st) == 0;
}

static void explain_missing(const struct explain *e, const struct explain_walk *w)
{
	const struct entry *dir = w->parent.row;
	const struct entry *row = dir ? entry_find(dir, w->failed, w->parent.in_thread) : NULL;
	const char *hidden = policy_reason(e->view, row, w->parent.depth == 0);
	bool present = source_has(w);
	int32_t number;

	if (hidden && present) {
		explain_label("why");
		printf("hidden: %s\n", hidden);
	} else if (row && !entry_is_named(row) && dir->each == EACH_PROCESS &&
		   text_pid(w->failed, &number) == 0) {
		explain_number(e->view, number);
	} else {
		explain_label("why");
		puts(row ? "the source has none here; other kernels or other processes have"
			 : "the source has no such name, and the table knows none");
	}
}

void explain_error(const struct explain *e, const struct explain_walk *w, int r)
{
	const char *name = strerrorname_np(-r);
	const char *cause = find_cause(-r, w->place.row ? w->place.row : w->parent.row);

	explain_label("error");
	if (w->r < 0) {
		print_escaped(stdout, w->failed);
		fputs(": ", stdout);
	}
	printf("%s (%s)\n", name ? name : "?", strerror(-r));
	if (explain_hidden(e, w))
		return;
	if (w->r == -ENOENT) {
		explain_missing(e, w);
	} else if (cause) {
		explain_label("why");
		puts(cause);
	}
}
