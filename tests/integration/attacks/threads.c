/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Threads of one process with different rights, and one that changes them all the time. */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOOPS 1000

static const char *const names[] = { "environ", "maps", "io", "exe", "fd/0", "mem" };

#define N_NAMES (sizeof(names) / sizeof(names[0]))

struct worker {
	const struct attempt *attempt;
	pid_t victim;
	int r;
	unsigned got[N_NAMES];	  /* while it might not */
	unsigned missed[N_NAMES]; /* while it might */
	atomic_bool *over;
};

static const struct client plain = {
	.name = "plain", .uid = PERMISSIONS_UID, .gid = PERMISSIONS_GID, .cap = CAP_NONE
};

static bool get(const struct worker *w, size_t i)
{
	char path[48], text[64];
	int fd;

	snprintf(path, sizeof(path), "%d/%s", w->victim, names[i]);
	if (i == 3 || i == 4)
		return readlinkat(w->attempt->root, path, text, sizeof(text)) > 0;
	if (i != 5)
		return loot_file(w->attempt->root, path);
	fd = openat(w->attempt->root, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void *unprivileged(void *arg)
{
	struct worker *w = arg;

	if (!w->attempt->allowed)
		w->r = credentials_take(&plain);
	for (int i = 0; i < LOOPS && w->r == 0; i++) {
		for (size_t j = 0; j < N_NAMES; j++)
			w->got[j] += get(w, j);
	}
	*w->over = true;
	return NULL;
}

static void *privileged(void *arg)
{
	struct worker *w = arg;

	while (!*w->over) {
		for (size_t j = 0; j < N_NAMES; j++)
			w->missed[j] += !get(w, j);
	}
	return NULL;
}

/* Turns to the user and back; the rights of the moment are what counts. */
static void *changing(void *arg)
{
	struct worker *w = arg;

	while (!*w->over && w->r == 0) {
		if (!w->attempt->allowed && syscall(SYS_setresuid, -1, PERMISSIONS_UID, -1) < 0)
			w->r = -errno;
		for (size_t j = 0; j < N_NAMES; j++)
			w->got[j] += get(w, j);
		if (!w->attempt->allowed && syscall(SYS_setresuid, -1, 0, -1) < 0)
			w->r = -errno;
		for (size_t j = 0; j < N_NAMES; j++)
			w->missed[j] += !get(w, j);
	}
	return NULL;
}

static int run_threads(const struct attempt *a, void *arg)
{
	static void *(*const fns[])(void *) = { unprivileged, privileged, changing };
	static const char *const kinds[] = { "unprivileged", "privileged", "changing" };
	struct worker w[3];
	pthread_t threads[3];
	atomic_bool over = false;

	(void)arg;
	for (int i = 0; i < 3; i++) {
		w[i] = (struct worker){ a, target_named(a, "root")->pid, .over = &over };
		if (pthread_create(&threads[i], NULL, fns[i], &w[i]))
			return -EAGAIN;
	}
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++) {
		if (w[i].r < 0)
			return w[i].r;
		for (size_t j = 0; j < N_NAMES; j++) {
			if (i != 1)
				note(a, w[i].got[j] > 0, "%s thread: %s", kinds[i], names[j]);
			if (i != 0)
				note(a, w[i].missed[j] == 0, "%s thread, when it may: %s", kinds[i],
				     names[j]);
		}
	}
	return 0;
}

int attack_threads(const struct attempt *a)
{
	return in_child(a, false, run_threads, NULL);
}
