/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One function per FUSE request: call the engine, reply. */

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include <stdbool.h>
#include <sys/stat.h>

#include "handles.h"
#include "identity.h"

struct janitor;
struct nodes;
struct views;
struct watchdog_counts;
struct watcher;

/* What the session's requests work on; the user data of the session. */
struct front {
	struct views *views;
	struct nodes *nodes;
	struct handles handles;
	struct janitor *janitor;
	struct watcher *watcher;
	int ready_fd;			/* told once when FUSE_INIT came; -1 */
	struct watchdog_counts *counts; /* NULL: nobody watches */
	struct fuse_session *session;
};

/* The largest read(2) the kernel hands over in one piece (FUSE_DEFAULT_MAX_PAGES_PER_REQ). */
#define FRONT_READ_BYTES (128 * 1024)

/* Owners, modes, link texts and the existence of names change at any time: nothing is cached. */
#define FRONT_TIMEOUT_SECONDS 0.0

/* What a request is about: the session's front, and who asks. */
struct front *front_of(fuse_req_t req);
struct client client_of(fuse_req_t req);

/* Answers an open with the number of a new handle; 0 is none for want of memory. */
void reply_open(fuse_req_t req, struct fuse_file_info *fi, uint64_t number);

/* What the kernel believes of the size of files: front_size.c. */

/* The size to be told when a name is looked up, in place of the one that is shown. */
off_t front_size_to_keep(const struct stat *st);

/* Answers with attributes. fi: of the open file whose end lseek(2) looks for; NULL: the kernel does not keep the size. */
void reply_attr(fuse_req_t req, fuse_ino_t number, const struct stat *st,
		const struct fuse_file_info *fi);

/* Whether a read comes from the caches of the kernel, which serve all clients alike, and not from a client. */
bool is_read_for_cache(const struct fuse_file_info *fi);

/* Where write(2) stood of a file that was opened with O_APPEND. */
off_t front_append_offset(const struct fuse_file_info *fi, off_t offset);

/* Directories: front_dir.c. */
void front_opendir(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
void front_readdir(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
		   struct fuse_file_info *fi);

/* What changes something, or would: front_write.c. */
void front_write(fuse_req_t req, fuse_ino_t number, const char *data, size_t size, off_t offset,
		 struct fuse_file_info *fi);
void front_setattr(fuse_req_t req, fuse_ino_t number, struct stat *attr, int to_set,
		   struct fuse_file_info *fi);
void front_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		  struct fuse_file_info *fi);
void front_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void front_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device);
void front_symlink(fuse_req_t req, const char *text, fuse_ino_t parent, const char *name);
void front_link(fuse_req_t req, fuse_ino_t number, fuse_ino_t parent, const char *name);
void front_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void front_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		  const char *new_name, unsigned flags);

/* Commands to the server: front_control.c. */
void front_ioctl(fuse_req_t req, fuse_ino_t number, unsigned command, void *arg,
		 struct fuse_file_info *fi, unsigned flags, const void *in, size_t n_in,
		 size_t n_out);

/* The table of operations for fuse_session_new(). */
extern const struct fuse_lowlevel_ops front_operations;
