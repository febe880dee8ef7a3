/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of status.h: the numbers in PID/status. Input: the text. */

#include <stdint.h>
#include <stdlib.h>

#include "status.h"

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct status st = { .n_columns = SIZE_MAX };
	size_t i;

	if (status_parse(text_of((const char *)data, size), &st) < 0) {
		REQUIRE(st.n_columns == SIZE_MAX); /* untouched */
		return 0;
	}
	REQUIRE(st.pid > 0 && st.tgid >= 0 && st.ppid >= 0);
	REQUIRE(st.n_columns > 0 && st.n_columns <= STATUS_COLUMNS_MAX);
	REQUIRE(st.nspid[st.n_columns - 1] > 0);
	for (i = 0; i < STATUS_COLUMNS_MAX; i++) {
		REQUIRE(st.nspid[i] >= 0 && st.nstgid[i] >= 0);
		REQUIRE(st.nspgid[i] >= 0 && st.nssid[i] >= 0);
		REQUIRE(i < st.n_columns || status_group(&st, (unsigned)i, st.nspgid[0]) == 0);
	}
	return 0;
}
