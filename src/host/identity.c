/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Acting with a client's rights. */

#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "credentials.h"
#include "fd.h"
#include "ns_name.h"
#include "nsfs.h"
#include "source.h"
#include "task_ids.h"

#define BIT(N) (UINT64_C(1) << (N))

struct identity {
	const struct source *host;
	uid_t uid;
	gid_t gid;
	uint64_t permitted;    /* capabilities, a bit each */
	struct ns_name userns; /* ours */
	int pidns_fd;	       /* our pid namespace; -1: unknown */
};

static int read_capabilities(pid_t tid, uint64_t *ret_effective, uint64_t *ret_permitted)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, tid };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret_effective = data[0].effective | (uint64_t)data[1].effective << 32;
	*ret_permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	return 0;
}

/* Of the calling thread alone: libc's wrappers would ask all threads for the same. */
static int set_capabilities(uint64_t effective, uint64_t permitted)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = (uint32_t)effective, .permitted = (uint32_t)permitted },
		{ .effective = (uint32_t)(effective >> 32),
		  .permitted = (uint32_t)(permitted >> 32) },
	};

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

/* These links are followed: what they lead to is nsfs. */
static int open_pidns(const struct source *host)
{
	char path[48];

	snprintf(path, sizeof(path), "%d/ns/pid", getpid());
	return openat(host->fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

bool identity_may_change(const struct identity *i)
{
	uint64_t needed = BIT(CAP_SETUID) | BIT(CAP_SETGID);

	return (i->permitted & needed) == needed;
}

/*
 * What would be ours in every client's name: supplementary groups (where a user namespace forbids setgroups(2)
 * they stay, as they do for its members), and the keys of our session.
 */
static void give_up_possessions(void)
{
	syscall(SYS_setgroups, 0, NULL);
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	/* The new one is possessed as well: seen by nobody, it is in no client's list. */
	syscall(SYS_keyctl, KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING, 0);
}

int identity_new(const struct source *host, struct identity **ret)
{
	struct identity *i = calloc(1, sizeof(*i));
	uint64_t effective;
	int r;

	if (!i)
		return -ENOMEM;
	i->host = host;
	i->uid = geteuid();
	i->gid = getegid();
	r = read_capabilities(0, &effective, &i->permitted);
	i->pidns_fd = host ? open_pidns(host) : -1;
	if (host)
		ns_name_read(host, getpid(), "user", &i->userns);
	if (r < 0) {
		identity_free(i);
		return r;
	}
	if (identity_may_change(i))
		give_up_possessions();
	*ret = i;
	return 0;
}

void identity_free(struct identity *i)
{
	if (!i)
		return;
	fd_close(i->pidns_fd);
	free(i);
}

pid_t identity_thread_group(const struct identity *i, pid_t tid)
{
	int r = -1;

	if (i->pidns_fd >= 0 && tid > 0)
		r = ioctl(i->pidns_fd, NSFS_GET_TGID_FROM_PIDNS, tid);
	return r > 0 ? r : 0;
}

/*
 * Capabilities first: they are of the user namespace that a task stands in then, and nobody who has left one comes back
 * (kernel/user_namespace.c, userns_install()).
 */
static void learn_capabilities(const struct client *c, struct identity_known *k)
{
	uint64_t permitted;

	if (k->capable)
		return;
	k->capable = true;
	if (c->tid <= 0 || read_capabilities(c->tid, &k->effective, &permitted) < 0)
		k->effective = 0;
}

static enum identity_userns learn_userns(const struct identity *i, const struct client *c,
					 struct identity_known *k)
{
	struct ns_name name;

	learn_capabilities(c, k);
	if (k->userns != USERNS_UNASKED)
		return k->userns;
	if (c->tid <= 0 || !i->host || !i->userns.text[0] ||
	    ns_name_read(i->host, c->tid, "user", &name) < 0)
		k->userns = USERNS_UNKNOWN;
	else
		k->userns = ns_name_same(&name, &i->userns) ? USERNS_OURS : USERNS_OTHER;
	return k->userns;
}

bool identity_stands_elsewhere(const struct identity *i, const struct client *c,
			       struct identity_known *k)
{
	return i && learn_userns(i, c, k) == USERNS_OTHER;
}

/* Those that count in our user namespace. Returns 0, or -EXDEV: they are of another one. */
static int task_capabilities(const struct identity *i, const struct client *c,
			     struct identity_known *k, uint64_t *ret)
{
	*ret = 0;
	learn_capabilities(c, k);
	if (k->effective == 0)
		return 0;
	if (learn_userns(i, c, k) == USERNS_OTHER)
		return -EXDEV;
	if (k->userns == USERNS_OURS)
		*ret = k->effective & i->permitted;
	return 0;
}

static uint64_t own_capabilities(unsigned flags)
{
	uint64_t all = 0;

	if (flags & IDENTITY_OWN_TRACE)
		all |= BIT(CAP_SYS_PTRACE);
	if (flags & IDENTITY_OWN_SEARCH)
		all |= BIT(CAP_DAC_READ_SEARCH);
	if (flags & IDENTITY_OWN_SLACK)
		all |= BIT(CAP_SYS_NICE);
	return all;
}

/* The client's supplementary groups become this thread's. */
static int take_groups(const struct identity *i, const struct client *c)
{
	AUTO_BUF struct buf status = { 0 };
	struct credentials groups = { 0 };
	char path[32];
	long done;
	int r;

	if (c->tid <= 0 || !i->host)
		return 0;
	snprintf(path, sizeof(path), "%d/status", c->tid);
	r = source_read(i->host, -1, path, CREDENTIALS_BYTES_MAX, &status);
	if (r == 0)
		r = credentials_parse(buf_text(&status), &groups);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	done = syscall(SYS_setgroups, groups.n_groups, groups.groups);
	r = done < 0 ? -errno : 0;
	credentials_done(&groups);
	return r;
}

/*
 * The effective user id of the client's task, which is asked for who owns a user namespace
 * (security/commoncap.c, cap_capable()). Returns false if other ids stand in the request than the task has: then the
 * kernel has put other credentials in their place, of which nothing more can be known. access(2) does so, and
 * io_uring with a personality.
 */
static bool acts_as_itself(const struct identity *i, const struct client *c, uid_t *ret_euid)
{
	struct task_ids ids;

	*ret_euid = c->uid;
	if (c->tid <= 0 || task_ids_read(i->host, c->tid, &ids) < 0)
		return false;
	if (ids.fsuid != c->uid || ids.fsgid != c->gid)
		return false;
	*ret_euid = ids.euid;
	return true;
}

/*
 * The effective ids, and those for file systems. The real and saved ids stay ours, or the client could signal
 * us. System calls, since libc's functions change all threads.
 */
static int take_ids(const struct identity *i, uid_t uid, gid_t gid, uid_t euid)
{
	if (syscall(SYS_setresgid, -1, gid, -1) < 0 || syscall(SYS_setresuid, -1, euid, -1) < 0)
		return -errno;
	if (uid == euid)
		return 0;
	/* The call before has taken the right to do this. */
	if (set_capabilities(i->permitted, i->permitted) < 0)
		return -errno;
	syscall(SYS_setfsuid, uid);
	return (uid_t)syscall(SYS_setfsuid, -1) == uid ? 0 : -EACCES;
}

static int take_task_ids(const struct identity *i, const struct client *c, uid_t euid,
			 unsigned flags)
{
	int r = 0;

	if (flags & IDENTITY_GROUPS)
		r = take_groups(i, c);
	if (r == 0)
		r = take_ids(i, c->uid, c->gid, euid);
	/* With the ids effective capabilities have gone. */
	return r < 0 ? r : set_capabilities(i->permitted, i->permitted);
}

int identity_take_ids(const struct identity *i, const struct client *c, bool elsewhere,
		      unsigned flags, uint64_t *ret_capabilities)
{
	struct identity_known known = { 0 };
	uid_t euid;

	*ret_capabilities = 0;
	if (acts_as_itself(i, c, &euid)) {
		learn_capabilities(c, &known);
		*ret_capabilities = known.effective;
		/* -EXDEV: of no use where we stay. */
		if (!elsewhere)
			task_capabilities(i, c, &known, ret_capabilities);
	}
	return take_task_ids(i, c, euid, flags);
}

int identity_take_capabilities(uint64_t capabilities, unsigned flags)
{
	uint64_t effective = 0, permitted = 0;
	int r;

	r = read_capabilities(0, &effective, &permitted);
	if (r < 0)
		return r;
	return set_capabilities((capabilities | own_capabilities(flags)) & permitted, permitted);
}

int identity_enter(const struct identity *i, const struct client *c, unsigned flags,
		   struct identity_known *known)
{
	bool same_ids;
	uint64_t caps;
	uid_t euid;
	int r;

	if (!i)
		return 0;
	same_ids = c->uid == i->uid && c->gid == i->gid;
	if (!identity_may_change(i))
		return same_ids ? 0 : -EACCES;
	r = task_capabilities(i, c, known, &caps);
	/* A task with all that we have, acting with our ids: whatever it could do by others, it may do itself. */
	if (r == 0 && same_ids && caps == i->permitted)
		return 0;
	if (!acts_as_itself(i, c, &euid)) {
		r = 0;
		caps = 0;
	}
	if (r < 0 && !(flags & IDENTITY_POWERLESS))
		return r;
	if (r < 0)
		caps = 0;
	r = take_task_ids(i, c, euid, flags);
	if (r == 0)
		r = identity_take_capabilities(caps, flags);
	if (r < 0) {
		identity_leave(i, flags);
		return r;
	}
	return 1;
}

/* Our own real user id is always ours to take back, and the permitted capabilities were kept. */
void identity_leave(const struct identity *i, unsigned flags)
{
	/* To go on as somebody else would be worse than to end. */
	if (set_capabilities(i->permitted, i->permitted) < 0 ||
	    take_ids(i, i->uid, i->gid, i->uid) < 0 ||
	    set_capabilities(i->permitted, i->permitted) < 0)
		abort();
	if (flags & IDENTITY_GROUPS)
		syscall(SYS_setgroups, 0, NULL);
}
