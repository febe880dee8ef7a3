/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The lines of mountinfo (proc_pid_mountinfo(5)). Pure: the text is the caller's. */

#include <stdbool.h>
#include <sys/types.h>

#include "text.h"

struct buf;

struct mountinfo {
	unsigned id;
	unsigned parent; /* the mount it is mounted on */
	unsigned major, minor;
	struct text root;    /* the directory of the file system that is mounted; escaped */
	struct text point;   /* where; escaped */
	struct text options; /* of the mount, between commas */
	struct text type;    /* escaped */
	struct text super;   /* options of the file system, between commas; escaped; may be empty */
};

/* Takes the next well-formed line off *rest; skips others. Returns false at the end. */
bool mountinfo_next(struct text *rest, struct mountinfo *ret);

/* Finds the mount with this id. Returns false if there is none. */
bool mountinfo_by_id(struct text text, unsigned id, struct mountinfo *ret);

/*
 * Appends a field as it was before the kernel escaped blanks, newlines and backslashes as \OOO in
 * octal (fs/proc_namespace.c, mangle()). Returns 0 or -ENOMEM.
 */
int mountinfo_unescape(struct text field, struct buf *out);

/* The unescaped field is exactly this string. */
bool mountinfo_field_is(struct text field, const char *s);
