/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Guests: processes that are not in the view's namespace but must see themselves: the command that
 * `run` started, and its descendants.
 *
 * A guest keeps the number it has in our namespace (what getpid(2) tells it) unless a process of the
 * view holds that number; then it is shown as that number + GUEST_PID_OFFSET, which no kernel gives
 * out (PID_MAX_LIMIT, include/linux/threads.h, is 2^22). So a number never means two processes.
 */

#include <stdbool.h>
#include <sys/types.h>

struct pidmap;
struct source;

#define GUEST_PID_OFFSET (1 << 22)

/*
 * The map for the files of guests: to_view gives a guest's number, the number in the view of a
 * process of the view, 0 for everybody else; from_view gives back guests only (by either number).
 * list gives nothing: guests are reachable, not listed. Its level is 0 (pidmap.h).
 * host is the host source; members translates our numbers to the view's (never an identity map; NULL if
 * no process of ours can be in the view, as with a tree); view is the view's source, asked whether a
 * number is taken; a guest is root_pid or a descendant of it. All are borrowed. Returns 0 or -ENOMEM.
 */
int pidmap_guests_new(const struct source *host, const struct pidmap *members,
		      bool (*taken)(const void *view, pid_t number), const void *view,
		      pid_t root_pid, struct pidmap **ret);
