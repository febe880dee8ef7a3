/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the parts of the table share: shapes of rows, directories, sentences for `explain`. */

#include <stddef.h>

#include "entry.h"

/* The rows of one directory end with this. */
#define ROW_END                   \
	{                         \
		.kind = ENTRY_END \
	}

#define ROW_FILE(NAME, MODE, CONCERN, RULE)                                               \
	{                                                                                 \
		.name = (NAME), .kind = ENTRY_FILE, .mode = (MODE), .concern = (CONCERN), \
		.rule = (RULE)                                                            \
	}

#define ROW_WRITTEN(NAME, MODE, CONCERN, WRITE, RULE)                                     \
	{                                                                                 \
		.name = (NAME), .kind = ENTRY_FILE, .mode = (MODE), .concern = (CONCERN), \
		.write = (WRITE), .rule = (RULE)                                          \
	}

#define ROW_RAW(NAME, MODE, CONCERN, RULE)                                               \
	{                                                                                \
		.name = (NAME), .kind = ENTRY_RAW, .mode = (MODE), .concern = (CONCERN), \
		.rule = (RULE)                                                           \
	}

#define ROW_LINK(NAME, CONCERN, RULE)                                                   \
	{                                                                               \
		.name = (NAME), .kind = ENTRY_LINK, .mode = 0777, .concern = (CONCERN), \
		.rule = (RULE)                                                          \
	}

#define ROW_MAGIC(NAME, RULE)                                                                \
	{                                                                                    \
		.name = (NAME), .kind = ENTRY_MAGIC, .mode = 0777, .concern = CONCERN_OWNER, \
		.gone = ENOENT, .reader = STAND_ROOT, .rule = (RULE)                         \
	}

#define ROW_NS(NAME)                                                                         \
	{                                                                                    \
		.name = (NAME), .kind = ENTRY_MAGIC, .mode = 0777, .concern = CONCERN_OWNER, \
		.gone = EACCES, .rule = RULE_NAMESPACE                                       \
	}

/* A file whose bytes depend on where its reader, or opener, stands (enum stand_context). */
#define ROW_STAND(NAME, MODE, CONCERN, READER, RULE)                                      \
	{                                                                                 \
		.name = (NAME), .kind = ENTRY_FILE, .mode = (MODE), .concern = (CONCERN), \
		.reader = (READER), .rule = (RULE)                                        \
	}

/* A file whose numbers TRANSLATE turns into the view's. */
#define ROW_TRANSLATED(NAME, MODE, CONCERN, TRANSLATE, RULE)                              \
	{                                                                                 \
		.name = (NAME), .kind = ENTRY_FILE, .mode = (MODE), .concern = (CONCERN), \
		.translate = (TRANSLATE), .rule = (RULE)                                  \
	}

/*
 * A file about the machine that NARROW turns into the container's (enum resource_file, enum resource_facts), and EXPLAIN
 * has words for, line by line.
 */
#define ROW_NARROWED(NAME, MODE, NARROW, EXPLAIN, RESOURCE, FACTS, RULE)                      \
	{                                                                                     \
		.name = (NAME), .kind = ENTRY_FILE, .mode = (MODE), .concern = CONCERN_SHARE, \
		.narrow = (NARROW), .explain_line = (EXPLAIN), .resource = (RESOURCE),        \
		.facts = (FACTS), .rule = (RULE)                                              \
	}

/* A directory whose names all have rows. */
#define ROW_TABLE(NAME, MODE, CONCERN, CHILDREN, RULE)                                   \
	{                                                                                \
		.name = (NAME), .kind = ENTRY_DIR, .mode = (MODE), .concern = (CONCERN), \
		.children = (CHILDREN), .rule = (RULE)                                   \
	}

/* A directory below which all passes as it is; ANY is the row of its names at every depth. */
#define ROW_SUBTREE(NAME, MODE, CONCERN, ANY, RULE)                                      \
	{                                                                                \
		.name = (NAME), .kind = ENTRY_DIR, .mode = (MODE), .concern = (CONCERN), \
		.each = EACH_ANY, .each_row = &(ANY), .rule = (RULE)                     \
	}

/*
 * The row of any name in a subtree: it may be a file, a link or a directory of more of the same, as
 * the source says. Files pass offset and size through, which is exact for all kinds; the mode is
 * the source's.
 */
#define ROW_ANY(SELF, CONCERN, WRITE, RULE)                                                     \
	{                                                                                       \
		.kind = ENTRY_RAW, .concern = (CONCERN), .each = EACH_ANY, .each_row = &(SELF), \
		.write = (WRITE), .rule = (RULE)                                                \
	}

extern const struct entry entries_any_share;
extern const struct entry entries_any_tune;
extern const struct entry entries_any_host;

extern const struct entry entries_task[]; /* below PID/ and task/TID/ */
extern const struct entry entries_net[];  /* below PID/net/ */

/* More than one file: */
#define RULE_MACHINE   "the machine; the same for every reader"
#define RULE_CPUS      "the machine, or of its CPUs those of the container"
#define RULE_HOST      "the host's own matter; the same for every reader"
#define RULE_SETTINGS  "devices and settings of the machine; the same for every reader"
#define RULE_CONSTANT  "constant text"
#define RULE_ADDRESSES "the kernel; addresses are zero where kptr_restrict hides them"
#define RULE_NET       "the network namespace of the process"
