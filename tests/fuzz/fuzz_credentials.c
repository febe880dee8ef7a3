/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fuzz target of credentials.h. Input: the text of status. */

#include <stdint.h>
#include <stdlib.h>

#include "credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct credentials c = { 0 };

	if (credentials_parse(text_of((const char *)data, size), &c) < 0) {
		if (c.groups || c.n_groups)
			abort(); /* untouched on failure */
		return 0;
	}
	/* Two bytes at least for a group. */
	if (!c.groups || c.n_groups > size / 2)
		abort();
	credentials_done(&c);
	return 0;
}
