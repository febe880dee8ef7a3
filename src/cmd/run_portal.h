/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is mounted below the portal of a view that `run` serves. */

struct fault;
struct view;

/*
 * Has the reaper behind the socket (reaper.h) mount a procfs on each directory of the portal. Returns 0; -errno
 * if the orders cannot be given, perhaps with a fault.
 */
int run_portal_order(int socket, const struct view *v, struct fault *fault);
