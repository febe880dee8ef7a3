/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of the table: looks up a path. Input: names parted by slashes. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static void check_row(const struct entry *dir, const struct entry *row, struct text name)
{
	if (entry_is_named(row)) {
		REQUIRE(text_equal(name, text_str(row->name)));
		return;
	}
	REQUIRE(row == dir->each_row);
	REQUIRE(entry_each_matches(dir->each, name));
	REQUIRE(name.n > 0 && !memchr(name.p, '/', name.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text rest = text_of((const char *)data, size);
	const struct entry *dir = &proc_root_entry;
	bool in_thread = false;
	struct text name;

	while (dir && text_until(&rest, '/', &name)) {
		const struct entry *row = entry_find(dir, name, in_thread);

		if (row) {
			check_row(dir, row, name);
			in_thread = in_thread || (dir->each == EACH_THREAD && row == dir->each_row);
		}
		dir = row;
	}
	return 0;
}
