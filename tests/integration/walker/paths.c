/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Paths, printable texts, and the end when memory runs out. */

#include "walker.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must(int r)
{
	if (r >= 0)
		return;
	fprintf(stderr, "walker: %s\n", strerror(-r));
	_Exit(4);
}

const char *error_name(int r)
{
	const char *name = r < 0 ? strerrorname_np(-r) : "ok";

	return name ? name : "an unknown error";
}

static bool is_number(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
	}
	return t.n > 0;
}

/* What a component is called in the normal path, given the one before. */
static struct text normal_name(struct text name, struct text before, bool first)
{
	if (first)
		return is_number(name) ? TEXT("PID") : name;
	if (text_equal(before, TEXT("task")) && is_number(name))
		return TEXT("TID");
	if ((text_equal(before, TEXT("fd")) || text_equal(before, TEXT("fdinfo"))) &&
	    is_number(name))
		return TEXT("FD");
	if (text_equal(before, TEXT("map_files")))
		return TEXT("RANGE");
	return name;
}

void path_normalise(const char *path, char normal[PATH_BYTES])
{
	struct text rest = text_str(path), name, before = TEXT("");
	bool in_task = false;
	size_t at = 0;

	while (text_until(&rest, '/', &name)) {
		bool first = at == 0;
		struct text t = first || in_task ? normal_name(name, before, first) : name;

		/* Below sys/ and the like, numbers are names. */
		if (first)
			in_task = text_equal(t, TEXT("PID"));
		if (at + t.n + 2 > PATH_BYTES)
			break;
		if (!first)
			normal[at++] = '/';
		memcpy(normal + at, t.p, t.n);
		at += t.n;
		before = name;
	}
	normal[at] = '\0';
}

bool path_matches(const char *normal, const char *glob)
{
	static const char below[] = "PID/task/TID/";
	char up[PATH_BYTES];

	if (fnmatch(glob, normal, 0) == 0)
		return true;
	if (strncmp(normal, below, sizeof(below) - 1) != 0)
		return false;
	snprintf(up, sizeof(up), "PID/%s", normal + sizeof(below) - 1);
	return fnmatch(glob, up, 0) == 0;
}

void path_join(char out[PATH_BYTES], const char *dir, const char *name)
{
	const char *slash = *dir && *name && strcmp(name, ".") != 0 ? "/" : "";

	if (strcmp(name, ".") == 0)
		name = "";
	if (snprintf(out, PATH_BYTES, "%s%s%s", dir, slash, name) >= PATH_BYTES)
		must(-ENAMETOOLONG);
}

void escape(struct text t, size_t max, struct buf *out)
{
	size_t n = t.n < max ? t.n : max;

	/* So that out->data is a string even if t is empty. */
	must(buf_reserve(out, 0));
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c == '\n')
			must(buf_append_str(out, "\\n"));
		else if (c == '\\')
			must(buf_append_str(out, "\\\\"));
		else if (c < 32 || c > 126)
			must(buf_printf(out, "\\x%02x", c));
		else
			must(buf_append(out, &c, 1));
	}
	if (n < t.n)
		must(buf_printf(out, "...(%zu bytes)", t.n));
}
