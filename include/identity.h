/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Acting with a client's rights. Around every access to a source a serving thread takes the client's
 * effective ids, groups and capabilities, so that the kernel's own checks decide
 * (ptrace_may_access(), generic_permission(), test_perm() of sysctls).
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct identity;
struct source;

/* Who asks: what the FUSE request header tells. */
struct client {
	uid_t uid; /* fsuid, in the user namespace of the mount */
	gid_t gid; /* fsgid */
	pid_t tid; /* the thread's number in our pid namespace; 0 if it has none */
};

/* What identity_enter() adds to the client's ids and capabilities. */
enum identity_flags {
	/* The supplementary groups: they are asked for only where they can matter, being dear to learn. */
	IDENTITY_GROUPS = 1,
	/*
	 * The target is in the client's own thread group: what the kernel lets a task do to itself whoever
	 * it is has to be done with our privilege, after the mode was checked with the client's ids.
	 */
	IDENTITY_OWN_TRACE = 2, /* same_thread_group() in kernel/ptrace.c, __ptrace_may_access() */
	IDENTITY_OWN_SEARCH =
		4, /* the same in fs/proc/fd.c, proc_fd_permission(): the mode as well */
	IDENTITY_OWN_SLACK = 8, /* p == current in fs/proc/base.c, timerslack_ns_show() */
	/* A client whose capabilities are of another user namespace is served without them. */
	IDENTITY_POWERLESS = 16,
};

/*
 * Notes what we are ourselves, and gives up our supplementary groups and session keyring, of the calling
 * thread and those it starts. Capabilities are all kept: the kernel compares a client's with its target's, so we
 * have to be able to have any (security/commoncap.c, cap_ptrace_access_check()). host is the host source (borrowed; NULL:
 * then no client is known to have capabilities). Returns 0, -ENOMEM, or the errno of capget(2).
 */
int identity_new(const struct source *host, struct identity **ret);

/* Frees it; NULL is accepted. */
void identity_free(struct identity *i);

/*
 * Whether this thread may become anybody (CAP_SETUID, CAP_SETGID): otherwise only clients with our own
 * ids are served.
 */
bool identity_may_change(const struct identity *i);

enum identity_userns { USERNS_UNASKED = 0, USERNS_OURS, USERNS_OTHER, USERNS_UNKNOWN };

/* What was found out about a client on behalf of one request; all zero at first. */
struct identity_known {
	bool capable;	    /* effective is known */
	uint64_t effective; /* capabilities, a bit each, in whatever user namespace it stands in */
	enum identity_userns userns;
};

/*
 * The client stands in another user namespace than ours. False where that cannot be told, or i is NULL. What is learnt is
 * kept in k.
 */
bool identity_stands_elsewhere(const struct identity *i, const struct client *c,
			       struct identity_known *k);

/*
 * Makes the calling thread act as the client until identity_leave(). A capability is taken over only if
 * the client has it effective in our own user namespace, and we have it ourselves.
 * flags: enum identity_flags. Returns 1; 0 if there is nothing to change, and nothing to leave; -EXDEV if the
 * client has capabilities in another user namespace than ours, and IDENTITY_POWERLESS is not set (stand.h);
 * -EACCES if we cannot become the client; -ESRCH if its groups are asked for and it is gone; -ENOMEM.
 * i may be NULL (no clients but ourselves): 0. What is known already is not asked for again.
 */
int identity_enter(const struct identity *i, const struct client *c, unsigned flags,
		   struct identity_known *known);

/* Makes the calling thread itself again, after identity_enter() has returned 1; with the same flags. */
void identity_leave(const struct identity *i, unsigned flags);

/* The process of a thread, both numbers of our pid namespace; 0 if there is none or the kernel cannot tell
 * (before Linux 6.11). */
pid_t identity_thread_group(const struct identity *i, pid_t tid);

/*
 * The steps of identity_enter(), for a process that changes namespaces between them and does not come back.
 * The client's ids and groups, and still all of our capabilities. *ret_capabilities: the client's effective ones, a bit
 * each, in our user namespace; with elsewhere those it has in its own. Returns 0 or -errno.
 */
int identity_take_ids(const struct identity *i, const struct client *c, bool elsewhere,
		      unsigned flags, uint64_t *ret_capabilities);

/* Then these capabilities alone. Returns 0 or -errno. */
int identity_take_capabilities(uint64_t capabilities, unsigned flags);
