/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The credentials of one thread. */

#include "permissions.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int get_capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, data) < 0 ? -errno : 0;
}

static int set_capabilities(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int keep_one(int cap)
{
	struct __user_cap_data_struct data[2] = { 0 };

	if (cap >= 0) {
		data[cap / 32].permitted = 1U << (cap % 32);
		data[cap / 32].effective = 1U << (cap % 32);
	}
	return set_capabilities(data);
}

static int keep_all_but(int cap)
{
	struct __user_cap_data_struct data[2];
	int r = get_capabilities(data);

	if (r < 0)
		return r;
	data[cap / 32].permitted &= ~(1U << (cap % 32));
	data[cap / 32].effective &= ~(1U << (cap % 32));
	data[cap / 32].inheritable &= ~(1U << (cap % 32));
	return set_capabilities(data);
}

/* setresuid(2), setresgid(2). */
static int set_ids(long number, enum ids ids, unsigned id)
{
	long real = ids == IDS_EFFECTIVE ? -1L : (long)id;
	long effective = ids == IDS_REAL ? -1L : (long)id;
	long saved = ids == IDS_ALL ? (long)id : -1L;

	return syscall(number, real, effective, saved) < 0 ? -errno : 0;
}

static int take_ids(const struct client *who)
{
	int r;

	if (syscall(SYS_setgroups, who->group ? 1 : 0, &who->group) < 0)
		return -errno;
	if (who->ids == IDS_FS) {
		syscall(SYS_setfsgid, who->gid);
		syscall(SYS_setfsuid, who->uid);
		return (int)syscall(SYS_setfsuid, -1) == (int)who->uid ? 0 : -EPERM;
	}
	r = set_ids(SYS_setresgid, who->ids, who->gid);
	return r < 0 ? r : set_ids(SYS_setresuid, who->ids, who->uid);
}

int credentials_take(const struct client *who)
{
	int r;

	if (who->without && prctl(PR_CAPBSET_DROP, who->without, 0, 0, 0) < 0)
		return -errno;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -errno;
	r = take_ids(who);
	if (r == 0 && who->cap != CAP_ALL)
		r = keep_one(who->cap);
	if (r == 0 && who->without)
		r = keep_all_but(who->without);
	if (r < 0)
		return r;
	return prctl(PR_SET_DUMPABLE, who->nodump ? 0 : 1, 0, 0, 0) < 0 ? -errno : 0;
}
