/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Processors and memory nodes of the container in the mount namespace of a command. */

struct fault;

/*
 * Binds the directories of processors and of memory nodes at path, below the view's mount point dir, over those of
 * /sys/devices/system. Must not be called by who serves the view. Returns 0; -errno with a fault.
 */
int run_devices_cover(const char *dir, const char *path, struct fault *fault);
