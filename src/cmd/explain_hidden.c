/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes that hidepid= hides, explained. */

#include <errno.h>
#include <stdio.h>

#include "entry.h"
#include "explain.h"
#include "pidmap.h"
#include "source.h"
#include "view_open.h"

/* "hidepid=invisible (2): applied by the kernel, in an instance with this option" */
void explain_hiding(const struct view *v)
{
	const struct hiding *h = &v->hiding;
	const struct view_facts *f = view_facts(v);

	if (h->hidepid != HIDEPID_OFF) {
		explain_label("hidepid");
		printf("%s (%d): applied by %s\n", hiding_name(h->hidepid), (int)h->hidepid,
		       f->hiding_way);
	}
	if (hiding_wants_groups(h)) {
		explain_label("gid");
		printf("members of group %u are not kept out\n", h->gid);
	}
	if (h->only_processes) {
		explain_label("subset");
		puts("pid: at the root processes, self and thread-self only");
	}
}

/* A process or thread of the view has this number, whoever may see it. */
static bool exists(const struct view *v, pid_t here)
{
	const struct pidmap *pids = v->clients ? v->clients : v->members.pids;
	const struct source *source = v->clients ? v->host : v->members.source;
	pid_t there = pidmap_from_view(pids, here);
	char name[16];
	struct stat st;

	snprintf(name, sizeof(name), "%d", there);
	return there > 0 && source_stat(source, -1, name, &st) == 0;
}

/* The walk ended at a process's number, or at a name in the directory of one. */
static bool fits(const struct explain *e, const struct explain_walk *w)
{
	const struct entry *dir = w->parent.row;
	int32_t number;

	if (w->r == -EPERM)
		return w->process > 0;
	return w->r == -ENOENT && e->view->hiding.hidepid > HIDEPID_NO_ACCESS && dir &&
	       dir->each == EACH_PROCESS && text_pid(w->failed, &number) == 0 &&
	       exists(e->view, number);
}

bool explain_hidden(const struct explain *e, const struct explain_walk *w)
{
	const struct hiding *h = &e->view->hiding;

	if (h->hidepid == HIDEPID_OFF || !fits(e, w))
		return false;
	explain_label("why");
	printf("hidden: mount option hidepid=%s: this reader may not trace the process (ptrace(2))",
	       hiding_name(h->hidepid));
	if (hiding_wants_groups(h))
		printf(", and is not in group %u", h->gid);
	putchar('\n');
	return true;
}
