/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pid map of who may see no process at all. */

#include "pidmap_nobody.h"

#include <errno.h>
#include <stdlib.h>

#include "pidmap.h"

static pid_t none(const struct pidmap *m, pid_t number)
{
	(void)m;
	(void)number;
	return 0;
}

static int list_none(const struct pidmap *m, struct pidmap_list *out)
{
	(void)m;
	(void)out;
	return 0;
}

static void destroy(struct pidmap *m)
{
	free(m);
}

int pidmap_nobody_new(struct pidmap **ret)
{
	static const struct pidmap_ops ops = {
		.to_view = none,
		.group_to_view = none,
		.from_view = none,
		.list = list_none,
		.destroy = destroy,
	};
	struct pidmap *m = malloc(sizeof(*m));

	if (!m)
		return -ENOMEM;
	*m = (struct pidmap){ .ops = &ops, .level = 1 };
	*ret = m;
	return 0;
}
