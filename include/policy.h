/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one function that decides what a client may do with an entry; every operation asks it. */

#include <stdbool.h>

#include "view.h"

struct entry;
struct hiding;

enum policy_operation {
	POLICY_SEE,    /* be looked up, be listed, attributes */
	POLICY_SEARCH, /* of a directory: look up a name in it; access(2) */
	POLICY_READ,   /* open for reading, readlink, list a directory */
	POLICY_WRITE,  /* anything that would change something */
	/* Be sent to the kernel's own file, to open it for writing with one's own hands. */
	POLICY_PASS,
};

/* What a write may depend on, for POLICY_WRITE; POLICY_PASS asks for POLICY_OWN alone. What could not be found out is not said. */
enum policy_writer {
	/* The client stands in the server's user namespace; and in its net, ipc, uts and pid namespaces. */
	POLICY_USERNS = 1,
	POLICY_NAMESPACES = 2,
	/* It has all capabilities in its own user namespace that a write to its own files can ask for. */
	POLICY_CAPABLE = 4,
	POLICY_OWN = 8,	    /* the entry belongs to the client's own process */
	POLICY_TASK = 16,   /* to its very thread */
	POLICY_SERVER = 32, /* to the server */
};

struct policy_question {
	const struct client *client;
	const struct entry *row; /* NULL: a name without a row */
	bool guest;		 /* the entry belongs to a guest's directory */
	bool top;		 /* the name lies directly below the root */
	bool strict;		 /* the entry's realm is (view.h) */
	enum policy_operation operation;
	unsigned writer; /* enum policy_writer */
};

/*
 * Returns 0 if the operation may go on (the kernel then decides with its own checks), -ENOENT if the
 * entry is hidden. A write: -EROFS if the view or the entry is read-only, or if we are not the one to do
 * it; -EPERM if this client would be helped by what the server is. To be sent: -EROFS if it may not, or need
 * not, because the server does it as well.
 * Pure: the same facts give the same answer.
 */
int policy_check(const struct view *v, const struct policy_question *q);

/* Who wants to control the server (control.h). What could not be found out is false. */
struct policy_controller {
	bool same_userns; /* stands in the server's user namespace */
	bool same_user;	  /* its file system uid is the server's effective one */
	bool admin;	  /* CAP_SYS_ADMIN is effective, in whatever user namespace it stands in */
	bool server_is_anybody; /* the server may become others: it serves all */
};

/*
 * Who may have mounted the view himself: in the server's user namespace, CAP_SYS_ADMIN, or, if the server can act for its
 * own user only, that user. So root of a container that shares the user namespace is not enough.
 * Returns 0 or -ENOTTY. Pure.
 */
int policy_check_control(const struct policy_controller *q);

/* Why policy_check() hides or refuses; NULL if it lets everything but writes through. */
const char *policy_reason(const struct view *v, const struct entry *row, bool top);

/* What hidepid= asks about a task and a reader. */
struct policy_task {
	bool exempt;	/* hiding_exempts() */
	bool may_trace; /* ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS) */
};

/*
 * What hidepid= says of a task's directory (fs/proc/base.c): POLICY_SEE is what pid_getattr() and
 * proc_pid_readdir() ask, every other operation what proc_pid_permission() asks. What lies deeper is not
 * asked about: nobody comes there but through the directory, or with a descriptor that lets him.
 * Returns 0, -ENOENT or -EPERM. Pure.
 */
int policy_check_task(const struct hiding *h, const struct policy_task *t,
		      enum policy_operation operation);
