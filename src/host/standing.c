/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a client stands. */

#include "standing.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ns_name.h"

#define BIT(N) (UINT32_C(1) << (N))

static bool shares(const struct source *host, pid_t tid, const char *name)
{
	struct ns_name ours, theirs;

	return ns_name_read(host, getpid(), name, &ours) == 0 &&
	       ns_name_read(host, tid, name, &theirs) == 0 && ns_name_same(&ours, &theirs);
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
