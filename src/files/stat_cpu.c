/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines of /proc/stat that begin with "cpu". */

#include "stat_cpu.h"

#include <errno.h>

#include "counter.h"

#define PREFIX TEXT("cpu")

bool stat_cpu_is(struct text line)
{
	return text_starts(line, PREFIX);
}

int stat_cpu_parse(struct text line, struct stat_cpu *ret)
{
	struct text rest = text_of(line.p + PREFIX.n, line.n - PREFIX.n);
	struct text name, blanks;

	if (!text_until(&rest, ' ', &name))
		return -EIO;
	ret->total = name.n == 0;
	ret->number = 0;
	if (!ret->total && text_u64(name, &ret->number) < 0)
		return -EIO;
	for (ret->n = 0; rest.n > 0; ret->n++) {
		if (ret->n == STAT_FIELDS_MAX ||
		    counter_take(&rest, &blanks, &ret->fields[ret->n]) < 0)
			return -EIO;
	}
	return ret->n >= STAT_FIELDS_MIN ? 0 : -EIO;
}
