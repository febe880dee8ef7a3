/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Control groups of a process. */

#include "task_cgroup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mountinfo.h"
#include "source.h"

#define MOUNTINFO_BYTES_MAX (64 << 20)

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

bool task_cgroup_next(struct text *rest, struct task_cgroup *ret)
{
	struct text line, id;

	while (text_line(rest, &line, NULL)) {
		if (!text_until(&line, ':', &id) || !text_until(&line, ':', &ret->controllers))
			continue;
		if (!text_starts(line, TEXT("/")))
			continue;
		ret->path = line;
		return true;
	}
	return false;
}

bool task_cgroup_has(struct text list, struct text word)
{
	struct text one;

	while (text_until(&list, ',', &one)) {
		if (text_equal(one, word))
			return true;
	}
	return false;
}

bool task_cgroup_share(struct text list, struct text other)
{
	struct text word;

	while (text_until(&list, ',', &word)) {
		if (task_cgroup_has(other, word))
			return true;
	}
	return false;
}

static bool is_root(struct text path)
{
	return text_equal(path, TEXT("/"));
}

/* The best first; what is not named here comes last. */
static size_t rank_of(const struct task_cgroup *c)
{
	static const struct text order[] = {
		TEXT("name=systemd"),
		TEXT("memory"),
		TEXT("pids"),
		TEXT("cpu"),
	};
	size_t i;

	if (c->controllers.n == 0)
		return 0;
	for (i = 0; i < N_OF(order); i++) {
		if (task_cgroup_has(c->controllers, order[i]))
			break;
	}
	return i + 1;
}

bool task_cgroup_main(struct text text, struct task_cgroup *ret)
{
	struct task_cgroup c, best = { 0 };
	bool found = false;

	while (task_cgroup_next(&text, &c)) {
		bool better = is_root(c.path) == is_root(best.path) ? rank_of(&c) < rank_of(&best)
								    : is_root(best.path);

		if (!found || better)
			best = c;
		found = true;
	}
	if (found)
		*ret = best;
	return found;
}

void cgroup_wish_done(struct cgroup_wish *w)
{
	buf_free(&w->controllers);
	buf_free(&w->path);
}

bool task_cgroup_within(struct text path, struct text top, struct text *ret_rest)
{
	if (is_root(top))
		top.n = 0;
	if (!text_starts(path, top) || (path.n > top.n && path.p[top.n] != '/'))
		return false;
	*ret_rest = text_of(path.p + top.n, path.n - top.n);
	return true;
}

static int append_path(struct buf *out, struct text top, struct text rest)
{
	int r = 0;

	if (!is_root(top))
		r = buf_append_text(out, top);
	if (r == 0)
		r = buf_append_text(out, rest);
	return r < 0 || out->len > 0 ? r : buf_append_str(out, "/");
}

/* Slashes at the end say nothing. */
static struct text without_slashes(struct text path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* The group that rest names on this mount of a hierarchy. */
static int set_wish(const struct mountinfo *m, struct text rest, struct cgroup_wish *w)
{
	AUTO_BUF struct buf root = { 0 };
	int r;

	buf_clear(&w->path);
	buf_clear(&w->controllers);
	r = mountinfo_unescape(m->root, &root);
	if (r == 0)
		r = append_path(&w->path, buf_text(&root), rest);
	if (r == 0 && text_equal(m->type, TEXT("cgroup")))
		r = buf_append_text(&w->controllers, m->super);
	return r;
}

/* Returns 1 if the path lies on a cgroup mount among these, 0 if not, or -ENOMEM. */
static int parse_directory(struct text path, struct text mountinfo, struct cgroup_wish *ret)
{
	AUTO_BUF struct buf point = { 0 };
	struct mountinfo m;
	struct text rest;
	size_t longest = 0;
	int r = 0;

	while (r == 0 && mountinfo_next(&mountinfo, &m)) {
		if (!text_equal(m.type, TEXT("cgroup")) && !text_equal(m.type, TEXT("cgroup2")))
			continue;
		buf_clear(&point);
		r = mountinfo_unescape(m.point, &point);
		if (r < 0 || point.len < longest ||
		    !task_cgroup_within(path, buf_text(&point), &rest))
			continue;
		longest = point.len;
		r = set_wish(&m, rest, ret);
	}
	return r < 0 ? r : longest > 0;
}

/* "memory:/path"; the unified hierarchy's has no controller. */
static int parse_named(struct text given, struct cgroup_wish *ret)
{
	struct text path = given, controllers = { 0 };
	int r = 0;

	ret->any_hierarchy = true;
	if (!text_starts(given, TEXT("/")) && text_until(&path, ':', &controllers) &&
	    text_starts(path, TEXT("/"))) {
		ret->any_hierarchy = false;
		r = buf_append_text(&ret->controllers, controllers);
	} else {
		path = given;
	}
	path = without_slashes(path);
	if (r == 0 && !text_starts(path, TEXT("/")))
		r = buf_append_str(&ret->path, "/");
	return r < 0 ? r : buf_append_text(&ret->path, path);
}

int cgroup_wish_parse(struct text given, struct text mountinfo, struct cgroup_wish *ret)
{
	struct cgroup_wish w = { 0 };
	int r = 0;

	if (text_starts(given, TEXT("/")))
		r = parse_directory(without_slashes(given), mountinfo, &w);
	if (r == 0)
		r = parse_named(given, &w);
	if (r < 0) {
		cgroup_wish_done(&w);
		return r;
	}
	*ret = w;
	return 0;
}

int cgroup_wish_find(const struct source *host, const char *given, struct cgroup_wish *ret)
{
	AUTO_BUF struct buf mounts = { 0 };
	struct cgroup_wish w = { 0 };
	char real[PATH_MAX];
	char path[48];
	int r = 0;

	snprintf(path, sizeof(path), "%d/mountinfo", getpid());
	if (source_read(host, -1, path, MOUNTINFO_BYTES_MAX, &mounts) < 0)
		buf_clear(&mounts);
	if (realpath(given, real))
		r = cgroup_wish_parse(text_str(real), buf_text(&mounts), &w);
	if (r == 0 && (w.any_hierarchy || w.path.len == 0)) {
		cgroup_wish_done(&w);
		r = cgroup_wish_parse(text_str(given), buf_text(&mounts), &w);
	}
	if (r == 0)
		*ret = w;
	return r;
}

/* A hierarchy of version 1 has one of these controllers. */
static bool has_line(struct text text, struct text controllers)
{
	struct task_cgroup c;

	while (task_cgroup_next(&text, &c)) {
		if (task_cgroup_share(controllers, c.controllers))
			return true;
	}
	return false;
}

/* The wish is for the unified hierarchy: by no name, or by that of a controller that no other has. */
static bool is_unified(const struct cgroup_wish *w, struct text text)
{
	/* What the unified hierarchy may have, by the names of either version. */
	static const struct text known =
		TEXT("memory,cpu,cpuset,cpuacct,io,blkio,hugetlb,pids,rdma,misc");
	struct text wanted = buf_text(&w->controllers);

	return wanted.n == 0 || (task_cgroup_share(wanted, known) && !has_line(text, wanted));
}

bool cgroup_wish_holds(const struct cgroup_wish *w, struct text text)
{
	bool unified = is_unified(w, text), same;
	struct task_cgroup c;
	struct text rest;

	while (task_cgroup_next(&text, &c)) {
		same = c.controllers.n == 0
			       ? unified
			       : task_cgroup_share(c.controllers, buf_text(&w->controllers));
		if ((w->any_hierarchy || same) &&
		    task_cgroup_within(c.path, buf_text(&w->path), &rest))
			return true;
	}
	return false;
}
