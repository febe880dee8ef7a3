/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes with other ids, limits, priorities, capabilities, keys. */

#include "zoo.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int other_user(const struct pen *pen)
{
	static const gid_t groups[] = { 5000, 4, 70000 };

	(void)pen;
	if (setgroups(3, groups) < 0 || setresgid(3456, 3456, 3456) < 0 ||
	    setresuid(3457, 3457, 3457) < 0)
		return pen_fail("setresuid");
	/* The change of ids has cleared it; others own and may read the files of a dumpable process. */
	return prctl(PR_SET_DUMPABLE, 1) < 0 ? pen_fail("PR_SET_DUMPABLE") : 0;
}

static int mixed_ids(const struct pen *pen)
{
	(void)pen;
	return setresgid(3460, 3461, 3462) < 0 || setresuid(3463, 3464, 3465) < 0
		       ? pen_fail("setresuid")
		       : 0;
}

static int not_dumpable(const struct pen *pen)
{
	int r = other_user(pen);

	return r == 0 && prctl(PR_SET_DUMPABLE, 0) < 0 ? pen_fail("PR_SET_DUMPABLE") : r;
}

static int limits(const struct pen *pen)
{
	struct rlimit files = { .rlim_cur = 77, .rlim_max = 99 };
	struct rlimit core = { .rlim_cur = 0, .rlim_max = 12345 };
	struct sched_param batch = { 0 };
	cpu_set_t first;

	(void)pen;
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (setrlimit(RLIMIT_NOFILE, &files) < 0 || setrlimit(RLIMIT_CORE, &core) < 0)
		return pen_fail("setrlimit");
	if (setpriority(PRIO_PROCESS, 0, 7) < 0 || sched_setscheduler(0, SCHED_BATCH, &batch) < 0)
		return pen_fail("setpriority");
	if (sched_setaffinity(0, sizeof(first), &first) < 0)
		return pen_fail("sched_setaffinity");
	if (pen_write("/proc/self/oom_score_adj", "500") < 0)
		return -EIO;
	if (pen_write("/proc/self/coredump_filter", "0x7f") < 0)
		return -EIO;
	return pen_write("/proc/self/timerslack_ns", "123456");
}

static int realtime(const struct pen *pen)
{
	struct sched_param p = { .sched_priority = 3 };

	if (sched_setscheduler(0, SCHED_RR, &p) < 0)
		return pen_skip(pen, "SCHED_RR", errno);
	return 0;
}

static int odd_personality(const struct pen *pen)
{
	(void)pen;
	umask(0123);
	return personality(ADDR_NO_RANDOMIZE | SHORT_INODE) < 0 ? pen_fail("personality") : 0;
}

static int signals(const struct pen *pen)
{
	sigset_t set;

	(void)pen;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGHUP, (void (*)(int))pen_park);
	/* Pending for the process and for the thread. */
	kill(getpid(), SIGUSR1);
	return syscall(SYS_tgkill, getpid(), gettid(), SIGRTMIN + 3) < 0 ? pen_fail("tgkill") : 0;
}

static int few_capabilities(const struct pen *pen)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1u << CAP_CHOWN,
		  .permitted = 1u << CAP_CHOWN | 1u << CAP_KILL,
		  .inheritable = 1u << CAP_KILL },
	};

	(void)pen;
	if (prctl(PR_CAPBSET_DROP, CAP_SYS_TIME) < 0 || syscall(SYS_capset, &header, data) < 0)
		return pen_fail("capset");
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? pen_fail("PR_SET_NO_NEW_PRIVS") : 0;
}

static int filtered(const struct pen *pen)
{
	struct sock_filter allow[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog program = { .len = 1, .filter = allow };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return pen_skip(pen, "seccomp", errno);
	return 0;
}

static int keyring(const struct pen *pen)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "zoo ring") < 0)
		return pen_skip(pen, "keyrings", errno);
	if (syscall(SYS_add_key, "user", "zoo key", "secret", 6, KEY_SPEC_SESSION_KEYRING) < 0)
		return pen_skip(pen, "add_key", errno);
	return 0;
}

const struct animal zoo_settings[] = {
	{ "other-user", other_user },
	{ "mixed-ids", mixed_ids },
	{ "not-dumpable", not_dumpable },
	{ "limits", limits },
	{ "realtime", realtime },
	{ "personality", odd_personality },
	{ "signals", signals },
	{ "few-caps", few_capabilities },
	{ "filtered", filtered },
	{ "keyring", keyring },
	{ 0 },
};
