/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * nullfs N DIR: a FUSE file system in procfs layout that answers constants, as the floor under any
 * procfs through FUSE: the same requests, the same session (several threads, two of them waiting, no cloned device,
 * direct I/O, timeouts 0 but for names that stay), no work. Texts are this machine's own. Ends when DIR is unmounted.
 */

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"
#include "readers.h"
#include "text.h"

#define STAYS_SECONDS (24 * 60 * 60.0)

#define TEXT_MAX_BYTES (1024 * 1024)
#define REPLY_BYTES    (128 * 1024)

/* Node number of row i of process p; row 0 is the process's directory. p 0 is the root's row i. */
#define ROW_BITS	 8
#define NODE_OF(p, row)	 (((fuse_ino_t)(p) << ROW_BITS) | (fuse_ino_t)(row))
#define NODE_PROCESS(n)	 ((n) >> ROW_BITS)
#define NODE_ROW(n)	 ((n) & ((1U << ROW_BITS) - 1))
#define FIRST_PID_OFFSET 256

struct row {
	const char *name;
	mode_t mode;
	const char *from; /* where the constant text is read at the start; or the text of a link */
	int parent;	  /* row of the directory it is in */
};

/* Row 0 is unused and row 1 the root, since the root's node number is 1 (FUSE_ROOT_ID). */
static const struct row root_rows[] = {
	{ "", 0, NULL, 0 },
	{ "", S_IFDIR | 0555, NULL, 0 },
	{ "self", S_IFLNK | 0777, "1", 1 },
	{ "meminfo", S_IFREG | 0444, "/proc/meminfo", 1 },
	{ "uptime", S_IFREG | 0444, "/proc/uptime", 1 },
	{ "stat", S_IFREG | 0444, "/proc/stat", 1 },
	{ "loadavg", S_IFREG | 0444, "/proc/loadavg", 1 },
	{ "cpuinfo", S_IFREG | 0444, "/proc/cpuinfo", 1 },
	{ "version", S_IFREG | 0444, "/proc/version", 1 },
	{ "sys", S_IFDIR | 0555, NULL, 1 },
	{ "kernel", S_IFDIR | 0555, NULL, 9 },
	{ "pid_max", S_IFREG | 0444, "/proc/sys/kernel/pid_max", 10 },
	{ "swaps", S_IFREG | 0444, "/proc/swaps", 1 },
	{ "diskstats", S_IFREG | 0444, "/proc/diskstats", 1 },
};

static const struct row process_rows[] = {
	{ "", S_IFDIR | 0555, NULL, -1 },
	{ "task", S_IFDIR | 0555, NULL, 0 },
	{ "stat", S_IFREG | 0444, "/proc/self/stat", 0 },
	{ "statm", S_IFREG | 0444, "/proc/self/statm", 0 },
	{ "status", S_IFREG | 0444, "/proc/self/status", 0 },
	{ "cmdline", S_IFREG | 0444, "/proc/self/cmdline", 0 },
	{ "comm", S_IFREG | 0444, "/proc/self/comm", 0 },
	{ "environ", S_IFREG | 0400, "/proc/self/environ", 0 },
};

#define N_ROOT	  (sizeof(root_rows) / sizeof(root_rows[0]))
#define N_PROCESS (sizeof(process_rows) / sizeof(process_rows[0]))

struct nullfs {
	struct readers readers;
	fuse_ino_t n_processes; /* listed; any number can be looked up */
	struct buf root_texts[N_ROOT];
	struct buf process_texts[N_PROCESS];
};

static const struct row *row_of(fuse_ino_t node)
{
	return NODE_PROCESS(node) ? &process_rows[NODE_ROW(node)] : &root_rows[NODE_ROW(node)];
}

static const struct buf *text_of_node(fuse_req_t req, fuse_ino_t node)
{
	const struct nullfs *fs = fuse_req_userdata(req);

	return NODE_PROCESS(node) ? &fs->process_texts[NODE_ROW(node)]
				  : &fs->root_texts[NODE_ROW(node)];
}

static struct stat stat_of(fuse_ino_t node)
{
	mode_t mode = row_of(node)->mode;

	return (struct stat){ .st_ino = node, .st_mode = mode, .st_nlink = S_ISDIR(mode) ? 2 : 1 };
}

/* The node of name in dir, 0 if there is none. */
static fuse_ino_t find(fuse_ino_t dir, const char *name)
{
	const struct row *rows = NODE_PROCESS(dir) ? process_rows : root_rows;
	size_t n = NODE_PROCESS(dir) ? N_PROCESS : N_ROOT, i;
	int32_t pid;

	for (i = 1; i < n; i++) {
		if (rows[i].parent == (int)NODE_ROW(dir) && strcmp(rows[i].name, name) == 0)
			return NODE_OF(NODE_PROCESS(dir), i);
	}
	if (dir == FUSE_ROOT_ID && text_pid(text_str(name), &pid) == 0)
		return NODE_OF(pid, 0);
	return 0;
}

static void null_init(void *userdata, struct fuse_conn_info *conn)
{
	(void)userdata;
	conn->want &=
		~(unsigned)(FUSE_CAP_READDIRPLUS | FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_SPLICE_READ |
			    FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
	conn->max_readahead = 0;
}

/* Of the files of resources at the root, as in a view. */
static bool stays(fuse_ino_t parent, const char *name, mode_t mode)
{
	return parent == FUSE_ROOT_ID && S_ISREG(mode) && strcmp(name, "version") != 0;
}

static void null_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = { .ino = find(parent, name) };

	if (!entry.ino) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	entry.attr = stat_of(entry.ino);
	if (stays(parent, name, entry.attr.st_mode))
		entry.entry_timeout = STAYS_SECONDS;
	fuse_reply_entry(req, &entry);
}

static void null_getattr(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
	struct stat st = stat_of(node);

	(void)fi;
	fuse_reply_attr(req, &st, 0);
}

static void null_readlink(fuse_req_t req, fuse_ino_t node)
{
	fuse_reply_readlink(req, row_of(node)->from);
}

static void null_access(fuse_req_t req, fuse_ino_t node, int mask)
{
	(void)node;
	(void)mask;
	fuse_reply_err(req, 0);
}

static void null_open(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
	(void)node;
	fi->direct_io = 1;
	fuse_reply_open(req, fi);
}

static void null_read(fuse_req_t req, fuse_ino_t node, size_t size, off_t offset,
		      struct fuse_file_info *fi)
{
	const struct buf *text = text_of_node(req, node);
	size_t from = (size_t)offset < text->len ? (size_t)offset : text->len;
	size_t n = text->len - from < size ? text->len - from : size;

	(void)fi;
	fuse_reply_buf(req, text->data + from, n);
}

static void null_opendir(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
	(void)node;
	fuse_reply_open(req, fi);
}

static void null_release(fuse_req_t req, fuse_ino_t node, struct fuse_file_info *fi)
{
	(void)node;
	(void)fi;
	fuse_reply_err(req, 0);
}

/* The names behind offset: rows first, then processes. Returns the offset of the next, 0 at the end. */
static off_t name_at(const struct nullfs *fs, fuse_ino_t dir, off_t offset, char *name, size_t size,
		     struct stat *ret)
{
	const struct row *rows = NODE_PROCESS(dir) ? process_rows : root_rows;
	off_t n = (off_t)(NODE_PROCESS(dir) ? N_PROCESS : N_ROOT), i;
	off_t pid = offset < FIRST_PID_OFFSET ? 1 : offset - FIRST_PID_OFFSET + 1;

	for (i = offset; i < n; i++) {
		if (i == 0 || rows[i].parent != (int)NODE_ROW(dir))
			continue;
		snprintf(name, size, "%s", rows[i].name);
		*ret = stat_of(NODE_OF(NODE_PROCESS(dir), i));
		return i + 1;
	}
	if (dir != FUSE_ROOT_ID || pid > (off_t)fs->n_processes)
		return 0;
	snprintf(name, size, "%jd", (intmax_t)pid);
	*ret = stat_of(NODE_OF(pid, 0));
	return FIRST_PID_OFFSET + pid;
}

static void null_readdir(fuse_req_t req, fuse_ino_t node, size_t size, off_t offset,
			 struct fuse_file_info *fi)
{
	const struct nullfs *fs = fuse_req_userdata(req);
	char data[REPLY_BYTES], name[NAME_MAX + 1];
	size_t used = 0, n;
	struct stat st;

	(void)fi;
	if (size > sizeof(data))
		size = sizeof(data);
	while ((offset = name_at(fs, node, offset, name, sizeof(name), &st)) != 0) {
		n = fuse_add_direntry(req, data + used, size - used, name, &st, offset);
		if (n > size - used)
			break;
		used += n;
	}
	fuse_reply_buf(req, data, used);
}

static const struct fuse_lowlevel_ops null_operations = {
	.init = null_init,
	.lookup = null_lookup,
	.getattr = null_getattr,
	.readlink = null_readlink,
	.access = null_access,
	.open = null_open,
	.read = null_read,
	.release = null_release,
	.opendir = null_opendir,
	.readdir = null_readdir,
	.releasedir = null_release,
};

static ssize_t read_request(int fd, void *data, size_t size, void *userdata)
{
	struct nullfs *fs = userdata;
	ssize_t n;

	readers_enter(&fs->readers);
	n = read(fd, data, size);
	readers_leave(&fs->readers);
	return n;
}

static ssize_t write_answer(int fd, struct iovec *iov, int n, void *userdata)
{
	(void)userdata;
	return writev(fd, iov, n);
}

static const struct fuse_custom_io null_io = { .read = read_request, .writev = write_answer };

static int read_texts(const struct row *rows, size_t n, struct buf *texts)
{
	size_t i;
	int r;

	for (i = 0; i < n; i++) {
		AUTO_FD int fd = -1;

		if (!S_ISREG(rows[i].mode))
			continue;
		fd = open(rows[i].from, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		r = fd_read_all(fd, TEXT_MAX_BYTES, &texts[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int serve(struct fuse_session *session, const char *dir)
{
	struct fuse_loop_config *config;
	int r;

	if (fuse_session_mount(session, dir) < 0)
		return -EIO;
	r = fuse_session_custom_io(session, &null_io, fuse_session_fd(session));
	if (r == 0)
		r = fuse_daemonize(0);
	config = fuse_loop_cfg_create();
	if (r == 0 && config) {
		fuse_loop_cfg_set_clone_fd(config, 0);
		r = fuse_session_loop_mt(session, config);
	}
	if (config)
		fuse_loop_cfg_destroy(config);
	fuse_session_unmount(session);
	return r;
}

int main(int argc, char **argv)
{
	char *fuse_argv[] = { argv[0], NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, fuse_argv);
	struct fuse_session *session;
	struct nullfs fs = { 0 };
	uint64_t n;
	int r;

	if (argc != 3 || text_u64(text_str(argv[1]), &n) < 0 || n > 1000000) {
		fputs("usage: nullfs PROCESSES DIR\n", stderr);
		return EXIT_FAILURE;
	}
	fs.n_processes = n;
	readers_init(&fs.readers);
	r = read_texts(root_rows, N_ROOT, fs.root_texts);
	if (r == 0)
		r = read_texts(process_rows, N_PROCESS, fs.process_texts);
	if (r < 0) {
		fprintf(stderr, "nullfs: read /proc: %s\n", strerror(-r));
		return EXIT_FAILURE;
	}
	session = fuse_session_new(&args, &null_operations, sizeof(null_operations), &fs);
	if (!session)
		return EXIT_FAILURE;
	r = serve(session, argv[2]);
	fuse_session_destroy(session);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
