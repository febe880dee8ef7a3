/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a path leads, for `explain`. */

#include <errno.h>

#include "entry.h"
#include "explain.h"

void explain_walk_done(struct explain_walk *w)
{
	place_done(&w->parent);
	place_done(&w->place);
}

/* Remembers the numbers that the path leads through. */
static void note_number(struct explain_walk *w, struct text name)
{
	int32_t number;

	if (!w->place.row || entry_is_named(w->place.row) || !w->parent.row ||
	    text_pid(name, &number) < 0)
		return;
	if (w->parent.row->each == EACH_PROCESS)
		w->process = number;
	if (w->parent.row->each == EACH_THREAD)
		w->thread = number;
}

/* Goes on from w->place to its child. */
static void step(const struct explain *e, struct explain_walk *w, struct text name)
{
	place_done(&w->parent);
	w->parent = place_steal(&w->place);
	w->failed = name;
	if (!S_ISDIR(w->st.st_mode))
		w->r = S_ISLNK(w->st.st_mode) ? -ELOOP : -ENOTDIR;
	else
		w->r = tree_lookup(e->view, e->client, &w->parent, name, NULL, &w->place, &w->st);
	if (w->r == 0)
		note_number(w, name);
}

/* tree_walk(), but with what is known where it ends early. */
void explain_walk(const struct explain *e, struct text path, struct explain_walk *ret)
{
	struct explain_walk w = { 0 };
	struct text name;

	w.r = tree_root(e->view, &w.place);
	if (w.r == 0)
		w.r = tree_stat(e->view, e->client, &w.place, &w.st);
	while (w.r == 0 && text_until(&path, '/', &name)) {
		if (name.n > 0 && !text_equal(name, TEXT(".")))
			step(e, &w, name);
	}
	*ret = w;
}
