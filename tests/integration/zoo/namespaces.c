/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processes in other namespaces than the rest of their level. */

#include "zoo.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"

static int plain(const struct pen *pen)
{
	(void)pen;
	return 0;
}

/* 0, or what is needed to return: PEN_SKIP if the kernel does not let us. */
static int leave(const struct pen *pen, const char *what, int flags)
{
	return unshare(flags) < 0 ? pen_skip(pen, what, errno) : 0;
}

static int own_user(const struct pen *pen)
{
	int r = leave(pen, "user namespace", CLONE_NEWUSER);

	if (r != 0)
		return r;
	if (pen_write("/proc/self/setgroups", "deny") < 0 ||
	    pen_write("/proc/self/uid_map", "0 0 1") < 0)
		return -EIO;
	return pen_write("/proc/self/gid_map", "5 0 1");
}

/* Nobody is mapped: every id is the overflow id inside. */
static int own_user_unmapped(const struct pen *pen)
{
	return leave(pen, "user namespace", CLONE_NEWUSER);
}

static int own_net(const struct pen *pen)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int r = leave(pen, "network namespace", CLONE_NEWNET), fd;

	if (r != 0)
		return r;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		return pen_fail("loopback");
	return pen_settle(pen, zoo_sockets, NULL);
}

static int own_uts(const struct pen *pen)
{
	int r = leave(pen, "uts namespace", CLONE_NEWUTS);

	return r == 0 && sethostname("zoo", 3) < 0 ? pen_fail("sethostname") : r;
}

static int own_ipc(const struct pen *pen)
{
	int r = leave(pen, "ipc namespace", CLONE_NEWIPC);

	if (r != 0)
		return r;
	if (shmget(0x200, 4096, IPC_CREAT | 0600) < 0 || msgget(0x200, IPC_CREAT | 0600) < 0)
		return pen_fail("System V ipc");
	return 0;
}

static int own_cgroup(const struct pen *pen)
{
	return leave(pen, "cgroup namespace", CLONE_NEWCGROUP);
}

static int own_mounts(const struct pen *pen)
{
	int r = leave(pen, "mount namespace", CLONE_NEWNS);

	if (r == 0 && mount("odd \\ \n name", ZOO_DIR, "tmpfs", MS_RDONLY, NULL) < 0)
		return pen_fail("mount");
	return r;
}

static int own_root(const struct pen *pen)
{
	(void)pen;
	return chroot("/usr") < 0 || chdir("/lib") < 0 ? pen_fail("chroot") : 0;
}

/* A time namespace takes effect in children; its offsets can be set until the first one. */
static int own_time(const struct pen *pen)
{
	int r = leave(pen, "time namespace", CLONE_NEWTIME);
	pid_t pid;

	if (r != 0)
		return r;
	r = pen_write("/proc/self/timens_offsets", "boottime 100000 123456789");
	pid = r < 0 ? r : pen_spawn(pen, "ns-time-child", plain, NULL);
	return pid < 0 ? pid : 0;
}

/* ns/pid_for_children names a namespace without an init: reading the link fails. */
static int pid_for_children(const struct pen *pen)
{
	return leave(pen, "pid namespace", CLONE_NEWPID);
}

/* And with one: a namespace beside the next level. */
static int pid_sibling(const struct pen *pen)
{
	pid_t pid = pen_spawn_in(pen, "ns-pid-init", plain, NULL, CLONE_NEWPID);

	return pid < 0 ? pid : 0;
}

const struct animal zoo_namespaces[] = {
	{ "ns-user", own_user },   { "ns-user-unmap", own_user_unmapped },
	{ "ns-net", own_net },	   { "ns-uts", own_uts },
	{ "ns-ipc", own_ipc },	   { "ns-cgroup", own_cgroup },
	{ "ns-mnt", own_mounts },  { "root-usr", own_root },
	{ "ns-time", own_time },   { "ns-pid-children", pid_for_children },
	{ "ns-pid", pid_sibling }, { 0 },
};
