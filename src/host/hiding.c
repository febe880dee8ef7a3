/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The options that hide processes, and the groups they ask for. */

#include "hiding.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "nsproc.h"
#include "source.h"
#include "text.h"

#define GID_MAP_MAX_BYTES 65536 /* 340 lines at most, user_namespaces(7) */

bool hiding_is_on(const struct hiding *h)
{
	return h->hidepid != HIDEPID_OFF || h->only_processes;
}

static bool heeds_groups(const struct hiding *h)
{
	return h->hidepid == HIDEPID_NO_ACCESS || h->hidepid == HIDEPID_INVISIBLE;
}

bool hiding_wants_groups(const struct hiding *h)
{
	return heeds_groups(h) && h->exempts;
}

/* Among the supplementary groups of the calling thread. Without memory: no. */
static bool thread_has_group(gid_t gid)
{
	int n = getgroups(0, NULL);
	gid_t *groups;
	bool found = false;
	int i;

	groups = n > 0 ? calloc((size_t)n, sizeof(*groups)) : NULL;
	if (!groups)
		return false;
	n = getgroups(n, groups);
	for (i = 0; i < n; i++)
		found = found || groups[i] == gid;
	free(groups);
	return found;
}

bool hiding_exempts(const struct hiding *h, gid_t fsgid)
{
	if (!hiding_wants_groups(h))
		return false;
	return fsgid == h->gid || thread_has_group(h->gid);
}

/* Our user namespace maps every group on itself. */
static bool groups_are_global(const struct source *host)
{
	static const struct text wanted[] = { TEXT("0"), TEXT("0"), TEXT("4294967295") };
	AUTO_BUF struct buf map = { 0 };
	struct text rest, line, field;
	char path[32];
	size_t i;

	snprintf(path, sizeof(path), "%d/gid_map", getpid());
	if (source_read(host, -1, path, GID_MAP_MAX_BYTES, &map) < 0)
		return false;
	rest = buf_text(&map);
	if (!text_line(&rest, &line, NULL))
		return false;
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (!text_field(&line, &field) || !text_equal(field, wanted[i]))
			return false;
	}
	return true;
}

void hiding_resolve(struct hiding *h, const struct source *host)
{
	h->exempts = h->has_gid || !host || groups_are_global(host);
}

int hiding_open_host(const struct hiding *h, struct source *ret, bool *ret_enforced,
		     struct fault *fault)
{
	int fd = -1;

	*ret_enforced = h->hidepid != HIDEPID_OFF && nsproc_open_own(h, &fd, NULL) == 0;
	if (!*ret_enforced)
		return source_open_host(ret, fault);
	*ret = source_from_fd(SOURCE_HOST, fd);
	return 0;
}

const char *hiding_name(enum hidepid hidepid)
{
	switch (hidepid) {
	case HIDEPID_OFF:
		return "off";
	case HIDEPID_NO_ACCESS:
		return "noaccess";
	case HIDEPID_INVISIBLE:
		return "invisible";
	case HIDEPID_PTRACEABLE:
		return "ptraceable";
	}
	return "unknown";
}
