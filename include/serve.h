/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Serving views on the descriptor of a mounted FUSE file system. */

struct views;
struct watchdog;

/*
 * Serves requests until the file system is unmounted or its connection aborted. fuse_fd is /dev/fuse as
 * given to mount(2); consumed. When the kernel's FUSE_INIT has been answered, one byte is written to
 * ready_fd (-1: nobody waits) and ready_fd is closed. The watchdog, which somebody else holds, too, is told
 * of every request, and answered. Starts threads; call it last. The process must
 * have no path under the mount open and must not resolve one (docs/architecture.md).
 * Returns 0, or -errno if the session could not be set up or failed.
 */
int serve_views(struct views *views, const struct watchdog *watchdog, int fuse_fd, int ready_fd);
