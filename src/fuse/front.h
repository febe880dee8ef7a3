/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One function per FUSE request: call the engine, reply. */

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include "handles.h"

struct janitor;
struct nodes;
struct view;
struct watchdog_counts;

/* What the session's requests work on; the user data of the session. */
struct front {
	const struct view *view;
	struct nodes *nodes;
	struct handles handles;
	struct janitor *janitor;
	int ready_fd;			/* told once when FUSE_INIT came; -1 */
	struct watchdog_counts *counts; /* NULL: nobody watches */
};

/* The table of operations for fuse_session_new(). */
extern const struct fuse_lowlevel_ops front_operations;
