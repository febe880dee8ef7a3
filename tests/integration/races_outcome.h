/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a system call on a tree came to, in a form that can be compared: negative errno, 0 for nothing,
 * 1 for something, 2 for something of the process that must not be seen (it bears NEW_NAME). An open(2)
 * that failed is its negative errno less 1000.
 */

#include <sys/types.h>

#define NEW_NAME "afterwards"

int outcome_read_at(int fd, off_t offset);
int outcome_open_and_read(int dir, const char *path);
int outcome_list(int fd);
int outcome_open_and_list(int dir, const char *path);
int outcome_read_link(int dir, const char *path);

/* lstat(2): the owner instead of 1. */
int outcome_stat_at(int dir, const char *path);
