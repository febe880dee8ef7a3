/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The table of entries: one row for each name of procfs, in const arrays, a directory each, as the
 * kernel's tgid_base_stuff (fs/proc/base.c). A row states facts; what follows from them is decided in
 * the engine (policy.h, content.h).
 */

#include <stdbool.h>
#include <sys/types.h>

#include "rewrite.h"
#include "stand.h"

enum entry_kind {
	ENTRY_END = 0, /* ends an array */
	ENTRY_FILE,    /* a file whose text is made when offset 0 is read */
	ENTRY_RAW,     /* a file whose offset and size pass through: mem, pagemap, kmsg */
	ENTRY_DIR,     /* a directory */
	ENTRY_LINK,    /* a symbolic link that is text in the kernel as well: mounts, net */
	ENTRY_MAGIC,   /* a magic link: its text describes an object, following it jumps there */
	ENTRY_SELF,    /* self: the client's process */
	ENTRY_THREAD_SELF, /* thread-self: the client's thread */
};

/* What the names in a directory are that have no row of their own. */
enum entry_each {
	EACH_NONE = 0,
	EACH_PROCESS, /* numbers of processes, translated, not listed in the source's order */
	EACH_THREAD,  /* numbers of threads, translated, in the source's order */
	EACH_NUMBER,  /* descriptor numbers */
	EACH_RANGE,   /* address ranges, START-END in hexadecimal */
	EACH_INDEXED, /* each_prefix and a number: cpu0, node0 */
	EACH_ANY,     /* any name: a subtree that passes as it is */
};

/*
 * Names in a directory that are the container's: which there are, and how they are called, follows from its resources.
 * Pure. Both append the other side's name to out; -ENOENT if it has none, -EIO if that is not known, or -ENOMEM.
 */
struct entry_names {
	int (*there)(const struct resources *r, struct text here, struct buf *out);
	int (*here)(const struct resources *r, struct text there, struct buf *out);
};

/* Whom the content concerns; policy starts from this. */
enum entry_concern {
	CONCERN_SHARE = 0, /* facts about the machine or the namespace that every client may know */
	CONCERN_TASK,	   /* one task, and everybody may read it */
	CONCERN_OWNER,	   /* one task, behind the kernel's ptrace check */
	CONCERN_HOST,	   /* the host's own matter: hidden in profile "container" */
	CONCERN_TUNE,	   /* settings of the host: read only in profile "container" */
};

/* The order of names that a tree has not kept; procfs itself lists in its own order. */
enum entry_order {
	ORDER_LENGTH = 0, /* shorter first, then by bytes (fs/proc/generic.c, proc_match()) */
	ORDER_TABLE,	  /* as the rows stand (fs/proc/base.c, proc_pident_readdir()) */
	ORDER_BYTES,	  /* by bytes (fs/proc/proc_sysctl.c, namecmp()) */
};

/* What a task may do to itself whoever it is. */
enum entry_own {
	OWN_BY_CONCERN = 0, /* as OWN_TRACE if the row's concern is CONCERN_OWNER, else nothing */
	OWN_TRACE,	    /* it passes the ptrace check (kernel/ptrace.c, same_thread_group()) */
	OWN_SEARCH,	    /* and the mode of the directory (fs/proc/fd.c, proc_fd_permission()) */
	OWN_SLACK,	    /* the thread itself (fs/proc/base.c, timerslack_ns_show()) */
};

/* How the file may be written, if the view may be at all (policy.h). The kernel's checks always follow. */
enum entry_write {
	/*
	 * Not at all: the kernel has no way to, if mode has no write bits; else refused, as nobody has
	 * made sure what the write would depend on.
	 */
	WRITE_NEVER = 0,
	/* With the writer's ids and capabilities: all that the kernel asks about. */
	WRITE_CLIENT,
	/* The same, but it asks for capabilities over the task's user namespace (timerslack_ns_write()). */
	WRITE_OVER_TASK,
	/*
	 * It asks the opener, just as for reading, and never again (fs/proc/base.c, mem_open()); a process
	 * may always open its own, so the server must not for anybody.
	 */
	WRITE_MEMORY,
	/* It asks the opener's user namespace and capabilities (kernel/user_namespace.c, map_write()). */
	WRITE_USERNS,
	/* The task itself only: it is the current one that the kernel looks at (fs/proc/base.c, comm_write()). */
	WRITE_SELF,
	/* A setting of the machine, or of the namespaces that the writer stands in (sysctls). */
	WRITE_MACHINE,
};

struct entry {
	const char *name; /* one component; NULL in the row of a directory's nameless children */
	enum entry_kind kind;
	mode_t mode; /* permission bits the kernel registers; shown where a tree has not kept them */
	enum entry_concern concern;
	enum entry_own own;
	unsigned
		reader; /* enum stand_context: what of the reader, or of the opener, decides the bytes */
	enum entry_write write;
	/* Where the row applies: under PID/ only, under task/TID/ only; neither means both. */
	bool process_only;
	bool thread_only;
	const struct entry *children; /* ENTRY_DIR: the rows below; NULL means none have a name */
	enum entry_each each;	      /* ENTRY_DIR: what further names are */
	const char *each_prefix;      /* EACH_INDEXED */
	enum entry_order order;	      /* ENTRY_DIR: how its names are listed */
	const struct entry
		*each_row; /* ENTRY_DIR: the row of those names; NULL only for EACH_NONE */
	/* ENTRY_DIR: what those names become where the view shows the row's `resource`; NULL: they stay. */
	const struct entry_names *names;
	/* Numbers of the source's namespace -> the view's; NULL if the text holds none. */
	rewrite_fn translate;
	/*
	 * Where the reader's PID namespace is not ours: from our own reading and the last number given out there, all that
	 * is another there. NULL: the file is read as a whole by a process there.
	 */
	rewrite_fn merge;
	/*
	 * The machine's resources -> the container's, after the two above, where the view shows those: if it has one of
	 * the bits of resource (enum resource_file). It sees the facts (enum resource_facts) that the row asks for.
	 */
	rewrite_fn narrow;
	explain_line_fn explain_line; /* of the text that narrow makes; where there is narrow */
	unsigned resource;
	unsigned facts;
	/*
	 * A file of the container's control group that has the same form, and is opened in the place of the source's where
	 * the view has one of the bits of resource; or NULL.
	 */
	const char *group_file;
	const char *beside; /* the sibling file that translate wants to see */
	bool record;	    /* the kernel makes the text as one record (fd_pread_record()) */
	/*
	 * ENTRY_MAGIC: the errno, positive, of readlink(2) on the open link once its task has died
	 * (fs/proc/base.c, proc_pid_readlink(); fs/proc/namespaces.c, proc_ns_readlink()).
	 */
	int gone;
	/*
	 * ENTRY_DIR of a process: the path below it of a link that all tasks have, zombies and kernel
	 * threads too, and that who passes the kernel's ptrace check for reading may read, nobody else.
	 */
	const char *probe;
	const char *rule; /* one sentence for `explain`: what decides the bytes; may be NULL */
};

/*
 * The row for a name in the directory whose row is dir, or the row of the directory's nameless
 * children if the name has their form; NULL if there is neither. in_thread says that the directory is
 * (or lies below) task/TID/.
 */
const struct entry *entry_find(const struct entry *dir, struct text name, bool in_thread);

/* The row has a name of its own in dir, as against standing for nameless children. */
bool entry_is_named(const struct entry *row);

/* The name, for EACH_INDEXED behind its prefix, has the form that an each of this kind wants (canonical numbers only). */
bool entry_each_matches(enum entry_each each, struct text name);

/* The root of the table; its children are the names under /proc. In src/files/entries.c. */
extern const struct entry proc_root_entry;

/* The same for /sys/devices/system: its CPUs and nodes. In src/files/sys_entries.c. */
extern const struct entry sys_root_entry;
