/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Why a set-up step failed. */

#include "fault.h"

#include <stdio.h>

int fault_set(struct fault *f, int r, const char *advice, const char *format, ...)
{
	va_list ap;

	if (!f || f->r < 0)
		return r;
	f->r = r;
	f->advice = advice;
	va_start(ap, format);
	vsnprintf(f->what, sizeof(f->what), format, ap);
	va_end(ap);
	return r;
}

void fault_clear(struct fault *f)
{
	if (f)
		*f = (struct fault){ 0 };
}
