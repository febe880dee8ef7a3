/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where an open directory is mounted, by the texts of fdinfo and mountinfo. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "mountinfo.h"

struct fault;

struct spot {
	struct buf path; /* of the directory, from the root of the process that has it open */
	struct buf info; /* the mountinfo of that process; mount points into it */
	struct mountinfo mount; /* the one the directory is in */
	uint64_t unique;	/* its number that is never given out again; 0: unknown */
};

#define SPOT_NULL ((struct spot){ 0 })

/*
 * Learns the spot of descriptor fd of a process (0: ours), which may be O_PATH: opened so, the root of a
 * mount is not asked anything. Returns 0 or -errno.
 */
int spot_look(pid_t pid, int fd, struct spot *ret);

void spot_free(struct spot *s);

/* The directory is the root of a mount of ours. */
bool spot_is_ours(const struct spot *s);

/* A mount of ours with this device number is at the same path, be it below others. */
bool spot_holds(const struct spot *s, unsigned dev_minor);

/* Appends our own mountinfo. Returns 0 or -errno. */
int spot_read_mountinfo(struct buf *out);
