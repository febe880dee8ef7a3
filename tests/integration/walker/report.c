/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of differences: documented ones are counted, real ones printed. */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "fd.h"

#define PRINTED_MAX 300

/* "(comm)/rest" for "PID/rest", so that an exception can name an animal. */
static void path_by_comm(const struct walker *w, const char *path, struct buf *out)
{
	struct text rest = text_str(path), pid;
	AUTO_BUF struct buf name = { 0 };
	AUTO_FD int fd = -1;
	char comm[64];
	ssize_t n;

	must(buf_append_str(out, ""));
	if (!text_until(&rest, '/', &pid) || pid.n == 0 || *pid.p < '0' || *pid.p > '9')
		return;
	must(buf_append_text(&name, pid));
	must(buf_append_str(&name, "/comm"));
	fd = openat(w->side[ORACLE].fd, name.data, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, comm, sizeof(comm));
	if (n <= 0)
		return;
	must(buf_append_str(out, "("));
	escape(text_of(comm, (size_t)n - 1), sizeof(comm), out);
	must(buf_append_str(out, ")/"));
	must(buf_append_text(out, rest));
}

size_t report_covered(struct walker *w, const struct place *at, struct findings *f)
{
	AUTO_BUF struct buf by_comm = { 0 };
	const char *paths[] = { *at->path ? at->path : "/", at->normal, NULL, NULL };
	size_t n = 0;

	if (f->n == 0)
		return 0;
	path_by_comm(w, at->path, &by_comm);
	paths[2] = by_comm.len ? by_comm.data : NULL;
	for (size_t i = 0; i < f->n; i++) {
		f->items[i].covered = exceptions_cover(w->exceptions, paths, f->items[i].what);
		n += f->items[i].covered;
	}
	return n;
}

void report(struct walker *w, const struct place *at, struct findings *f)
{
	AUTO_BUF struct buf path = { 0 };
	AUTO_BUF struct buf by_comm = { 0 };

	w->counts.exceptions += report_covered(w, at, f);
	path_by_comm(w, at->path, &by_comm);
	escape(text_str(*at->path ? at->path : "/"), PATH_BYTES, &path);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *d = &f->items[i];

		if (d->covered || w->counts.real++ >= PRINTED_MAX)
			continue;
		printf("REAL %s%s%s %s o1=[%s] v=[%s] o2=[%s]\n", path.data, by_comm.len ? " " : "",
		       by_comm.len ? by_comm.data : "", d->what, d->o1.data, d->v.data, d->o2.data);
	}
}

bool report_gone(struct walker *w)
{
	struct stat st;

	if (fstat(w->side[VIEW].fd, &st) == 0 || errno != ENOTCONN)
		return false;
	printf("REAL / gone: the server of the view has died, or its connection was aborted\n");
	w->counts.real++;
	return true;
}
