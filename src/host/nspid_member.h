/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who is in a pid namespace, or below it, by ns/pid links and parents. */

#include <stdbool.h>

#include "nspid_record.h"

/* The namespace in question, as pidmap_nspid_new() has it. */
struct nspid_view {
	const struct source *s;
	ino_t inode;	/* 0: unknown */
	unsigned level; /* below the source's */
	pid_t init_pid; /* there; 0: unknown */
};

/*
 * The task of this record, read at the view's level, is in the namespace or below it. Others are looked up
 * in the snapshot, or read if there is none (NULL). What cannot be told is no.
 */
bool nspid_is_member(const struct nspid_view *v, const struct nspid_snapshot *snapshot,
		     struct nspid_record r);
