/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a client stands. */

#include "standing.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "source.h"

#define BIT(N) (UINT32_C(1) << (N))

/* The link is followed: what it leads to is nsfs. */
static bool find_namespace(const struct source *host, pid_t tid, const char *name, struct stat *ret)
{
	char path[48];

	snprintf(path, sizeof(path), "%d/ns/%s", tid, name);
	return fstatat(host->fd, path, ret, 0) == 0;
}

static bool shares(const struct source *host, pid_t tid, const char *name)
{
	struct stat ours, theirs;

	return find_namespace(host, getpid(), name, &ours) &&
	       find_namespace(host, tid, name, &theirs) && ours.st_ino == theirs.st_ino &&
	       ours.st_dev == theirs.st_dev;
}

static bool is_capable(pid_t tid)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, tid };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	uint32_t all = BIT(CAP_SYS_ADMIN) | BIT(CAP_SYS_TIME);

	return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & all) == all;
}

unsigned standing_of(const struct source *host, pid_t tid)
{
	static const char *const others[] = { "net", "ipc", "uts", "pid" };
	unsigned standing = 0;
	size_t i;

	if (!host || tid <= 0)
		return 0;
	if (is_capable(tid))
		standing |= STANDING_CAPABLE;
	if (!shares(host, tid, "user"))
		return standing;
	standing |= STANDING_USERNS;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!shares(host, tid, others[i]))
			return standing;
	}
	return standing | STANDING_NAMESPACES;
}
