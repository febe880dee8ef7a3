/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Running fusermount3(1), the set-user-ID helper that mounts for unprivileged users. */

struct buf;

/*
 * Runs fusermount3 with these arguments (argv[0] included, NULL at the end) and waits for it.
 * comm_fd, if >= 0, is the socket on which it is to send the descriptor it mounted
 * (_FUSE_COMMFD). Its messages are appended to words, without newlines. Returns 0 if it ran, whatever its
 * exit status was; the errno of posix_spawn(3): -ENOENT if it is not installed; -ENOMEM.
 */
int fusermount_run(char *const argv[], int comm_fd, struct buf *words);
