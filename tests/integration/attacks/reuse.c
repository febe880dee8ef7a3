/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A number that is now one's own process, now somebody else's, while the attacker looks. */

#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"

#define ROUNDS	  200
#define NUMBER	  12345
#define SECRET	  "SECRET=of root"
#define SIGNATURE "target-1" /* the other's program, in its maps (PROGRAM_UNREADABLE) */

enum phase { OWN, OTHERS, OVER };

struct race {
	_Atomic enum phase phase;
	atomic_uint round; /* goes on with each change of the phase */
	atomic_uint looks; /* how often the attacker has looked */
};

/* What it holds of the process that was its own. */
struct old {
	unsigned round;
	int dir;
	int environ_fd;
	int maps;
	int fds;
};

static void let_go(struct old *o)
{
	o->dir = fd_close(o->dir);
	o->environ_fd = fd_close(o->environ_fd);
	o->maps = fd_close(o->maps);
	o->fds = fd_close(o->fds);
}

/* Only if it is sure that all are of the same process, the attacker's own. */
static void take_hold(const struct attempt *a, struct race *race, struct old *o)
{
	unsigned round = race->round;
	char name[16];

	let_go(o);
	snprintf(name, sizeof(name), "%d", NUMBER);
	o->round = round;
	o->dir = openat(a->root, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	o->environ_fd = openat(o->dir, "environ", O_RDONLY | O_CLOEXEC);
	o->maps = openat(o->dir, "maps", O_RDONLY | O_CLOEXEC);
	o->fds = openat(o->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (race->phase != OWN || race->round != round)
		let_go(o);
}

static bool holds(int fd, const char *text)
{
	char data[16384];
	ssize_t n = pread(fd, data, sizeof(data), 0);

	return n > 0 && memmem(data, (size_t)n, text, strlen(text));
}

static void use_old(const struct attempt *a, const struct old *o)
{
	char text[64];

	note(a, holds(o->environ_fd, SECRET), "old handle of environ");
	note(a, holds(o->maps, SIGNATURE), "old handle of maps");
	note(a, loot_text(o->dir, "environ", SECRET), "environ in the old directory");
	note(a, loot_text(o->dir, "maps", SIGNATURE), "maps in the old directory");
	note(a, readlinkat(o->fds, "0", text, sizeof(text)) > 0, "a link in the old fd");
	note(a, loot_text(o->fds, "../environ", SECRET), "environ beside the old fd");
}

/* That these would have said something had they been of the living. */
static void prove_old(const struct attempt *a, const struct old *o)
{
	static const char *const handles[] = {
		"old handle of environ",     "old handle of maps",   "environ in the old directory",
		"maps in the old directory", "a link in the old fd", "environ beside the old fd",
	};

	if (o->dir < 0 || !holds(o->environ_fd, "OWN=") || !holds(o->maps, "target-0"))
		return;
	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
		note_live(a, "%s", handles[i]);
}

static int look(const struct attempt *a, void *arg)
{
	struct old old = { 0, -1, -1, -1, -1 };
	struct race *race = arg;
	char path[2][32];

	snprintf(path[0], sizeof(path[0]), "%d/environ", NUMBER);
	snprintf(path[1], sizeof(path[1]), "%d/maps", NUMBER);
	while (race->phase != OVER) {
		note(a, loot_text(a->root, path[0], SECRET), "environ by number");
		note(a, loot_text(a->root, path[1], SIGNATURE), "maps by number");
		if (race->phase == OWN && (old.dir < 0 || old.round != race->round)) {
			take_hold(a, race, &old);
			prove_old(a, &old);
		} else if (race->phase == OTHERS) {
			use_old(a, &old);
		}
		race->looks++;
	}
	let_go(&old);
	return 0;
}

/* Until the attacker has looked a few times more; it ends by itself only if it fails. */
static void await_looks(struct race *race, pid_t attacker)
{
	unsigned before = race->looks;

	/* cppcheck-suppress knownConditionTrueFalse; the attacker counts on */
	while (race->looks - before < 3) {
		if (waitid(P_PID, (id_t)attacker, NULL, WEXITED | WNOHANG | WNOWAIT) < 0)
			return;
		sched_yield();
	}
}

static int one_life(const struct attempt *a, struct race *race, pid_t attacker, bool own)
{
	struct launch l = { own ? PERMISSIONS_UID : 0,
			    own ? PERMISSIONS_GID : 0,
			    a->programs[own ? PROGRAM_PLAIN : PROGRAM_UNREADABLE],
			    "",
			    -1,
			    NUMBER,
			    own ? "OWN=" : SECRET };
	AUTO_FD int ready = -1;
	pid_t pid = launch_start(&l, &ready), tid;
	int r;

	if (pid < 0)
		return pid;
	r = launch_wait(pid, ready, &tid);
	race->round++;
	race->phase = own ? OWN : OTHERS;
	if (r == 0)
		await_looks(race, attacker);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return r;
}

int attack_reuse(const struct attempt *a)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t attacker;
	int r = 0, status = -1;

	if (race == MAP_FAILED)
		return -errno;
	race->phase = OTHERS;
	attacker = fork();
	if (attacker == 0)
		_exit(attacker_become(a) < 0 || look(a, race) < 0);
	for (int i = 0; i < ROUNDS && r == 0; i++)
		r = one_life(a, race, attacker, i % 2 == 0);
	race->phase = OVER;
	waitpid(attacker, &status, 0);
	munmap(race, sizeof(*race));
	return r < 0 ? r : status ? -ECHILD : 0;
}
