/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Differences found at one entry. */

#include "walker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_BYTES 160

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		buf_free(&f->items[i].o1);
		buf_free(&f->items[i].v);
		buf_free(&f->items[i].o2);
	}
	free(f->items);
	*f = (struct findings){ 0 };
}

void finding_add(struct findings *f, const char *what, struct text o1, struct text v,
		 struct text o2)
{
	struct finding *item;

	f->items = reallocarray(f->items, f->n + 1, sizeof(*f->items));
	must(f->items ? 0 : -ENOMEM);
	item = &f->items[f->n++];
	*item = (struct finding){ 0 };
	snprintf(item->what, sizeof(item->what), "%s", what);
	/* Blanks would break the columns of the report and of the exceptions file. */
	for (char *p = item->what; *p; p++)
		*p = *p == ' ' ? '_' : *p;
	escape(o1, SHOWN_BYTES, &item->o1);
	escape(v, SHOWN_BYTES, &item->v);
	escape(o2, SHOWN_BYTES, &item->o2);
}

void finding_errno(struct findings *f, const char *what, int o1, int v, int o2)
{
	char full[LABEL_BYTES];

	/* With the errno an exception says which one it expects. */
	snprintf(full, sizeof(full), "%s:%s", what, error_name(v));
	finding_add(f, full, text_str(error_name(o1)), text_str(error_name(v)),
		    text_str(error_name(o2)));
}
