/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opening /dev/fuse where there is none, or not for us. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "host_test.h"
#include "mountpoint.h"

#define DEVICES_CGROUP "/sys/fs/cgroup/devices"

/* What may be at /dev/fuse instead. */
static const struct device {
	mode_t type; /* 0: nothing */
	unsigned minor;
	int r;
	const char *advice;
} devices[] = {
	{ 0, 0, -ENOENT, "modprobe fuse" },
	{ S_IFCHR | 0666, 255, -ENODEV, "modprobe fuse" }, /* MISC_DYNAMIC_MINOR: nobody's */
	{ S_IFREG | 0666, 0, -ENODEV, "mknod" },
	{ S_IFCHR | 0600, 229, -EACCES, "run as root" },
};

static void with_device(void *arg)
{
	const struct device *d = arg;
	struct fault fault = { 0 };
	int fd = -1;

	host_test_private_mounts();
	ck_assert_int_eq(mount("x", "/dev", "tmpfs", 0, "mode=0755"), 0);
	umask(0);
	if (d->type)
		ck_assert_int_eq(mknod("/dev/fuse", d->type, makedev(10, d->minor)), 0);
	if (d->r == -EACCES)
		host_test_drop();
	ck_assert_int_eq(mountpoint_open_fuse(&fd, &fault), d->r);
	ck_assert_int_eq(fd, -1);
	ck_assert_str_eq(fault.what, "open /dev/fuse");
	ck_assert_msg(strstr(fault.advice, d->advice), "%s", fault.advice);
}

START_TEST(test_device)
{
	host_test_child(with_device, (void *)&devices[_i]);
}
END_TEST

START_TEST(test_open)
{
	struct fault fault = { 0 };
	int fd = -1;

	ck_assert_msg(mountpoint_open_fuse(&fd, &fault) == 0, "%s", fault.what);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	fd_close(fd);
}
END_TEST

static bool write_to(const char *dir, const char *name, const char *text)
{
	AUTO_FD int fd = -1;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd >= 0 && fd_write_all(fd, text, strlen(text)) == 0;
}

static void when_denied(const char *group)
{
	struct fault fault = { 0 };
	int fd = -1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ck_assert(write_to(group, "devices.deny", "c 10:229 rwm"));
	ck_assert(write_to(group, "cgroup.procs", "0"));
	ck_assert_int_eq(mountpoint_open_fuse(&fd, &fault), -EPERM);
	ck_assert_ptr_nonnull(strstr(fault.advice, "--device /dev/fuse"));
	_exit(0);
}

/* As in a container that was not given the device. */
START_TEST(test_cgroup)
{
	char group[64];
	int status;
	pid_t pid;

	snprintf(group, sizeof(group), DEVICES_CGROUP "/nsprocfs-test-%d", getpid());
	if (access(DEVICES_CGROUP "/cgroup.procs", F_OK) < 0 || mkdir(group, 0755) < 0) {
		puts("not tested: device rules (no version 1 cgroup for devices)");
		return;
	}
	pid = fork();
	if (pid == 0)
		when_denied(group);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(rmdir(group), 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("device");

	tcase_add_loop_test(tc, test_device, 0, sizeof(devices) / sizeof(devices[0]));
	tcase_add_test(tc, test_open);
	tcase_add_test(tc, test_cgroup);
	return host_test_run("host_device", tc);
}
