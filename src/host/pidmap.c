/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The interface of pid maps: calls through the table, and their lists. */

#include "pidmap.h"

#include <errno.h>
#include <stdlib.h>

void pidmap_list_free(struct pidmap_list *l)
{
	free(l->pairs);
	*l = (struct pidmap_list){ 0 };
}

int pidmap_list_append(struct pidmap_list *l, pid_t here, pid_t there)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct pidmap_pair *pairs = reallocarray(l->pairs, cap, sizeof(*pairs));

		if (!pairs)
			return -ENOMEM;
		l->pairs = pairs;
		l->cap = cap;
	}
	l->pairs[l->n++] = (struct pidmap_pair){ here, there };
	return 0;
}

static int compare_here(const void *a, const void *b)
{
	pid_t x = ((const struct pidmap_pair *)a)->here;
	pid_t y = ((const struct pidmap_pair *)b)->here;

	return (x > y) - (x < y);
}

void pidmap_list_sort(struct pidmap_list *l)
{
	if (l->n > 1)
		qsort(l->pairs, l->n, sizeof(*l->pairs), compare_here);
}

pid_t pidmap_to_view(const struct pidmap *m, pid_t there)
{
	return there <= 0 || m->identity ? there : m->ops->to_view(m, there);
}

pid_t pidmap_group_to_view(const struct pidmap *m, pid_t there)
{
	return there <= 0 || m->identity ? there : m->ops->group_to_view(m, there);
}

pid_t pidmap_from_view(const struct pidmap *m, pid_t here)
{
	return here <= 0 || m->identity ? here : m->ops->from_view(m, here);
}

int pidmap_list(const struct pidmap *m, struct pidmap_list *out)
{
	return m->ops->list(m, out);
}

struct pidmap *pidmap_free(struct pidmap *m)
{
	if (m)
		m->ops->destroy(m);
	return NULL;
}
