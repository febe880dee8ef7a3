/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* diskstats (block/genhd.c, diskstats_show()). */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "resources.h"
#include "rewrite.h"

#define SECTOR_SHIFT 9

/* What stands behind the name: the counter of the container, or 0 for what no control group counts. */
static uint64_t counter(const struct resource_disk *d, unsigned field)
{
	switch (field) {
	case 0:
		return d->read_ios;
	case 2:
		return d->read_bytes >> SECTOR_SHIFT;
	case 4:
		return d->write_ios;
	case 6:
		return d->write_bytes >> SECTOR_SHIFT;
	case 11:
		return d->discard_ios;
	case 13:
		return d->discard_bytes >> SECTOR_SHIFT;
	default:
		return 0;
	}
}

/* The line's device; nothing is known of those that the container has not used, and of partitions. */
static int find_disk(const struct resource_disks *disks, struct text major, struct text minor,
		     struct resource_disk *ret)
{
	uint64_t numbers[2];
	unsigned i;

	if (text_u64(major, &numbers[0]) < 0 || text_u64(minor, &numbers[1]) < 0)
		return -EIO;
	*ret = (struct resource_disk){ 0 };
	for (i = 0; i < disks->n; i++) {
		if (disks->disk[i].major == numbers[0] && disks->disk[i].minor == numbers[1])
			*ret = disks->disk[i];
	}
	return 0;
}

/* As many fields as this kernel has; those that are new to us are no counters of the container's. */
static int append_counters(const struct resource_disk *d, struct text rest, struct buf *out)
{
	struct text field;
	uint64_t value;
	unsigned n = 0;
	int r = 0;

	while (r == 0 && text_field(&rest, &field)) {
		if (text_u64(field, &value) < 0)
			return -EIO;
		r = buf_printf(out, " %" PRIu64, counter(d, n++));
	}
	return r < 0 ? r : buf_append(out, "\n", 1);
}

static int narrow_line(const struct resource_disks *disks, struct text line, struct buf *out)
{
	struct text rest = line, major, minor, name;
	struct resource_disk disk;
	int r;

	if (!text_field(&rest, &major) || !text_field(&rest, &minor) || !text_field(&rest, &name))
		return -EIO;
	r = find_disk(disks, major, minor, &disk);
	if (r == 0)
		r = buf_append(out, line.p, (size_t)(rest.p - line.p));
	return r < 0 ? r : append_counters(&disk, rest, out);
}

/**
 * narrow_diskstats() - the devices of the machine, with what the container has done to them
 * In:     "%4d %7d NAME" and 11, 15 or 17 counters: reads, merged, sectors, ms; the same of writes; in flight, ms, weighted
 *         ms; the same four of discards; flushes, ms.
 * Out:    the same lines; I/Os and sectors of the container's group, 0 for the rest. The text as it is where no group
 *         of the container's counts: then it is in the one that the machine is.
 * Facts:  disks.
 * Errors: -EIO if a line has another shape; -ENOMEM.
 */
int narrow_diskstats(const struct rewrite *rw, struct text in, struct buf *out)
{
	const struct resource_disks *disks = &rw->resources->disks;
	struct text line;
	bool ended;
	int r = 0;

	if (!(rw->resources->files & RESOURCE_DISKSTATS) || disks->state == RESOURCE_ABSENT)
		return buf_append_text(out, in);
	while (r == 0 && text_line(&in, &line, &ended))
		r = ended ? narrow_line(disks, line, out) : -EIO;
	return r;
}

/* Whether the group has used the line's device. */
static bool has_used(const struct resource_disks *disks, struct text line)
{
	static const struct resource_disk nothing = { 0 };
	struct resource_disk disk, zero = nothing;
	struct text major, minor;

	if (!text_field(&line, &major) || !text_field(&line, &minor) ||
	    find_disk(disks, major, minor, &disk) < 0)
		return false;
	zero.major = disk.major;
	zero.minor = disk.minor;
	return memcmp(&disk, &zero, sizeof(disk)) != 0;
}

/**
 * explain_diskstats() - by which rule a line is as it is
 * In:     a line that narrow_diskstats() has made.
 * Facts:  disks.
 * Errors: -ENOMEM.
 */
int explain_diskstats(const struct resources *resources, struct text line, struct buf *rule,
		      struct buf *files)
{
	const struct resource_disks *disks = &resources->disks;
	int r;

	if (disks->state == RESOURCE_ABSENT)
		return buf_append_str(rule, "the machine's: no group counts I/O");
	r = buf_append_str(
		rule, has_used(disks, line)
			      ? "reads, writes, discards and their sectors: counted; the rest "
				"0: no group counts it"
			      : "0: the group has not used it; a partition is counted with its "
				"device");
	if (r < 0)
		return r;
	return buf_append_str(files, disks->state == RESOURCE_V2
					     ? "io.stat"
					     : "blkio.throttle.io_serviced_recursive and "
					       "io_service_bytes_recursive, or those of blkio.bfq");
}
