/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Standing where a client stands. Some bytes depend on the namespaces and the root directory of the reader
 * (docs/architecture.md); where a client's are not ours, the access is made by a process that has entered
 * them and has the client's rights there.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf;
struct client;
struct identity;
struct source;
struct stand;

/* What of the reader, or of the opener, decides bytes. */
enum stand_context {
	STAND_USER = 1,	   /* user namespace: ids, and what capabilities are of */
	STAND_UTS = 2,	   /* host name */
	STAND_IPC = 4,	   /* tables of System V IPC and POSIX queues */
	STAND_NET = 8,	   /* network settings */
	STAND_CGROUP = 16, /* what cgroup paths are relative to */
	STAND_ROOT = 32,   /* what paths of files are relative to */
	STAND_TIME = 64,   /* offsets of the boot clock */
	STAND_PID = 128,   /* numbers of processes, last number given out */
};

/* Those that only a process without shared memory can enter (stand_read()). */
#define STAND_APART (STAND_TIME | STAND_PID)

/*
 * Notes where we stand. host and identity are borrowed. Before threads are started. Returns 0 or -ENOMEM.
 */
int stand_new(const struct source *host, const struct identity *identity, struct stand **ret);

/* Frees it; NULL is accepted. */
void stand_free(struct stand *s);

/*
 * Those of the wanted contexts in which the client does not stand where we do. What cannot be told (we may
 * not look at the client, or it has no number in our pid namespace) counts as the same. s may be NULL: 0.
 */
unsigned stand_differs(const struct stand *s, const struct client *c, unsigned wanted);

/* On whose behalf a process stands where. */
struct stand_errand {
	const struct client *client;
	unsigned contexts; /* enum stand_context */
	unsigned flags;	   /* enum identity_flags */
	bool stood;	   /* filled: fn was called; else the failure is of becoming the client */
	bool gone;	   /* filled: because there is no such client any more */
};

/*
 * Runs fn(arg) with the client's rights in a process that shares our memory and descriptors and stands in
 * the contexts but STAND_APART; the calling thread waits. fn may use what a thread may. Returns what fn
 * returns; the errno of entering a context (-ESRCH also if it is the root directory of another task, which has died);
 * -ESRCH with gone if the client is gone; the errno of clone(2); -EIO if the process died.
 */
int stand_run(const struct stand *s, struct stand_errand *e, int (*fn)(void *arg), void *arg);

/*
 * The same for any contexts, in a process of its own: appends what fn has appended to its buffer, at most
 * max bytes. Errors as above; -EFBIG; -ETIMEDOUT if it does not end within two seconds.
 */
int stand_read(const struct stand *s, struct stand_errand *e, int (*fn)(void *arg, struct buf *out),
	       void *arg, size_t max, struct buf *out);
