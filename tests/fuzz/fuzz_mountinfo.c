/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of mountinfo.h. Input: the text. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mountinfo.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static void check_inside(struct text part, struct text whole)
{
	REQUIRE(part.n > 0 && part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

/* Unescaping shortens by three bytes an escape; a text without NUL is found equal to itself. */
static void check_field(struct text field)
{
	AUTO_BUF struct buf plain = { 0 };

	if (mountinfo_unescape(field, &plain) < 0)
		return;
	REQUIRE(plain.len <= field.n && (field.n - plain.len) % 3 == 0);
	if (plain.data && !memchr(plain.data, '\0', plain.len))
		REQUIRE(mountinfo_field_is(field, plain.data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text whole = text_of((const char *)data, size), rest = whole;
	struct mountinfo m, found;

	while (mountinfo_next(&rest, &m)) {
		check_inside(m.root, whole);
		check_inside(m.point, whole);
		check_inside(m.type, whole);
		check_field(m.root);
		check_field(m.point);
		REQUIRE(mountinfo_by_id(whole, m.id, &found) && found.id == m.id);
	}
	return 0;
}
