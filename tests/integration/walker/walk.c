/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The way through both trees. What differs is looked at again when the walk is over. */

#include "walker.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

#define SUSPECTS_MAX	 5000
#define QUICK_TASK_EVERY 16 /* of the threads that repeat their process */
#define QUICK_EVERY	 6  /* of the processes and threads */
#define SAMPLE_FIRST	 2
#define SAMPLE_EVERY	 64

static bool excluded(const struct walker *w, const struct place *at)
{
	for (size_t i = 0; i < w->opt.n_exclude; i++) {
		if (fnmatch(w->opt.exclude[i], at->path, 0) == 0 ||
		    path_matches(at->normal, w->opt.exclude[i]))
			return true;
	}
	return false;
}

/* Below the root only what --only names. */
static bool chosen(const struct walker *w, const char *name)
{
	for (size_t i = 0; i < w->opt.n_only; i++) {
		if (fnmatch(w->opt.only[i], name, 0) == 0)
			return true;
	}
	return w->opt.n_only == 0;
}

/* Our own descriptors and mappings change while we look. */
static bool own(const struct walker *w, const struct place *at)
{
	static const char *const moving[] = { "PID/fd",	  "PID/fdinfo", "PID/map_files",
					      "PID/maps", "PID/smaps*", "PID/numa_maps" };
	size_t n = strlen(w->own_pid);

	if (n == 0 || strncmp(at->path, w->own_pid, n) != 0 || at->path[n] != '/')
		return false;
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++) {
		if (path_matches(at->normal, moving[i]))
			return true;
	}
	return false;
}

/* One network namespace's net/ is the same in all its tasks: once is enough, unless --full. */
static bool net_known(struct walker *w, const struct place *at)
{
	struct place ns = { .path = at->path, .normal = "PID/ns/net", .name = "ns/net" };
	AUTO_BUF struct buf link = { 0 };
	char key[256];
	struct side oracle = { .fd = w->side[ORACLE].fd };

	if (w->opt.full || !path_matches(at->normal, "PID/net"))
		return false;
	if (side_readlink(&oracle, at->dir[ORACLE], &ns, &link) < 0)
		return false;
	snprintf(key, sizeof(key), "%s in %s", link.data, at->normal);
	return seen_count(w->seen, key) > 0;
}

/* --quick leaves out sys/, which is the machine's, and most of what task/ repeats of the process. */
static bool too_long_for_quick(struct walker *w, const struct place *at,
			       const struct listing *names)
{
	if (!w->opt.quick)
		return false;
	if (strcmp(at->normal, "sys") == 0)
		return true;
	return strcmp(at->normal, "PID/task") == 0 && names->n == 1 &&
	       seen_count(w->seen, "quick task") % QUICK_TASK_EVERY != 0;
}

/*
 * --quick leaves out, for most processes, what is the same whatever the namespace. For the others
 * everything is compared; the counter makes them others at each level.
 */
static bool shortened(struct walker *w, const struct place *at)
{
	return w->opt.quick &&
	       (strcmp(at->normal, "PID") == 0 || strcmp(at->normal, "PID/task/TID") == 0) &&
	       seen_count(w->seen, "quick process") % QUICK_EVERY != 0;
}

static bool of_the_namespace(const char *name)
{
	static const char *const names[] = { "task",	 "fdinfo", "stat",    "status", "sched",
					     "children", "timers", "cmdline", "cgroup", "exe" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void note_threads(struct walker *w, const struct place *at, const struct listing *names)
{
	const size_t max = sizeof(w->threads) / sizeof(w->threads[0]);

	if (strcmp(at->normal, "PID/task") != 0 || names->n < 2 || w->n_threads == max)
		return;
	/* The last of a group: its number may be above or below the leader's. */
	snprintf(w->threads[w->n_threads++], sizeof(w->threads[0]), "%s",
		 names->items[names->n - 1].name);
}

static void walk_children(struct walker *w, const struct place *at, const int fds[N_SIDES],
			  const struct listing *names)
{
	bool some = shortened(w, at);
	char path[PATH_BYTES], normal[PATH_BYTES];

	for (size_t i = 0; i < names->n; i++) {
		struct place child = { .path = path,
				       .normal = normal,
				       .name = names->items[i].name };

		memcpy(child.dir, fds, sizeof(child.dir));
		path_join(path, at->path, child.name);
		path_normalise(path, normal);
		if (*at->path == '\0' && !chosen(w, child.name))
			continue;
		if (some && !of_the_namespace(child.name))
			continue;
		walk(w, &child);
	}
}

/* What is worth a closer look: the first of every kind, and some of the others. */
static bool sampled(struct walker *w, const struct place *at)
{
	unsigned before = seen_count(w->seen, at->normal);

	return before < SAMPLE_FIRST || before % SAMPLE_EVERY == 0;
}

/* Compares one entry. For a directory *fds and *names are set; the caller owns them. */
static void compare_entry(struct walker *w, const struct place *at, struct findings *f,
			  int fds[N_SIDES], struct listing *names)
{
	bool sample = w->second_pass || sampled(w, at);
	struct stat st = { 0 };

	if (!compare_stat(w, at, f, &st))
		return;
	w->counts.files += S_ISREG(st.st_mode) && !w->second_pass;
	if (S_ISLNK(st.st_mode))
		compare_link(w, at, f);
	else if (S_ISREG(st.st_mode))
		compare_file(w, at, &st, f);
	else if (S_ISDIR(st.st_mode))
		compare_directory(w, at, f, fds, names);
	if (!sample)
		return;
	w->counts.extras += !w->second_pass;
	/* Where the plain reading differs, other ways differ as well and say nothing new. */
	if (S_ISREG(st.st_mode) && f->n == 0)
		extras_file(w, at, f);
	else if (fds[ORACLE] >= 0 && fds[VIEW] >= 0)
		extras_directory(w, at, fds, f);
	extras_entry(w, at, &st, f);
}

static void add_suspect(struct walker *w, const char *path)
{
	if (w->n_suspects >= SUSPECTS_MAX)
		return;
	w->suspects = reallocarray(w->suspects, w->n_suspects + 1, sizeof(*w->suspects));
	must(w->suspects ? 0 : -ENOMEM);
	w->suspects[w->n_suspects] = strdup(path);
	must(w->suspects[w->n_suspects++] ? 0 : -ENOMEM);
}

void walk(struct walker *w, const struct place *at)
{
	AUTO_FINDINGS struct findings f = { 0 };
	AUTO_LISTING struct listing names = { 0 };
	int fds[N_SIDES] = { -1, -1 };

	if (excluded(w, at) || own(w, at)) {
		w->counts.skipped++;
		return;
	}
	snprintf(w->at, sizeof(w->at), "%s", at->path);
	w->counts.entries++;
	compare_entry(w, at, &f, fds, &names);
	if (report_covered(w, at, &f) < f.n)
		add_suspect(w, at->path);
	else
		w->counts.exceptions += f.n;
	note_threads(w, at, &names);
	if (fds[ORACLE] >= 0 && fds[VIEW] >= 0 && !net_known(w, at) &&
	    !too_long_for_quick(w, at, &names))
		walk_children(w, at, fds, &names);
	fd_close(fds[ORACLE]);
	fd_close(fds[VIEW]);
}

/* Opens the directory of path on both sides. Returns false if the oracle has it no more. */
static bool open_parents(struct walker *w, const char *path, int dir[N_SIDES])
{
	const char *slash = strrchr(path, '/');
	AUTO_BUF struct buf parent = { 0 };

	must(slash ? buf_append(&parent, path, (size_t)(slash - path))
		   : buf_append_str(&parent, "."));
	for (int i = 0; i < N_SIDES; i++)
		dir[i] = openat(w->side[i].fd, parent.data, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir[ORACLE] >= 0;
}

static void walk_suspect(struct walker *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	char normal[PATH_BYTES];
	struct place at = { .path = path, .normal = normal, .name = slash ? slash + 1 : path };
	AUTO_FINDINGS struct findings f = { 0 };
	AUTO_LISTING struct listing names = { 0 };
	int fds[N_SIDES] = { -1, -1 };

	if (*path == '\0')
		at.name = ".";
	snprintf(w->at, sizeof(w->at), "%s", path);
	path_normalise(path, normal);
	if (!open_parents(w, path, at.dir)) {
		w->counts.vanished++;
	} else {
		compare_entry(w, &at, &f, fds, &names);
		report(w, &at, &f);
	}
	fd_close(at.dir[ORACLE]);
	fd_close(at.dir[VIEW]);
	fd_close(fds[ORACLE]);
	fd_close(fds[VIEW]);
}

void walk_suspects(struct walker *w)
{
	w->second_pass = true;
	if (report_gone(w))
		w->n_suspects = 0;
	for (size_t i = 0; i < w->n_suspects; i++) {
		walk_suspect(w, w->suspects[i]);
		free(w->suspects[i]);
	}
	free(w->suspects);
	w->suspects = NULL;
}
