/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts about huge pages. */

#include "take.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgroup_text.h"
#include "fd.h"

#define NAME_BYTES 64

void take_huges_close(struct take_huges *h)
{
	unsigned i, level;

	for (i = 0; i < h->n; i++) {
		for (level = 0; level < h->size[i].n; level++) {
			fd_close(h->size[i].limit[level]);
			fd_close(h->size[i].usage[level]);
		}
	}
	*h = (struct take_huges){ 0 };
}

static int open_file(int dirfd, struct text prefix, const char *suffix, int *error)
{
	char name[NAME_BYTES];

	snprintf(name, sizeof(name), "%.*s.%s", (int)prefix.n, prefix.p, suffix);
	return cgroup_open_file(dirfd, name, error);
}

/* One size of pages in all groups. */
static int open_size(const struct cgroup_chain *c, bool unified, struct text prefix,
		     struct take_huge *ret)
{
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < c->n; i++) {
		ret->limit[i] = open_file(c->fd[i], prefix, unified ? "max" : "limit_in_bytes", &r);
		ret->usage[i] =
			open_file(c->fd[i], prefix, unified ? "current" : "usage_in_bytes", &r);
		ret->n++;
	}
	return r;
}

static int by_size(const void *a, const void *b)
{
	const struct take_huge *x = a, *y = b;

	return (x->page_kib > y->page_kib) - (x->page_kib < y->page_kib);
}

static int open_sizes(DIR *dir, const struct cgroup_chain *c, struct take_huges *h)
{
	struct dirent *e;
	struct text prefix;
	uint64_t kib;
	int r = 0;

	while (r == 0 && h->n < RESOURCE_HUGE_MAX && (e = readdir(dir))) {
		if (!cgroup_huge_name(text_str(e->d_name), &prefix, &kib))
			continue;
		h->size[h->n].page_kib = kib;
		r = open_size(c, h->unified, prefix, &h->size[h->n++]);
	}
	return r;
}

/* Only the first group that has the controller counts, with those above. */
int take_huges_open(const struct cgroup_chain *c, bool unified, struct take_huges *ret)
{
	struct cgroup_chain above = *c;
	struct take_huges h = { .unified = unified };
	DIR *dir;
	int fd, r = 0;

	while (r == 0 && h.n == 0 && above.n > 0) {
		fd = openat(above.fd[0], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		dir = fd < 0 ? NULL : fdopendir(fd);
		if (!dir) {
			r = -errno;
			fd_close(fd);
			break;
		}
		r = open_sizes(dir, &above, &h);
		closedir(dir);
		for (fd = 1; fd < (int)above.n; fd++)
			above.fd[fd - 1] = above.fd[fd];
		above.n--;
	}
	if (r < 0)
		take_huges_close(&h);
	qsort(h.size, h.n, sizeof(h.size[0]), by_size);
	*ret = h;
	return r;
}

static int take_size(const struct take_huge *h, bool unified, struct resource_huge *ret)
{
	unsigned i;
	int r;

	*ret = (struct resource_huge){
		.page_kib = h->page_kib,
		.limit_bytes = RESOURCE_NONE,
		.headroom_bytes = RESOURCE_NONE,
	};
	r = take_number(h->usage[0], &ret->usage_bytes);
	for (i = 0; r == 0 && i < h->n; i++)
		r = take_limit(h->limit[i], h->usage[i], unified ? 0 : h->page_kib * 1024,
			       &ret->limit_bytes, &ret->headroom_bytes);
	return r;
}

int take_huges(const struct take_huges *h, struct resource_memory *ret)
{
	int r = 0;

	for (ret->n_huge = 0; r == 0 && ret->n_huge < h->n; ret->n_huge++)
		r = take_size(&h->size[ret->n_huge], h->unified, &ret->huge[ret->n_huge]);
	return r;
}
