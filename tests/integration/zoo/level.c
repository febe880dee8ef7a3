/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One level of the zoo: a pid namespace, its init, its animals, the level below. */

#include "zoo.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

static const struct animal plain_ones[] = { { "sleeper", plain }, { 0 } };

/* In the order of their numbers; children of the namespace's init. */
static const struct animal *const kinds[] = {
	plain_ones, zoo_names,	     zoo_threads, zoo_family, zoo_terminals, zoo_traced,
	zoo_locks,  zoo_descriptors, zoo_sockets, zoo_memory, zoo_settings,  zoo_namespaces,
};

int level_enter(const struct pen *pen)
{
	struct zoo zoo = *pen->zoo;
	struct pen here = { .zoo = &zoo, .ready_fd = -1 };
	int r;

	zoo.level++;
	r = pen_die_with_parent();
	if (r < 0)
		return r;
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		return pen_fail("mount /proc");
	/* The receiver gets our number in its own namespace with it (SO_PASSCRED). */
	if (send(zoo.mail_fd, &zoo.level, sizeof(zoo.level), 0) != (ssize_t)sizeof(zoo.level))
		return pen_fail("greeting");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r = pen_settle(&here, kinds[i], NULL);
		if (r < 0)
			return r;
	}
	if (zoo.level == zoo.depth)
		return 0;
	r = level_below(&here);
	return r < 0 ? r : 0;
}

pid_t level_below(const struct pen *pen)
{
	char name[24]; /* comm takes the first 15 bytes */
	pid_t init;
	int r;

	snprintf(name, sizeof(name), "zoo-init-%d", pen->zoo->level + 1);
	init = pen_spawn_in(pen, name, level_enter, NULL, CLONE_NEWPID | CLONE_NEWNS);
	if (init <= 0)
		return init;
	r = pen_settle(pen, zoo_visitors, &init);
	if (r < 0)
		return r;
	r = pen_settle(pen, zoo_visitor_locks, &init);
	return r < 0 ? r : init;
}
