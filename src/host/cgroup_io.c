/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What control groups have read from and written to devices. */

#include "cgroup_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"

#define FILE_BYTES_MAX (4 << 20)

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The counter of a disk at such an offset. */
static uint64_t *counter_of(struct resource_disk *d, size_t offset)
{
	return (uint64_t *)(void *)((char *)d + offset);
}

static bool parse_device(struct text name, struct resource_disk *ret)
{
	struct text major;
	uint64_t numbers[2];

	if (!text_until(&name, ':', &major) || text_u64(major, &numbers[0]) < 0 ||
	    text_u64(name, &numbers[1]) < 0 || numbers[0] > UINT_MAX || numbers[1] > UINT_MAX)
		return false;
	*ret = (struct resource_disk){ .major = (unsigned)numbers[0],
				       .minor = (unsigned)numbers[1] };
	return true;
}

static struct resource_disk *find(const struct resource_disks *d, const struct resource_disk *like)
{
	unsigned i;

	for (i = 0; i < d->n; i++) {
		if (d->disk[i].major == like->major && d->disk[i].minor == like->minor)
			return &d->disk[i];
	}
	return NULL;
}

/* The one of that device, which may be new. */
static int get(struct resource_disks *d, const struct resource_disk *like,
	       struct resource_disk **ret)
{
	struct resource_disk *more;

	*ret = find(d, like);
	if (*ret)
		return 0;
	if (d->n >= RESOURCE_DISK_MAX)
		return -E2BIG;
	more = reallocarray(d->disk, d->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->disk = more;
	more[d->n] = (struct resource_disk){ .major = like->major, .minor = like->minor };
	*ret = &more[d->n++];
	return 0;
}

static int add(struct resource_disks *d, const struct resource_disk *like, size_t offset,
	       struct text number)
{
	struct resource_disk *disk;
	uint64_t value;
	int r;

	r = text_u64(number, &value);
	if (r == -ERANGE)
		value = UINT64_MAX;
	else if (r < 0)
		return -EIO;
	r = get(d, like, &disk);
	if (r < 0)
		return r;
	*counter_of(disk, offset) = resource_plus(*counter_of(disk, offset), value);
	return 0;
}

/* "KEY=NUMBER" */
static int add_pair(struct resource_disks *d, const struct resource_disk *like, struct text pair)
{
	static const struct {
		struct text key;
		size_t offset;
	} keys[] = {
		{ TEXT("rbytes"), offsetof(struct resource_disk, read_bytes) },
		{ TEXT("wbytes"), offsetof(struct resource_disk, write_bytes) },
		{ TEXT("rios"), offsetof(struct resource_disk, read_ios) },
		{ TEXT("wios"), offsetof(struct resource_disk, write_ios) },
		{ TEXT("dbytes"), offsetof(struct resource_disk, discard_bytes) },
		{ TEXT("dios"), offsetof(struct resource_disk, discard_ios) },
	};
	struct text key;
	size_t i;

	if (!text_until(&pair, '=', &key))
		return 0;
	for (i = 0; i < N_OF(keys); i++) {
		if (text_equal(key, keys[i].key))
			return add(d, like, keys[i].offset, pair);
	}
	return 0;
}

int cgroup_io_parse_stat(struct text in, struct resource_disks *out)
{
	struct text line, field;
	bool ended;
	int r = 0;

	while (r == 0 && text_line(&in, &line, &ended)) {
		struct resource_disk like;

		if (!ended)
			return -EIO;
		if (!text_field(&line, &field) || !parse_device(field, &like))
			continue;
		while (r == 0 && text_field(&line, &field))
			r = add_pair(out, &like, field);
	}
	return r;
}

static int add_operation(struct resource_disks *d, enum blkio_count what,
			 const struct resource_disk *like, struct text line)
{
	static const struct {
		struct text name;
		size_t offset[2]; /* by enum blkio_count */
	} operations[] = {
		{ TEXT("Read"),
		  { offsetof(struct resource_disk, read_bytes),
		    offsetof(struct resource_disk, read_ios) } },
		{ TEXT("Write"),
		  { offsetof(struct resource_disk, write_bytes),
		    offsetof(struct resource_disk, write_ios) } },
		{ TEXT("Discard"),
		  { offsetof(struct resource_disk, discard_bytes),
		    offsetof(struct resource_disk, discard_ios) } },
	};
	struct text name, number;
	size_t i;

	if (!text_field(&line, &name) || !text_field(&line, &number))
		return -EIO;
	for (i = 0; i < N_OF(operations); i++) {
		if (text_equal(name, operations[i].name))
			return add(d, like, operations[i].offset[what], number);
	}
	return 0;
}

int cgroup_io_parse_blkio(struct text in, enum blkio_count what, struct resource_disks *out)
{
	struct text line, field;
	bool ended;
	int r = 0;

	while (r == 0 && text_line(&in, &line, &ended)) {
		struct resource_disk like;

		if (!ended)
			return -EIO;
		if (text_field(&line, &field) && parse_device(field, &like))
			r = add_operation(out, what, &like, line);
	}
	return r;
}

/* Returns -ENOENT for a file that is not there. */
static int read_file(int dirfd, const char *name, struct buf *out)
{
	AUTO_FD int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? -errno : fd_read_all(fd, FILE_BYTES_MAX, out);
}

static int take_unified(int dirfd, struct resource_disks *out)
{
	AUTO_BUF struct buf text = { 0 };
	int r = read_file(dirfd, "io.stat", &text);

	return r < 0 ? r : cgroup_io_parse_stat(buf_text(&text), out);
}

/* Returns -ENOENT if the group has neither file. */
static int take_blkio(int dirfd, const char *bytes, const char *ios, struct resource_disks *out)
{
	const char *names[] = { [BLKIO_BYTES] = bytes, [BLKIO_IOS] = ios };
	bool found = false;
	unsigned i;
	int r;

	for (i = 0; i < N_OF(names); i++) {
		AUTO_BUF struct buf text = { 0 };

		r = read_file(dirfd, names[i], &text);
		if (r == -ENOENT)
			continue;
		found = true;
		if (r == 0)
			r = cgroup_io_parse_blkio(buf_text(&text), i, out);
		if (r < 0)
			return r;
	}
	return found ? 0 : -ENOENT;
}

/* Of devices that are not there yet. */
static int add_missing(const struct resource_disks *from, struct resource_disks *out)
{
	struct resource_disk *disk;
	unsigned i;
	int r = 0;

	for (i = 0; r == 0 && i < from->n; i++) {
		if (find(out, &from->disk[i]))
			continue;
		r = get(out, &from->disk[i], &disk);
		if (r == 0)
			*disk = from->disk[i];
	}
	return r;
}

static int take_v1(int dirfd, struct resource_disks *out)
{
	struct resource_disks bfq = { 0 };
	int r, r_bfq;

	r = take_blkio(dirfd, "blkio.throttle.io_service_bytes_recursive",
		       "blkio.throttle.io_serviced_recursive", out);
	r_bfq = take_blkio(dirfd, "blkio.bfq.io_service_bytes_recursive",
			   "blkio.bfq.io_serviced_recursive", &bfq);
	if (r_bfq == 0 && (r == 0 || r == -ENOENT))
		r = add_missing(&bfq, out);
	else if (r_bfq != -ENOENT && r_bfq < 0)
		r = r_bfq;
	free(bfq.disk);
	return r;
}

int cgroup_io_take(int dirfd, enum resource_state version, struct resource_disks *out)
{
	int r;

	/* A directory that was removed has no files either. */
	if (faccessat(dirfd, "cgroup.procs", F_OK, 0) < 0)
		return -ENODEV;
	r = version == RESOURCE_V2 ? take_unified(dirfd, out) : take_v1(dirfd, out);
	out->state = r == -ENOENT ? RESOURCE_ABSENT : version;
	return r == -ENOENT ? 0 : r;
}
