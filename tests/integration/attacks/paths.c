/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* To the processes of others by every way that leads there. */

#include "attacks.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"

static const char *const victims[] = { "root",	 "rootnodump", "other",	   "nodump",
				       "noread", "suid",       "suidback", "filecap" };

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* An O_PATH descriptor is made a real one through our own procfs, which is not the tree. */
static bool reopen(int dir, const char *path)
{
	AUTO_FD int handle = openat(dir, path, O_PATH | O_CLOEXEC);
	char own[48];

	snprintf(own, sizeof(own), "/proc/self/fd/%d", handle);
	return handle >= 0 && loot_file(AT_FDCWD, own);
}

/* With the number in place of each N. */
static void way_to(const char *way, pid_t pid, char *out, size_t size)
{
	size_t n = 0;

	for (; *way && n + 12 < size; way++) {
		if (*way == 'N')
			n += (size_t)snprintf(out + n, size - n, "%d", pid);
		else
			out[n++] = *way;
	}
	out[n] = '\0';
}

static void try_ways(const struct attempt *a, pid_t pid, const char *who)
{
	static const char *const ways[] = {
		"N/",
		"N/task/N/",
		"./N/../N/",
		"N/task/../../N/",
		"self/../N/",
		"thread-self/../../../N/",
		"N/attr/../ns/../",
	};

	for (size_t i = 0; i < N(ways); i++) {
		char where[64], prefix[64];

		way_to(ways[i], pid, where, sizeof(where));
		snprintf(prefix, sizeof(prefix), "%s by way %s", who, ways[i]);
		loot_all(a, a->root, prefix, where);
	}
}

static void try_handles(const struct attempt *a, pid_t pid, const char *who)
{
	static const char *const flavours[] = { "O_PATH directory", "directory" };
	char name[32], prefix[64];

	snprintf(name, sizeof(name), "%d", pid);
	for (int i = 0; i < 2; i++) {
		AUTO_FD int dir =
			openat(a->root, name, O_DIRECTORY | O_CLOEXEC | (i ? O_RDONLY : O_PATH));

		snprintf(prefix, sizeof(prefix), "%s by its %s", who, flavours[i]);
		loot_all(a, dir, prefix, "");
		snprintf(prefix, sizeof(prefix), "%s: reopened %s in an %s", who, "environ",
			 flavours[i]);
		note(a, reopen(dir, "environ"), "%s", prefix);
	}
}

/* The directory of work is the process's. */
static void try_cwd(const struct attempt *a, pid_t pid, const char *who)
{
	AUTO_FD int old = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char name[32], prefix[64];

	snprintf(name, sizeof(name), "%d", pid);
	snprintf(prefix, sizeof(prefix), "%s from inside", who);
	if (fchdir(a->root) == 0 && chdir(name) == 0)
		loot_all(a, AT_FDCWD, prefix, "");
	if (fchdir(old) < 0)
		_exit(1);
}

static int try_victims(const struct attempt *a, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < N(victims); i++) {
		pid_t pid = target_named(a, victims[i])->pid;

		try_ways(a, pid, victims[i]);
		try_handles(a, pid, victims[i]);
		try_cwd(a, pid, victims[i]);
	}
	return 0;
}

int attack_paths(const struct attempt *a)
{
	return in_child(a, true, try_victims, NULL);
}

/* ---- whoever is there: for trees of which the attacker is no member ---- */

struct numbers {
	pid_t pids[64];
	size_t n;
};

static bool collect(void *context, const struct dirents_entry *entry)
{
	struct numbers *numbers = context;

	if (isdigit((unsigned char)entry->name[0]))
		numbers->pids[numbers->n++] = (pid_t)strtol(entry->name, NULL, 10);
	return numbers->n < N(numbers->pids);
}

static int try_listed(const struct attempt *a, void *arg)
{
	const struct numbers *numbers = arg;

	for (size_t i = 0; i < numbers->n; i++) {
		char prefix[32], where[32];

		snprintf(prefix, sizeof(prefix), "process %d", numbers->pids[i]);
		snprintf(where, sizeof(where), "%d/", numbers->pids[i]);
		loot_all(a, a->root, prefix, where);
	}
	return 0;
}

int attack_listed(const struct attempt *a)
{
	AUTO_FD int fd = openat(a->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct numbers numbers = { 0 };
	int r = fd < 0 ? -errno : dirents_each(fd, collect, &numbers);

	if (r < 0)
		return r;
	return numbers.n == 0 ? -ENOENT : in_child(a, true, try_listed, &numbers);
}

/* ---- with all capabilities, but over a user namespace in which nobody is ---- */

static int try_from_userns(const struct attempt *a, void *arg)
{
	(void)arg;
	if (!a->allowed && unshare(CLONE_NEWUSER) < 0) {
		printf("skipped: userns: no user namespace for users\n");
		return ATTACK_SKIPPED;
	}
	for (size_t i = 0; i < N(victims); i++) {
		char where[32];

		snprintf(where, sizeof(where), "%d/", target_named(a, victims[i])->pid);
		loot_all(a, a->root, victims[i], where);
	}
	return 0;
}

int attack_userns(const struct attempt *a)
{
	return in_child(a, true, try_from_userns, NULL);
}
