/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Pid maps that ask the kernel: NS_GET_PID_IN_PIDNS and its kin (ioctl_nsfs(2), Linux 6.11). */

struct pidmap;
struct source;

/*
 * A map between our pid namespace and the one behind pidns_fd, level levels below. host is the host
 * source, for listing and for groups whose leader is dead; both are borrowed and must outlive the map.
 * Returns 0; -EOPNOTSUPP if the kernel has no such ioctl; -ENOMEM.
 */
int pidmap_kernel_new(const struct source *host, int pidns_fd, unsigned level, struct pidmap **ret);

/*
 * The map of a source whose numbers are the view's own; list enumerates the source. The source is
 * borrowed. Returns 0 or -ENOMEM.
 */
int pidmap_identity_new(const struct source *s, struct pidmap **ret);
