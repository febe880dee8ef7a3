/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Getting at what is a process's own. */

#include "attacks.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"

static const char *const files[] = {
	"environ", "auxv",    "maps",	     "smaps", "smaps_rollup", "numa_maps",
	"io",	   "syscall", "personality", "stack", "mountstats",   "fdinfo/0",
};

/* What they hold is at addresses that the attacker does not know; to have opened them is enough. */
static const char *const openable[] = { "mem", "pagemap" };
static const char *const links[] = { "exe", "cwd", "root", "fd/0", "ns/pid", "ns/mnt" };
static const char *const dirs[] = { "fd", "fdinfo", "map_files" };

#define N(array) (sizeof(array) / sizeof((array)[0]))

bool loot_file(int dir, const char *path)
{
	AUTO_FD int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char c;

	return fd >= 0 && read(fd, &c, 1) == 1;
}

bool loot_text(int dir, const char *path, const char *text)
{
	AUTO_FD int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char data[16384];
	ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof(data));

	return n > 0 && memmem(data, (size_t)n, text, strlen(text));
}

static bool found_one(void *context, const struct dirents_entry *entry)
{
	bool *found = context;

	(void)entry;
	*found = true;
	return false;
}

static bool loot_dir(int dir, const char *path)
{
	AUTO_FD int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool found = false;

	return fd >= 0 && dirents_each(fd, found_one, &found) == 0 && found;
}

static bool loot_link(int dir, const char *path)
{
	char text[256];

	return readlinkat(dir, path, text, sizeof(text)) > 0;
}

static bool loot_openable(int dir, const char *path)
{
	AUTO_FD int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);

	return fd >= 0;
}

static void loot_each(const struct attempt *a, int dir, const char *prefix, const char *where,
		      const char *const *names, size_t n, bool (*loot)(int dir, const char *path))
{
	bool of_thread = strstr(where, "/task/") && !strstr(where, "..");

	for (size_t i = 0; i < n; i++) {
		char path[160];

		/* These are the process's alone. */
		if (of_thread && (strcmp(names[i], "mountstats") == 0 || loot == loot_dir) &&
		    strncmp(names[i], "fd", 2) != 0)
			continue;
		snprintf(path, sizeof(path), "%s%s", where, names[i]);
		note(a, loot(dir, path), "%s: %s", prefix, names[i]);
	}
}

void loot_all(const struct attempt *a, int dir, const char *prefix, const char *where)
{
	loot_each(a, dir, prefix, where, files, N(files), loot_file);
	loot_each(a, dir, prefix, where, openable, N(openable), loot_openable);
	loot_each(a, dir, prefix, where, links, N(links), loot_link);
	loot_each(a, dir, prefix, where, dirs, N(dirs), loot_dir);
}
