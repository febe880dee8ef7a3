/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Descriptors: who closes them, reading them to the end, passing them to another process. */

#include <stddef.h>
#include <sys/types.h>

struct buf;

/*
 * Opens what of the standard streams is closed, as something that can be neither read nor written (EBADF, as if it were
 * closed) and that exec closes again: what is opened later is never one of them. For the start of a program. Returns 0
 * or the -errno of open(2).
 */
int fd_hold_streams(void);

/* Closes *fd if it is open (see fd_close()). For AUTO_FD; keeps errno. */
void fd_closep(int *fd);

/* A descriptor that its scope owns; start it at -1. */
#define AUTO_FD __attribute__((cleanup(fd_closep)))

/*
 * Closes fd if it is open, keeps errno. Returns -1, to be assigned back: fd = fd_close(fd). A standard stream is left
 * open, and a sanitized program ends with SIGABRT: whoever closes 0 has not opened it but has a structure of zeros.
 */
int fd_close(int fd);

/* Hands the descriptor over: returns *fd and leaves -1 behind, so that AUTO_FD does not close it. */
int fd_steal(int *fd);

/*
 * Appends everything from the current position to the end of file to out. A procfs file is read
 * until read(2) returns 0, since seq_files deliver whole records and so return short before the end.
 * Returns 0; -EFBIG if there are more than max bytes; the errno of read(2); -ENOMEM.
 * On failure out may hold a part.
 */
int fd_read_all(int fd, size_t max, struct buf *out);

/*
 * Like fd_read_all(), by pread(2) from offset 0, whatever the current position is: seq_files make
 * their content anew on that first read (fs/seq_file.c, seq_read_iter()).
 */
int fd_pread_all(int fd, size_t max, struct buf *out);

/*
 * The same of a file whose text the kernel makes as one record (fs/seq_file.c, single_open(); files of control groups): a
 * pread(2) that did not fill its room has all of it, and none is made to find the end.
 */
int fd_pread_record(int fd, size_t max, struct buf *out);

/*
 * Writes n bytes to fd, whatever the chunks. Returns 0 or the errno of write(2); -EIO if it takes none.
 */
int fd_write_all(int fd, const void *data, size_t n);

/*
 * Sends n bytes (at least 1) and, if fd >= 0, a descriptor over a Unix socket (SCM_RIGHTS, unix(7)).
 * The descriptor stays the caller's. Returns 0 or the errno of sendmsg(2).
 */
int fd_send(int socket_fd, const void *data, size_t n, int fd);

/*
 * Receives up to n bytes and at most one descriptor (close-on-exec), which becomes the caller's;
 * *ret_fd is -1 if none came. Returns the number of bytes, 0 if the peer has closed, or the errno of
 * recvmsg(2); -EPROTO if the message was truncated or had more descriptors (all are closed then).
 */
ssize_t fd_receive(int socket_fd, void *data, size_t n, int *ret_fd);
