/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is mounted below the portal. */

#include "run_portal.h"

#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "fd.h"
#include "reaper.h"
#include "source.h"
#include "view.h"
#include "view_open.h"

/* Has a procfs mounted on the portal's directory of this name. */
static int order_portal(int socket, const struct view *v, const char *name, int tree_fd)
{
	struct run_message m = { .kind = RUN_PORTAL };

	snprintf(m.path, sizeof(m.path), "%s/%s", v->portal, name);
	return fd_send(socket, &m, sizeof(m), tree_fd);
}

/* What programs count processors by is to be the container's before any is started. */
static int order_devices(int socket, const struct view *v)
{
	struct run_message m = { .kind = RUN_DEVICES };

	if (!v->devices.source)
		return 0;
	snprintf(m.path, sizeof(m.path), "%s/%s", v->portal, v->devices.portal);
	return fd_send(socket, &m, sizeof(m), -1);
}

int run_portal_order(int socket, const struct view *v, struct fault *fault)
{
	const struct realm *members = &v->members;
	const char *guests = v->guests.portal;
	AUTO_FD int tree_fd = -1;
	AUTO_FD int host_fd = -1;
	int r;

	r = order_devices(socket, v);
	if (r < 0)
		return r;
	/* Links that cannot be followed are better than a way round hidepid=. */
	if (guests && view_open_host_again(v, &host_fd, NULL) == 0)
		r = order_portal(socket, v, guests, host_fd);
	if (r < 0 || !members->portal || (guests && strcmp(members->portal, guests) == 0))
		return r;
	if (members->source->kind == SOURCE_KERNEL)
		r = view_open_kernel_again(v, &tree_fd, fault);
	else if (view_open_host_again(v, &tree_fd, NULL) < 0)
		return 0;
	return r < 0 ? r : order_portal(socket, v, members->portal, tree_fd);
}
