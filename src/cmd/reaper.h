/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The reaper: the process of `run` between the supervisor, which the user started, and the command. It
 * makes the mount namespace, executes the command, and ends what that leaves behind.
 */

#include <stdbool.h>

#include "fault.h"

struct source;
struct supervise_signals;

/* What supervisor and reaper tell each other, each a packet of its own. */
enum run_message_kind {
	/* From the reaper */
	RUN_NAMESPACE = 1, /* value: the first process of the new PID namespace; with its user
			      namespace, if that is new, too; before RUN_MOUNTED */
	RUN_MOUNTED,	   /* with the FUSE device that is mounted */
	RUN_FAILED,	   /* fault: it could not prepare, and ends */
	RUN_WARNING,	   /* fault: something is missing, but it goes on */
	RUN_STARTED,	   /* the command is being executed */
	RUN_CANNOT,	   /* fault: the command could not be executed */
	RUN_STUCK,	   /* what the command left behind does not die: abort the file system */
	RUN_ENDED,	   /* value: wait status of the command; its descendants are gone */
	/* From the supervisor */
	RUN_PORTAL,  /* mount a procfs on path: the one passed along, else the host's */
	RUN_DEVICES, /* mount the directories at path over those of /sys/devices/system */
	RUN_START,   /* execute the command */
	RUN_SIGNAL,  /* value: send this signal to it */
};

#define RUN_PATH_BYTES 64

struct run_message {
	enum run_message_kind kind;
	int value;
	char path[RUN_PATH_BYTES];
	struct fault fault;
};

struct reaper_config {
	char *const *argv;			 /* the command */
	const struct supervise_signals *signals; /* what it inherits */
	const struct source *host;
	bool writable;	  /* the view may be written to */
	const char *dir;  /* where the view is mounted */
	int socket;	  /* to the supervisor */
	int supervisor;	  /* its pidfd */
	bool unshare_pid; /* the command goes into a PID namespace of its own */
};

/*
 * The life of the reaper. What the supervisor and its other children have open must be closed here, so
 * that the socket ends when the supervisor does: that is the sign to kill everything.
 */
_Noreturn void reaper_main(const struct reaper_config *config);
