/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A mount namespace of one's own. */

#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "fd.h"
#include "mountpoint_spot.h"

#define PROC_DIR "/proc"

/* Of <linux/mount.h>, which glibc before 2.36 cannot include beside <sys/mount.h>. */
#define OPEN_TREE_CLONE_	 1
#define MOVE_MOUNT_F_EMPTY_PATH_ 0x4
#define MOUNT_ATTR_RDONLY_	 1
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

#define ADVICE_USERNS                                                              \
	"run as root, or allow user namespaces (sysctl user.max_user_namespaces, " \
	"kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)"

static uint64_t bounding_set(void)
{
	uint64_t set = 0;
	int cap;

	for (cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap) == 1)
			set |= UINT64_C(1) << cap;
	}
	return set;
}

/* Writes one file of our own process directory. By a path: in a view that leads to another mount. */
static int write_own(const char *name, const char *text, struct fault *fault)
{
	AUTO_FD int fd = -1;
	char path[64];
	int r = 0;

	snprintf(path, sizeof(path), PROC_DIR "/self/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		r = -errno;
	return r < 0 ? fault_set(fault, r, NULL, "write %s of our user namespace", name) : 0;
}

static int write_maps(uid_t uid, gid_t gid, struct fault *fault)
{
	char text[64];
	int r;

	/* Needed before gid_map since Linux 3.19; user_namespaces(7). */
	r = write_own("setgroups", "deny", fault);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "%u %u 1\n", uid, uid);
	r = write_own("uid_map", text, fault);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "%u %u 1\n", gid, gid);
	return write_own("gid_map", text, fault);
}

static int enter(struct isolate *i, struct fault *fault)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWNS) == 0)
		return 0;
	if (errno != EPERM)
		return fault_set(fault, -errno, NULL, "make a mount namespace");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return fault_set(fault, -errno, ADVICE_USERNS, "make a user namespace");
	i->in_userns = true;
	return write_maps(uid, gid, fault);
}

/* In a chroot the root directory need be no mount point (EINVAL); what counts is /proc. */
static int set_slave(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
		return 0;
	if (errno == EINVAL && mount(NULL, PROC_DIR, NULL, MS_REC | MS_SLAVE, NULL) == 0)
		return 0;
	return -errno;
}

int isolate_mounts(struct isolate *ret, struct fault *fault)
{
	struct isolate i = { .bounding = bounding_set() };
	int r;

	r = enter(&i, fault);
	if (r < 0)
		return r;
	r = set_slave();
	if (r < 0)
		return fault_set(fault, r, NULL, "keep our mounts to ourselves (MS_SLAVE)");
	*ret = i;
	return 0;
}

static int open_own(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int isolate_open_mounts(int *ret_fd)
{
	return open_own(PROC_DIR "/self/ns/mnt", ret_fd);
}

int isolate_open_users(int *ret_fd)
{
	return open_own(PROC_DIR "/self/ns/user", ret_fd);
}

int isolate_shut(void)
{
	return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

int isolate_enter_users(int users_fd)
{
	int r = isolate_shut();

	if (r < 0)
		return r;
	return setns(users_fd, CLONE_NEWUSER) < 0 ? -errno : 0;
}

int isolate_drop_all(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

int isolate_enter(int mounts_fd)
{
	return setns(mounts_fd, CLONE_NEWNS) < 0 ? -errno : 0;
}

int isolate_drop(const struct isolate *i)
{
	int cap;

	if (!i->in_userns)
		return 0;
	for (cap = 0; cap < 64; cap++) {
		if ((i->bounding & UINT64_C(1) << cap) || prctl(PR_CAPBSET_READ, cap) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap) < 0)
			return -errno;
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

int isolate_clone_procfs(int *ret_fd)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, PROC_DIR,
			      OPEN_TREE_CLONE_ | O_CLOEXEC | AT_RECURSIVE);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int isolate_set_read_only(int tree_fd)
{
	/* struct mount_attr of the same header */
	const uint64_t attr[4] = { MOUNT_ATTR_RDONLY_ };

	if (syscall(SYS_mount_setattr, tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE, attr,
		    sizeof(attr)) < 0)
		return -errno;
	return 0;
}

int isolate_attach(int tree_fd, const char *dir, const char *path)
{
	AUTO_FD int dir_fd = -1;

	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0)
		return -errno;
	if (syscall(SYS_move_mount, tree_fd, "", dir_fd, path, MOVE_MOUNT_F_EMPTY_PATH_) < 0)
		return -errno;
	return 0;
}

int isolate_mount_id(int tree_fd, unsigned *ret)
{
	struct spot spot = SPOT_NULL;
	int r = spot_look(0, tree_fd, &spot);

	if (r == 0)
		*ret = spot.mount.id;
	spot_free(&spot);
	return r;
}

bool isolate_has_mount(unsigned id)
{
	AUTO_BUF struct buf info = { 0 };
	struct mountinfo m;

	return spot_read_mountinfo(&info) == 0 && mountinfo_by_id(buf_text(&info), id, &m);
}

int isolate_detach(const char *dir, const char *path, unsigned id)
{
	AUTO_BUF struct buf whole = { 0 };
	int r;

	if (!isolate_has_mount(id))
		return -ENOENT;
	r = buf_printf(&whole, "%s/%s", dir, path);
	if (r == 0 && umount2(whole.data, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
		r = -errno;
	return r;
}

bool isolate_may_mount(void)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE_ | O_CLOEXEC);

	fd_close(fd);
	return fd >= 0;
}
