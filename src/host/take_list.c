/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of the cpuset: which CPUs the container may use, and which memory nodes. */

#include "take.h"

#include "buf.h"
#include "cgroup_text.h"
#include "fd.h"

#define LIST_BYTES_MAX (1 << 20)

void take_list_close(struct take_list *l)
{
	if (l->known)
		fd_close(l->fd);
	*l = (struct take_list){ 0 };
}

int take_list_open(const struct cgroup_chain *c, const char *const names[2], struct take_list *ret)
{
	int fd = -1, r = 0;
	unsigned i, k;

	for (i = 0; r == 0 && fd < 0 && i < c->n; i++) {
		for (k = 0; r == 0 && fd < 0 && k < 2 && names[k]; k++)
			fd = cgroup_open_file(c->fd[i], names[k], &r);
	}
	*ret = (struct take_list){ .known = fd >= 0, .fd = fd };
	return r;
}

int take_nodes_open(const struct cgroup_chain *c, bool unified, struct take_list *ret)
{
	static const char *const names[2][2] = {
		{ "cpuset.effective_mems", "cpuset.mems" }, /* the second before Linux 3.17 */
		{ "cpuset.mems.effective", NULL },
	};

	return take_list_open(c, names[unified], ret);
}

int take_list(const struct take_list *l, struct resource_cpus *ret, bool *ret_has)
{
	AUTO_BUF struct buf text = { 0 };
	unsigned n;
	int r;

	if (!l->known)
		return 0;
	r = fd_pread_record(l->fd, LIST_BYTES_MAX, &text);
	if (r == 0)
		r = cgroup_cpu_list(buf_text(&text), ret, &n);
	/* Nothing can run, or have memory, on none. */
	if (r == 0)
		*ret_has = n > 0;
	return r;
}
