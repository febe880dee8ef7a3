/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pid map of who may see no process at all. */

struct pidmap;

/* A map in which no number means anything, and nothing is listed. Returns 0 or -ENOMEM. */
int pidmap_nobody_new(struct pidmap **ret);
