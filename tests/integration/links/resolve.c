/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* realpath(3) and openat2(2). */

#include "links.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* openat2(2) says that one may have to ask again, where something is renamed or mounted meanwhile. */
#define TRIES 1000

static bool real_path_is(const char *link, const char *wanted)
{
	char *got = realpath(link, NULL);
	bool ok = got && strcmp(got, wanted) == 0;

	free(got);
	return ok;
}

/* Opening DIR/self/fd/N from DIR under this restriction fails with this error. */
static bool restricted(struct links *l, int target, unsigned long long resolve, int error)
{
	struct open_how how = { .flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC, .resolve = resolve };
	int dir = open(l->proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *name = fd_path(l, target) + strlen(l->proc) + 1;
	long fd;
	int e, tries = 0;

	do {
		fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));
		e = errno;
	} while (fd < 0 && e == EAGAIN && ++tries < TRIES);
	if (fd >= 0)
		close((int)fd);
	close(dir);
	return fd < 0 && e == error;
}

void check_resolve(struct links *l)
{
	check(l, "realpath of a directory", real_path_is(fd_path(l, l->o.dir), l->scratch));
	check(l, "realpath of exe", real_path_is(path(l, "self/exe"), l->exe));
	check(l, "openat2 RESOLVE_NO_MAGICLINKS",
	      restricted(l, l->o.regular, RESOLVE_NO_MAGICLINKS, ELOOP));
	check(l, "openat2 RESOLVE_BENEATH", restricted(l, l->o.dir, RESOLVE_BENEATH, EXDEV));
	check(l, "openat2 RESOLVE_IN_ROOT", restricted(l, l->o.pipe[0], RESOLVE_IN_ROOT, EXDEV));
	check(l, "openat2 RESOLVE_NO_XDEV", restricted(l, l->o.regular, RESOLVE_NO_XDEV, EXDEV));
}
