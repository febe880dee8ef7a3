/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What clients have open. The kernel says when it is closed, but not when the connection is aborted; then
 * what is left is freed here.
 */

#include <pthread.h>
#include <stdint.h>

struct listing;
struct reading;
struct served;
struct watch;

/* One open file (reading) or directory (listing); the other is NULL. */
struct handle {
	struct reading *reading;
	struct listing *listing;
	struct watch *watch;   /* the watcher's; NULL: nobody has waited for the file */
	struct served *served; /* the view it works on, held */
	struct handle *next, *previous;
};

struct handles {
	pthread_mutex_t lock;
	struct handle *first;
};

/* An empty list. */
void handles_init(struct handles *h);

/* Frees all that is still open. */
void handles_done(struct handles *h);

/*
 * Makes a handle; consumes the reading or listing, and holds the view it was opened in. Returns its number for the kernel (struct fuse_file_info),
 * or 0 without memory.
 */
uint64_t handles_add(struct handles *h, struct served *served, struct reading *reading,
		     struct listing *listing);

/* The handle with this number, which is open until handles_remove(). */
struct handle *handles_get(uint64_t number);

/* Closes and frees it. */
void handles_remove(struct handles *h, uint64_t number);
