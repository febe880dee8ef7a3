/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a control group and those below it have read from and written to devices. */

#include "resources.h"
#include "text.h"

enum blkio_count { BLKIO_BYTES, BLKIO_IOS };

/*
 * Adds the lines "MAJOR:MINOR rbytes=N wbytes=N rios=N wios=N dbytes=N dios=N" of io.stat (version 2;
 * block/blk-cgroup.c, blkcg_print_one_stat()); other keys are not ours, and devices may have no counters at all, or be
 * no numbers. Returns 0; -EIO if a counter of ours is no number, or is cut off; -E2BIG for more than RESOURCE_DISK_MAX
 * devices; -ENOMEM. On failure out may hold a part.
 */
int cgroup_io_parse_stat(struct text in, struct resource_disks *out);

/*
 * Adds the lines "MAJOR:MINOR Read|Write|Discard N" of a file of version 1 (block/blk-cgroup-rwstat.c,
 * __blkg_prfill_rwstat()); Sync, Async and Total say the same otherwise. Returns and errors as above.
 */
int cgroup_io_parse_blkio(struct text in, enum blkio_count what, struct resource_disks *out);

/*
 * Takes the counters of the group whose directory this is, in version RESOURCE_V1 or RESOURCE_V2. Version 1: those of the
 * throttle, which are kept only once a limit was set for a device, and where it has none those of the BFQ scheduler. The
 * state is RESOURCE_ABSENT if the group has no such files: then the controller is not enabled for it. Returns 0; errors as
 * above; or the errno of openat(2) and read(2); -ENODEV: the group has gone.
 */
int cgroup_io_take(int dirfd, enum resource_state version, struct resource_disks *out);
