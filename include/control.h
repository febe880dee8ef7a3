/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a view is told and asked while it is served: ioctl(2) on the root directory of its mount. So it can be done where
 * the view is mounted read-only, no name in the view tells of it, and the kernel says who asks.
 */

#include <stdint.h>
#include <sys/ioctl.h>

#include "identity.h"
#include "resources.h"
#include "view.h"

/* Amounts that are not known, or that nothing limits, are RESOURCE_NONE. */
struct control_status {
	char source[16]; /* "kernel", "host", "tree" */
	uint32_t files;	 /* enum resource_file: what is the container's */
	uint32_t choice; /* 1: that can be changed, there are control groups; else 0 */
	int32_t init;	 /* number of the target's init in the server's pid namespace; 0: none */
	int32_t error;	 /* negative errno: why what follows cannot be told; 0 */
	uint32_t cpus;	 /* how many are shown; 0: not known */
	uint32_t load_known;
	uint64_t memory_limit; /* bytes */
	uint64_t memory_used;
	uint64_t swap_limit;
	uint64_t swap_used;
	uint64_t quota_us; /* in each period */
	uint64_t period_us;
	uint64_t load[3]; /* averages over 1, 5, 15 minutes, fixed point, FSHIFT 11 */
	uint64_t age_ns;  /* since the target's init started; 0: not known */
};

/* Numbers of ioctl(2); the letter is none of those in Documentation/userspace-api/ioctl/ioctl-number.rst. */
#define CONTROL_STATUS _IOR(0xd7, 1, struct control_status)
/* enum resource_file: these are to be the container's from now on, the others the machine's. */
#define CONTROL_CHOOSE _IOW(0xd7, 2, uint32_t)

/*
 * Answers the command for a client; in is what it has handed over. *ret is filled for CONTROL_STATUS alone. Returns 0;
 * -ENOTTY, as the kernel's procfs says to all commands, if it is none of these or policy_check_control() refuses;
 * the errnos of view_choose_resources().
 */
int control_answer(const struct view *v, const struct client *c, unsigned command, const void *in,
		   size_t n_in, struct control_status *ret);
