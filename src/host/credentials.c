/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ids and groups in PID/status. */

#include "credentials.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

enum { REAL, EFFECTIVE, SAVED, FILE_SYSTEM, ID_COLUMNS };

static int parse_id(struct text field, uint32_t *ret)
{
	uint64_t value;

	if (text_u64(field, &value) < 0 || value > UINT32_MAX)
		return -EINVAL;
	*ret = (uint32_t)value;
	return 0;
}

/* All four columns. */
static int parse_ids(struct text value, uint32_t ids[ID_COLUMNS])
{
	struct text field;
	unsigned n = 0;

	while (text_field(&value, &field)) {
		if (n == ID_COLUMNS || parse_id(field, &ids[n++]) < 0)
			return -EINVAL;
	}
	return n == ID_COLUMNS ? 0 : -EINVAL;
}

static int parse_groups(struct text value, struct credentials *c)
{
	struct text field, count = value;
	size_t n = 0;

	while (text_field(&count, &field))
		n++;
	if (n > NGROUPS_MAX)
		return -EINVAL;
	c->groups = calloc(n ? n : 1, sizeof(*c->groups));
	if (!c->groups)
		return -ENOMEM;
	while (text_field(&value, &field)) {
		if (parse_id(field, &c->groups[c->n_groups++]) < 0)
			return -EINVAL;
	}
	return 0;
}

int credentials_parse(struct text status, struct credentials *ret)
{
	struct credentials c = { 0 };
	uint32_t ids[ID_COLUMNS] = { 0 };
	bool uid = false, gid = false, groups = false;
	struct text line, value;
	int r = 0;

	while (r == 0 && !groups && text_line(&status, &line, NULL)) {
		if (text_key(line, TEXT("Uid"), &value)) {
			r = parse_ids(value, ids);
			c.euid = ids[EFFECTIVE];
			c.fsuid = ids[FILE_SYSTEM];
			uid = true;
		} else if (text_key(line, TEXT("Gid"), &value)) {
			r = parse_ids(value, ids);
			c.fsgid = ids[FILE_SYSTEM];
			gid = true;
		} else if (text_key(line, TEXT("Groups"), &value)) {
			r = parse_groups(value, &c);
			groups = true;
		}
	}
	if (r == 0 && !(uid && gid && groups))
		r = -EINVAL;
	if (r < 0) {
		credentials_done(&c);
		return r;
	}
	*ret = c;
	return 0;
}

void credentials_done(struct credentials *c)
{
	free(c->groups);
	*c = (struct credentials){ 0 };
}
