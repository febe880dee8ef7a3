/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Detached procfs instances of other pid namespaces. */

#include "nsproc.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "hiding.h"
#include "nsfs.h"

/* Of <linux/mount.h>, which glibc before 2.36 cannot include beside <sys/mount.h>. */
#define FSOPEN_CLOEXEC_		  0x1
#define FSMOUNT_CLOEXEC_	  0x1
#define FSCONFIG_SET_STRING_	  1
#define FSCONFIG_SET_FD_	  5
#define FSCONFIG_CREATE_	  6
#define ATTR_NOSUID_NODEV_NOEXEC_ (0x2 | 0x4 | 0x8)

enum step {
	STEP_DONE,
	STEP_FSOPEN,
	STEP_PIDNS,
	STEP_HIDING,
	STEP_CREATE,
	STEP_FSMOUNT,
	STEP_USERNS,
	STEP_ENTER_USERNS,
	STEP_MOUNTNS,
	STEP_ENTER_PIDNS,
	STEP_FORK,
	STEP_DIED,
};

/* How far it got; passed between processes as it stands. */
struct report {
	enum step step;
	int error; /* positive errno */
};

static const char *const step_names[] = {
	[STEP_DONE] = "nothing",
	[STEP_FSOPEN] = "fsopen",
	[STEP_PIDNS] = "mount option pidns=",
	[STEP_HIDING] = "mount options hidepid=, gid=, subset=",
	[STEP_CREATE] = "create the instance",
	[STEP_FSMOUNT] = "fsmount",
	[STEP_USERNS] = "find the user namespace that owns it",
	[STEP_ENTER_USERNS] = "enter the user namespace that owns it",
	[STEP_MOUNTNS] = "unshare the mount namespace",
	[STEP_ENTER_PIDNS] = "enter it",
	[STEP_FORK] = "start a process in it",
	[STEP_DIED] = "receive the mount from a process in it",
};

#define ADVICE_RIGHTS \
	"run as root, as the owner of the container's user namespace, or use --source host"
#define ADVICE_DEAD "the first process of the namespace has died, so nothing can enter it any more"

/* What the errno of a step means to the person who asked. */
static const struct {
	enum step step;
	int error;
	const char *advice;
} advices[] = {
	{ STEP_FSOPEN, EPERM, ADVICE_RIGHTS },
	{ STEP_PIDNS, EPERM, ADVICE_RIGHTS },
	{ STEP_PIDNS, EINVAL,
	  "it takes Linux 6.18, and a namespace that is ours or lies below ours" },
	{ STEP_HIDING, EINVAL, "they take Linux 5.8, and a group of the user namespace we are in" },
	{ STEP_CREATE, EPERM, ADVICE_RIGHTS },
	{ STEP_FSMOUNT, EPERM,
	  "the kernel wants a /proc here with nothing mounted over parts of it; use --source "
	  "host" },
	{ STEP_ENTER_USERNS, EPERM, ADVICE_RIGHTS },
	{ STEP_ENTER_PIDNS, EPERM, ADVICE_RIGHTS },
	{ STEP_ENTER_PIDNS, EINVAL, "the namespace must be ours or lie below ours" },
	{ STEP_FORK, ENOMEM, ADVICE_DEAD },
	{ STEP_DIED, ESRCH, ADVICE_DEAD },
};

static int report_fault(const struct report *why, struct fault *fault)
{
	const char *advice = NULL;
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (advices[i].step == why->step && advices[i].error == why->error)
			advice = advices[i].advice;
	}
	return fault_set(fault, -why->error, advice, "procfs of the pid namespace: %s",
			 step_names[why->step]);
}

/* Notes the step that failed with the present errno. Returns -1. */
static int failed(struct report *why, enum step step)
{
	*why = (struct report){ .step = step, .error = errno };
	return -1;
}

static int set_option(int context, const char *name, const char *value)
{
	return (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING_, name, value, 0);
}

static int set_hiding(int context, const struct hiding *h)
{
	char number[16];
	int r = 0;

	if (h->hidepid != HIDEPID_OFF) {
		snprintf(number, sizeof(number), "%d", (int)h->hidepid);
		r = set_option(context, "hidepid", number);
	}
	if (r == 0 && h->has_gid) {
		snprintf(number, sizeof(number), "%u", h->gid);
		r = set_option(context, "gid", number);
	}
	if (r == 0 && h->only_processes)
		r = set_option(context, "subset", "pid");
	return r;
}

/* What an instance is to be like. */
struct wish {
	int pidns_fd; /* for the mount option; -1: of the namespace we are in */
	const struct hiding *hiding;
};

/* Returns the descriptor or -1. */
static int mount_procfs(const struct wish *w, struct report *why)
{
	AUTO_FD int context = -1;
	int fd;

	context = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC_);
	if (context < 0)
		return failed(why, STEP_FSOPEN);
	if (w->pidns_fd >= 0 &&
	    syscall(SYS_fsconfig, context, FSCONFIG_SET_FD_, "pidns", NULL, w->pidns_fd) < 0)
		return failed(why, STEP_PIDNS);
	if (set_hiding(context, w->hiding) < 0)
		return failed(why, STEP_HIDING);
	if (syscall(SYS_fsconfig, context, FSCONFIG_CREATE_, NULL, NULL, 0) < 0)
		return failed(why, STEP_CREATE);
	fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC_, ATTR_NOSUID_NODEV_NOEXEC_);
	return fd < 0 ? failed(why, STEP_FSMOUNT) : fd;
}

/*
 * Gains CAP_SYS_ADMIN over the namespace's user namespace and over a mount namespace. EINVAL: that user
 * namespace is the one we are in (kernel/user_namespace.c, userns_install()).
 */
static int enter_owner(int pidns_fd, struct report *why)
{
	AUTO_FD int userns_fd = -1;

	userns_fd = ioctl(pidns_fd, NSFS_GET_USERNS);
	if (userns_fd < 0)
		return failed(why, STEP_USERNS);
	if (setns(userns_fd, CLONE_NEWUSER) < 0 && errno != EINVAL)
		return failed(why, STEP_ENTER_USERNS);
	if (unshare(CLONE_NEWNS) < 0)
		return failed(why, STEP_MOUNTNS);
	return 0;
}

/* The process inside. Only system calls, as everywhere below fork: the caller may have threads. */
static void mount_and_send(const struct hiding *hiding, int socket_fd)
{
	struct wish w = { .pidns_fd = -1, .hiding = hiding };
	struct report why = { 0 };
	int fd = mount_procfs(&w, &why);

	fd_send(socket_fd, &why, sizeof(why), fd);
}

/* The process that enters: setns(2) places only its children in the pid namespace. */
static int enter_and_fork(const struct wish *w, bool as_owner, int socket_fd, struct report *why)
{
	pid_t pid;

	if (as_owner && enter_owner(w->pidns_fd, why) < 0)
		return -1;
	if (setns(w->pidns_fd, CLONE_NEWPID) < 0)
		return failed(why, STEP_ENTER_PIDNS);
	pid = fork();
	if (pid < 0)
		return failed(why, STEP_FORK);
	if (pid == 0) {
		mount_and_send(w->hiding, socket_fd);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* Whatever happens to SIGCHLD in the caller: an ignored one has reaped the child already (ECHILD). */
static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Receives what one of the children reports. Returns the mount or -1. */
static int receive(int socket_fd, struct report *why)
{
	int fd;
	ssize_t n = fd_receive(socket_fd, why, sizeof(*why), &fd);

	if (n == (ssize_t)sizeof(*why) && (fd >= 0 || why->step != STEP_DONE))
		return fd;
	*why = (struct report){ .step = STEP_DIED, .error = n < 0 ? (int)-n : ESRCH };
	return fd_close(fd);
}

static int open_by_child(const struct wish *w, bool as_owner, struct report *why)
{
	AUTO_FD int ours = -1;
	AUTO_FD int theirs = -1;
	int pair[2], fd;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return failed(why, STEP_FORK);
	ours = pair[0];
	theirs = pair[1];
	pid = fork();
	if (pid < 0)
		return failed(why, STEP_FORK);
	if (pid == 0) {
		if (enter_and_fork(w, as_owner, theirs, why) < 0)
			fd_send(theirs, why, sizeof(*why), -1);
		_exit(0);
	}
	theirs = fd_close(theirs);
	fd = receive(ours, why);
	reap(pid);
	return fd;
}

/*
 * With the capabilities we have; without them as the owner of the user namespace, in a mount namespace
 * of its own (fsopen(2) and fsmount(2) ask for CAP_SYS_ADMIN over that one, may_mount()). There the
 * number of gid= would be of another group.
 */
static int open_in_child(const struct wish *w, struct report *why)
{
	struct report first = { 0 };
	int fd = open_by_child(w, false, &first);

	*why = first;
	if (fd >= 0 || first.error != EPERM || w->hiding->has_gid)
		return fd;
	fd = open_by_child(w, true, why);
	if (fd < 0 &&
	    why->step == STEP_MOUNTNS) /* its user namespace is ours, where we may nothing */
		*why = first;
	return fd;
}

int nsproc_open_hiding(int pidns_fd, enum nsproc_method method, const struct hiding *hiding,
		       int *ret_fd, struct fault *fault)
{
	struct wish w = { .pidns_fd = pidns_fd, .hiding = hiding };
	struct report why = { 0 };
	int fd = -1;

	if (method != NSPROC_CHILD)
		fd = mount_procfs(&w, &why);
	if (fd < 0 && method != NSPROC_OPTION)
		fd = open_in_child(&w, &why);
	if (fd < 0)
		return report_fault(&why, fault);
	*ret_fd = fd;
	return 0;
}

int nsproc_open(int pidns_fd, enum nsproc_method method, int *ret_fd, struct fault *fault)
{
	const struct hiding none = { 0 };

	return nsproc_open_hiding(pidns_fd, method, &none, ret_fd, fault);
}

int nsproc_open_own(const struct hiding *hiding, int *ret_fd, struct fault *fault)
{
	return nsproc_open_hiding(-1, NSPROC_OPTION, hiding, ret_fd, fault);
}

const char *nsproc_method_name(enum nsproc_method method)
{
	static const char *const names[] = {
		[NSPROC_AUTO] = "automatic",
		[NSPROC_OPTION] = "pidns= option",
		[NSPROC_CHILD] = "child in the namespace",
	};

	return names[method];
}
