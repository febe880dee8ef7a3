/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Handles that outlive the right to have opened them. */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dirents.h"
#include "fd.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const char *const files[] = {
	"environ", "auxv",  "maps",	   "smaps", "pagemap",	"io",
	"syscall", "stack", "personality", "wchan", "fdinfo/0", "mem"
};

#define MEM (N(files) - 1)

static const char *const dirs[] = { "", "fd", "fdinfo", "map_files", "ns", "task", "attr" };
static const char *const links[] = { "exe", "cwd", "root", "fd/0", "ns/pid" };

/* Everything of a process that its user may open. */
struct held {
	int files[N(files)];
	int dirs[N(dirs)];
	int paths[N(dirs)];  /* O_PATH */
	int links[N(links)]; /* O_PATH */
	off_t address;	     /* of something in its memory */
};

/* Where the first mapping starts. */
static off_t first_address(int dir)
{
	AUTO_FD int fd = openat(dir, "maps", O_RDONLY | O_CLOEXEC);
	char line[32] = "";

	return fd >= 0 && read(fd, line, sizeof(line) - 1) > 0 ? (off_t)strtoll(line, NULL, 16) : 0;
}

static void hold(int root, pid_t pid, struct held *h)
{
	AUTO_FD int dir = -1;
	char name[32];

	snprintf(name, sizeof(name), "%d", pid);
	dir = openat(root, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	h->address = first_address(dir);
	for (size_t i = 0; i < N(files); i++)
		h->files[i] = openat(dir, files[i], O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < N(dirs); i++) {
		const char *path = dirs[i][0] ? dirs[i] : ".";

		h->dirs[i] = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		h->paths[i] = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	for (size_t i = 0; i < N(links); i++)
		h->links[i] = openat(dir, links[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static bool count_name(void *context, const struct dirents_entry *entry)
{
	(void)entry;
	*(int *)context += 1;
	return true;
}

static bool reads(const struct held *h, size_t i)
{
	char data[4096];
	ssize_t n = pread(h->files[i], data, sizeof(data), i == MEM ? h->address : 0);

	/* Who may not know gets 0. */
	if (strcmp(files[i], "wchan") == 0)
		return n > 0 && data[0] != '0';
	return n > 0;
}

/* What the handles themselves still give. */
static void use_handles(const struct attempt *a, const struct held *h, const char *when)
{
	char text[256];

	for (size_t i = 0; i < N(files); i++)
		note(a, reads(h, i), "%s: handle of %s", when, files[i]);
	for (size_t i = 0; i < N(dirs); i++) {
		int n = 0;

		dirents_each(h->dirs[i], count_name, &n);
		note(a, n > 0, "%s: list by handle of '%s'", when, dirs[i]);
	}
	for (size_t i = 0; i < N(links); i++)
		note(a, readlinkat(h->links[i], "", text, sizeof(text)) > 0, "%s: handle of %s",
		     when, links[i]);
}

/* What the handles of directories lead to. */
static void go_on(const struct attempt *a, const struct held *h, const char *when)
{
	static const char *const names[N(dirs)] = { "environ", "0", "0", "", "pid", "", "current" };
	char prefix[64], text[256];

	for (int i = 0; i < 2; i++) {
		const int *from = i ? h->paths : h->dirs;

		snprintf(prefix, sizeof(prefix), "%s, from the %s", when,
			 i ? "O_PATH" : "directory");
		loot_all(a, from[0], prefix, "");
		note(a, readlinkat(from[1], names[1], text, sizeof(text)) > 0, "%s fd: 0", prefix);
		note(a, loot_file(from[2], names[2]), "%s fdinfo: 0", prefix);
		note(a, readlinkat(from[4], names[4], text, sizeof(text)) > 0, "%s ns: pid",
		     prefix);
		loot_all(a, from[5], prefix, "../");
		loot_all(a, from[1], prefix, "../");
	}
}

/* ---- a process of one's own that becomes root's ---- */

struct changing {
	pid_t pid;
	int ready;
};

static int use_across_exec(const struct attempt *a, void *arg)
{
	const struct changing *c = arg;
	struct held h;
	pid_t tid;

	hold(a->root, c->pid, &h);
	for (size_t i = 0; i < N(files); i++) {
		/* After the change some are of use to nobody. */
		if (reads(&h, i))
			note_live(a, "changed: handle of %s", files[i]);
	}
	kill(c->pid, SIGUSR1);
	if (launch_wait(c->pid, c->ready, &tid) < 0)
		return -EPROTO;
	use_handles(a, &h, "changed");
	go_on(a, &h, "changed");
	return 0;
}

int attack_exec(const struct attempt *a)
{
	struct launch l = { PERMISSIONS_UID, PERMISSIONS_GID, a->programs[PROGRAM_PLAIN], "execs",
			    .next = a->programs[PROGRAM_SETUID] };
	struct changing c = { .ready = -1 };
	pid_t tid;
	int r;

	c.pid = launch_start(&l, &c.ready);
	if (c.pid < 0)
		return c.pid;
	r = launch_wait(c.pid, c.ready, &tid);
	if (r == 0)
		r = in_child(a, true, use_across_exec, &c);
	kill(c.pid, SIGKILL);
	waitpid(c.pid, NULL, 0);
	close(c.ready);
	return r;
}

/* ---- handles that root has opened, and then passed on ---- */

static int use_inherited(const struct attempt *a, void *arg)
{
	const struct held *h = arg;

	use_handles(a, h, "inherited");
	go_on(a, h, "inherited");
	return 0;
}

int attack_inherited(const struct attempt *a)
{
	struct held h;

	hold(a->root, target_named(a, "root")->pid, &h);
	return in_child(a, true, use_inherited, &h);
}
