/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* On which memory nodes the container may have memory. */

#include "take.h"

#include "buf.h"
#include "cgroup_text.h"
#include "fd.h"

#define LIST_BYTES_MAX (1 << 16)

void take_nodes_close(struct take_nodes *n)
{
	if (n->known)
		fd_close(n->fd);
	*n = (struct take_nodes){ 0 };
}

int take_nodes_open(const struct cgroup_chain *c, bool unified, struct take_nodes *ret)
{
	static const char *const names[2][2] = {
		{ "cpuset.effective_mems", "cpuset.mems" }, /* the second before Linux 3.17 */
		{ "cpuset.mems.effective", NULL },
	};
	int fd = -1, r = 0;
	unsigned i, k;

	for (i = 0; r == 0 && fd < 0 && i < c->n; i++) {
		for (k = 0; r == 0 && fd < 0 && k < 2 && names[unified][k]; k++)
			fd = cgroup_open_file(c->fd[i], names[unified][k], &r);
	}
	*ret = (struct take_nodes){ .known = fd >= 0, .fd = fd };
	return r;
}

int take_nodes(const struct take_nodes *n, struct resource_nodes *ret)
{
	AUTO_BUF struct buf text = { 0 };
	unsigned count;
	int r;

	if (!n->known)
		return 0;
	r = fd_pread_all(n->fd, LIST_BYTES_MAX, &text);
	if (r == 0)
		r = cgroup_cpu_list(buf_text(&text), &ret->set, &count);
	/* As with CPUs: an empty one of version 1 has not been set up. */
	if (r == 0)
		ret->has_set = count > 0;
	return r;
}
