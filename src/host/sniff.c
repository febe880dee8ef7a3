/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a waiting thread has called. */

#include "sniff.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "source.h"

#define LINE_MAX_BYTES 1024

/* A thread that has sent a request goes to sleep within microseconds; on a loaded machine 39 tries were seen. */
#define TRIES 1000

#define X32_BIT	  UINT64_C(0x40000000)
#define FOUR_GIB  (UINT64_C(1) << 32)
#define NO_FLAGS  (-1)
#define ARGUMENTS 6

/* A line has the number, the arguments, the stack pointer and the program counter. */
struct line {
	uint64_t number;
	uint64_t argument[ARGUMENTS];
	uint64_t sp, pc;
};

struct rule {
	unsigned number;
	enum sniff_call call;
	int path;  /* which argument the path is */
	int flags; /* which argument must have MS_REMOUNT, or has the flags of an open; NO_FLAGS */
};

static const struct rule native_rules[] = {
#ifdef SYS_readlink
	{ SYS_readlink, SNIFF_READLINK, 0, NO_FLAGS },
#endif
	{ SYS_readlinkat, SNIFF_READLINK, 1, NO_FLAGS },
#ifdef SYS_stat
	{ SYS_stat, SNIFF_LOOK, 0, NO_FLAGS },
	{ SYS_lstat, SNIFF_LOOK, 0, NO_FLAGS },
#endif
#ifdef SYS_access
	{ SYS_access, SNIFF_LOOK, 0, NO_FLAGS },
#endif
#ifdef SYS_newfstatat
	{ SYS_newfstatat, SNIFF_LOOK, 1, NO_FLAGS },
#endif
	{ SYS_statx, SNIFF_LOOK, 1, NO_FLAGS },
	{ SYS_faccessat, SNIFF_LOOK, 1, NO_FLAGS },
	{ SYS_faccessat2, SNIFF_LOOK, 1, NO_FLAGS },
	{ SYS_statfs, SNIFF_LOOK, 0, NO_FLAGS },
	{ SYS_mount, SNIFF_REMOUNT, 1, 3 },
	{ SYS_umount2, SNIFF_REMOUNT, 0, NO_FLAGS },
#ifdef SYS_open
	{ SYS_creat, SNIFF_CREATE, 0, NO_FLAGS },
	{ SYS_open, SNIFF_OPEN, 0, 1 },
#endif
	{ SYS_openat, SNIFF_OPEN, 1, 2 },
	{ SYS_openat2, SNIFF_OPEN_HOW, 1, 2 },
	{ 0, SNIFF_OTHER, 0, NO_FLAGS },
};

/* arch/x86/entry/syscalls/syscall_32.tbl */
static const struct rule i386_rules[] = {
	{ 85, SNIFF_READLINK, 0, NO_FLAGS },  /* readlink */
	{ 305, SNIFF_READLINK, 1, NO_FLAGS }, /* readlinkat */
	{ 106, SNIFF_LOOK, 0, NO_FLAGS },     /* stat */
	{ 107, SNIFF_LOOK, 0, NO_FLAGS },     /* lstat */
	{ 195, SNIFF_LOOK, 0, NO_FLAGS },     /* stat64 */
	{ 196, SNIFF_LOOK, 0, NO_FLAGS },     /* lstat64 */
	{ 300, SNIFF_LOOK, 1, NO_FLAGS },     /* fstatat64 */
	{ 383, SNIFF_LOOK, 1, NO_FLAGS },     /* statx */
	{ 33, SNIFF_LOOK, 0, NO_FLAGS },      /* access */
	{ 307, SNIFF_LOOK, 1, NO_FLAGS },     /* faccessat */
	{ 439, SNIFF_LOOK, 1, NO_FLAGS },     /* faccessat2 */
	{ 99, SNIFF_LOOK, 0, NO_FLAGS },      /* statfs */
	{ 268, SNIFF_LOOK, 0, NO_FLAGS },     /* statfs64 */
	{ 21, SNIFF_REMOUNT, 1, 3 },	      /* mount */
	{ 52, SNIFF_REMOUNT, 0, NO_FLAGS },   /* umount2 */
	{ 8, SNIFF_CREATE, 0, NO_FLAGS },     /* creat */
	{ 5, SNIFF_OPEN, 0, 1 },	      /* open */
	{ 295, SNIFF_OPEN, 1, 2 },	      /* openat */
	{ 437, SNIFF_OPEN_HOW, 1, 2 },	      /* openat2 */
	{ 0, SNIFF_OTHER, 0, NO_FLAGS },
};

static bool take_hex(struct text *rest, uint64_t *ret)
{
	struct text field;

	if (!text_field(rest, &field) || !text_starts(field, TEXT("0x")))
		return false;
	return text_hex(text_of(field.p + 2, field.n - 2), ret) == 0;
}

static bool parse_line(struct text rest, struct line *ret)
{
	struct text number;
	size_t i;

	if (!text_field(&rest, &number) || text_u64(number, &ret->number) < 0)
		return false;
	for (i = 0; i < ARGUMENTS; i++) {
		if (!take_hex(&rest, &ret->argument[i]))
			return false;
	}
	return take_hex(&rest, &ret->sp) && take_hex(&rest, &ret->pc) && rest.n == 0;
}

/* The thread sleeps, but in no system call: "-1 SP PC", a page fault. */
static bool is_no_call(struct text rest)
{
	uint64_t sp, pc;
	struct text number;

	return text_field(&rest, &number) && text_equal(number, TEXT("-1")) &&
	       take_hex(&rest, &sp) && take_hex(&rest, &pc) && rest.n == 0;
}

/* The registers are those of a program with 32 bits; a 64-bit one may have its stack there as well. */
static bool looks_like_i386(const struct line *l)
{
	uint64_t all = l->sp | l->pc;
	size_t i;

	for (i = 0; i < ARGUMENTS; i++)
		all |= l->argument[i];
	return all < FOUR_GIB;
}

static const struct rule *find_rule(const struct rule *rule, uint64_t number)
{
	while (rule->call != SNIFF_OTHER && rule->number != number)
		rule++;
	return rule;
}

static const struct rule *rule_of(const struct line *l)
{
	const struct rule *rule;

#ifdef __x86_64__
	if (looks_like_i386(l)) {
		rule = find_rule(i386_rules, l->number);
		if (rule->call != SNIFF_OTHER)
			return rule;
	}
	/* x32 has the numbers of x86-64 for all calls here, with a bit. */
	rule = find_rule(native_rules, l->number & ~X32_BIT);
#else
	rule = find_rule(native_rules, l->number);
	(void)looks_like_i386;
	(void)i386_rules;
#endif
	return rule;
}

/* FNV-1a. */
static uint64_t mark_of(struct text line)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < line.n; i++)
		h = (h ^ (unsigned char)line.p[i]) * UINT64_C(0x100000001b3);
	return h ? h : 1;
}

static bool has_path(enum sniff_call call)
{
	return call == SNIFF_READLINK || call == SNIFF_LOOK || call == SNIFF_REMOUNT;
}

static void apply_rule(const struct rule *rule, const struct line *l, struct sniff *ret)
{
	uint64_t flags = rule->flags == NO_FLAGS ? 0 : l->argument[rule->flags];

	if (rule->call == SNIFF_REMOUNT && rule->flags != NO_FLAGS && !(flags & MS_REMOUNT))
		return;
	ret->call = rule->call;
	if (rule->call == SNIFF_OPEN) /* an int */
		ret->open = (uint32_t)flags;
	else if (rule->call == SNIFF_OPEN_HOW)
		ret->open = flags;
	else if (has_path(rule->call))
		ret->path = l->argument[rule->path];
}

int sniff_parse(struct text text, struct sniff *ret)
{
	struct line l = { 0 };
	struct text line;

	if (!text_line(&text, &line, NULL) || text.n > 0)
		return -EINVAL;
	if (text_equal(line, TEXT("running")))
		return -EAGAIN;
	*ret = (struct sniff){ .mark = mark_of(line) };
	if (is_no_call(line))
		return 0;
	if (!parse_line(line, &l))
		return -EINVAL;
	apply_rule(rule_of(&l), &l, ret);
	return 0;
}

/* Takes the last component off; "." counts for nothing. Returns false if there is none. */
static bool take_last(struct text *path, struct text *ret)
{
	const char *slash;

	do {
		while (path->n > 0 && path->p[path->n - 1] == '/')
			path->n--;
		if (path->n == 0)
			return false;
		slash = memrchr(path->p, '/', path->n);
		*ret = *path;
		if (slash)
			*ret = text_of(slash + 1, path->n - (size_t)(slash + 1 - path->p));
		path->n -= ret->n;
	} while (text_equal(*ret, TEXT(".")));
	return true;
}

bool sniff_names_link(struct text path, struct text parent, struct text name)
{
	const char *end = path.p + path.n;
	struct text last, before;

	/* What ends in "/" or "/." is followed: it asks for a directory. */
	if (!take_last(&path, &last) || last.p + last.n != end || !text_equal(last, name))
		return false;
	while (take_last(&path, &last)) {
		struct text rest = path;

		if (!text_equal(last, name))
			continue;
		if (parent.n == 0 || !take_last(&rest, &before) || text_equal(before, parent))
			return false;
	}
	return true;
}

static int read_path(const struct source *host, pid_t tid, uint64_t address, struct buf *out)
{
	AUTO_FD int fd = -1;
	char name[32], data[PATH_MAX];
	const char *end;
	ssize_t n;

	if (address > INT64_MAX)
		return -EFAULT;
	snprintf(name, sizeof(name), "%d/mem", tid);
	fd = source_openat(host, -1, name, O_RDONLY);
	if (fd < 0)
		return fd;
	/* Less than asked for where the next page is not mapped. */
	n = pread(fd, data, sizeof(data), (off_t)address);
	end = n > 0 ? memchr(data, '\0', (size_t)n) : NULL;
	return end ? buf_append(out, data, (size_t)(end - data)) : -EFAULT;
}

static int read_call(const struct source *host, pid_t tid, struct sniff *ret)
{
	AUTO_BUF struct buf line = { 0 };
	char name[32];
	int r, tries = 0;

	snprintf(name, sizeof(name), "%d/syscall", tid);
	for (;;) {
		buf_clear(&line);
		r = source_read(host, -1, name, LINE_MAX_BYTES, &line);
		if (r == 0)
			r = sniff_parse(buf_text(&line), ret);
		if (r != -EAGAIN || ++tries == TRIES)
			return r;
		sched_yield();
	}
}

int sniff_thread(const struct source *host, pid_t tid, struct sniff *ret, struct buf *path)
{
	int r;

	r = read_call(host, tid, ret);
	if (r < 0 || !has_path(ret->call))
		return r;
	return read_path(host, tid, ret->path, path);
}
