/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of sniff.h. Input: a line; or the name of a link, a newline, and a path. */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sniff.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static void check_line(struct text line)
{
	struct sniff s;
	int r = sniff_parse(line, &s);

	REQUIRE(r == 0 || r == -EAGAIN || r == -EINVAL);
	if (r == 0)
		REQUIRE(s.mark != 0 && (s.call != SNIFF_OTHER || (s.path == 0 && s.open == 0)));
}

/* What names the link ends in its name, whatever its directory. */
static void check_path(struct text path)
{
	struct text name;

	if (!text_until(&path, '\n', &name) || name.n == 0 || memchr(name.p, '/', name.n) ||
	    (name.n <= 2 && memcmp("..", name.p, name.n) == 0))
		return;
	if (!sniff_names_link(path, TEXT("fd"), name)) {
		REQUIRE(!sniff_names_link(path, TEXT(""), name));
		return;
	}
	REQUIRE(path.n >= name.n && memcmp(path.p + path.n - name.n, name.p, name.n) == 0);
	REQUIRE(path.n == name.n || path.p[path.n - name.n - 1] == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text input = text_of((const char *)data, size);

	check_line(input);
	check_path(input);
	return 0;
}
