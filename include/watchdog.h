/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Tells from outside whether the process that serves a FUSE file system is wedged: requests wait, and
 * nothing shows that it could serve one. Evidence, none of which needs a privilege or a path:
 *
 *   - requests that nobody has taken: poll(2) of /dev/fuse (fs/fuse/dev.c, fuse_dev_poll());
 *   - those taken and answered: counters in memory shared with the server;
 *   - a question to a thread of the server that does nothing else but answer it;
 *   - the processor time that the server has used.
 *
 * So a request that takes its time, such as a read of a process's memory, is no reason as long as
 * another one could be served beside it.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define WATCHDOG_PATIENCE_MS 5000

/* Looks in a row without a sign of life, before it is taken for wedged: one per tenth of the patience. */
#define WATCHDOG_LOOKS 10
/* Beside one in which the server worked hard, a look in which it did nothing counts so much. */
#define WATCHDOG_WEIGHT 10

/* As many threads of the server as may read from the device at once; more are just not watched so well. */
#define WATCHDOG_SLOTS 64
/* The size of a request's header (struct fuse_in_header). */
#define WATCHDOG_HEAD_WORDS 10

/*
 * Where a thread of the server has the kernel put the header of the next request: it is seen here from the
 * moment on at which the request has left the device's queue, even if the thread is stopped before read(2)
 * returns to it.
 */
struct watchdog_slot {
	_Atomic uint32_t used; /* by a thread */
	_Atomic uint32_t
		head[WATCHDOG_HEAD_WORDS]; /* the first word is not 0: a request, not counted yet */
};

/* In memory shared with the server. */
struct watchdog_counts {
	_Atomic uint64_t received; /* requests that want an answer */
	_Atomic uint64_t answered;
	_Atomic uint64_t others; /* read from the device, but want none (FUSE_FORGET) */
	_Atomic uint32_t asked;	 /* the number of the last question */
	_Atomic uint32_t heard;	 /* and of the last one that was answered */
	struct watchdog_slot slots[WATCHDOG_SLOTS];
};

/* What one look finds. */
struct watchdog_facts {
	bool queued;	  /* requests wait in the device */
	bool heard;	  /* the question of the look before was answered */
	uint64_t taken;	  /* requests of all kinds the server has read */
	uint64_t pending; /* of those, how many have not been answered */
	bool busy;	  /* the server has used the processor since the look before */
};

enum watchdog_verdict {
	WATCHDOG_IDLE,	 /* nobody waits */
	WATCHDOG_ALIVE,	 /* somebody waits, but not in vain */
	WATCHDOG_DOUBT,	 /* no sign of life since the look before */
	WATCHDOG_WEDGED, /* nor all the time before that */
};

/* What the looks before have found; all zero at first. */
struct watchdog_memory {
	uint64_t taken;
	uint64_t pending;
	unsigned doubt; /* WATCHDOG_WEIGHT or 1 for each look in doubt */
};

/*
 * The decision, by the facts alone. A look counts, not the time between: if we were not scheduled for a
 * while (a suspended machine, a frozen control group), the server was perhaps not, either.
 */
enum watchdog_verdict watchdog_judge(struct watchdog_memory *m, const struct watchdog_facts *now);

struct watchdog {
	struct watchdog_counts *counts; /* NULL: there is no watchdog */
	int ask_fd;			/* eventfd(2): wakes the server's thread */
	int control_fd;			/* the directory of the connections; -1: not there */
	int fuse_fd;			/* -1: nothing is watched (yet) */
	unsigned dev_minor;		/* of the mount; 0: not known */
	pid_t server;
	int patience_ms;
	int64_t next_ms; /* when to look again */
	int64_t cpu_ns;	 /* the server's processor time at the last look, or at the start */
	struct watchdog_memory memory;
};

#define WATCHDOG_NULL ((struct watchdog){ .ask_fd = -1, .control_fd = -1, .fuse_fd = -1 })

/*
 * Makes what will be shared with the server, which must be forked after it and be told of it, and opens
 * what may not be opened any more when the file system is mounted. patience_ms 0: watch nothing.
 * Returns 0, or the errno of mmap(2) or eventfd(2).
 */
int watchdog_open(int patience_ms, struct watchdog *ret);

/* In the server: closes what is not for it. */
void watchdog_enter_server(struct watchdog *w);

/*
 * Watches from now on. fuse_fd, the server's device, is consumed: as long as it is held, the connection
 * outlives the server. dev_minor is the mount's device number, 0 if it is not known.
 */
void watchdog_start(struct watchdog *w, pid_t server, int fuse_fd, unsigned dev_minor);

/* How long poll(2) may wait until the next look; -1: for ever. */
int watchdog_wait_ms(const struct watchdog *w);

/* Looks, if it is time to. Returns whether the server is wedged. Never blocks. */
bool watchdog_look(struct watchdog *w);

/*
 * Aborts the connection, as far as that is possible through its directory in fusectl (fs/fuse/control.c;
 * its owner may), so that whoever waits gets an error, the server's own threads too. Returns 0; -ENOENT
 * if it cannot be found there; the errno of open(2) or write(2).
 */
int watchdog_abort(const struct watchdog *w);

/* Lets go of everything. Accepts WATCHDOG_NULL, and leaves it. */
void watchdog_close(struct watchdog *w);
