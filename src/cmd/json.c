/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON from foreign bytes. libsmartcols would pass bytes that are no UTF-8 through. */

#include "json.h"

#include <stdint.h>

#include "utf8.h"

#define REPLACEMENT TEXT("\xef\xbf\xbd")

/* One character of n bytes; n is 0 for a byte that is none. */
static int append_character(struct buf *out, const char *p, size_t n, uint32_t c)
{
	if (n == 0)
		return buf_append_text(out, REPLACEMENT);
	if (c == '"' || c == '\\')
		return buf_printf(out, "\\%c", (char)c);
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return buf_printf(out, "\\u%04x", c);
	return buf_append(out, p, n);
}

int json_append_string(struct buf *out, struct text t)
{
	int r = buf_append_str(out, "\"");

	while (r == 0 && t.n > 0) {
		uint32_t c = 0;
		size_t n = utf8_first(t, &c);

		r = append_character(out, t.p, n, c);
		n = n ? n : 1;
		t = text_of(t.p + n, t.n - n);
	}
	return r < 0 ? r : buf_append_str(out, "\"");
}
