/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The program of the test itself, under modes that the kernel's checks tell apart. */

#include "permissions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "buf.h"
#include "fd.h"

#define PROGRAM_BYTES (64 << 20) /* with sanitizers it is big */

static int fail(const char *what)
{
	int error = errno;

	fprintf(stderr, "permissions: %s: %s\n", what, strerror(error));
	return error > 0 ? -error : -EPROTO;
}

static int copy_program(const char *path, mode_t mode)
{
	AUTO_FD int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	AUTO_FD int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	ssize_t n = -1;

	if (in < 0 || out < 0)
		return fail(path);
	do {
		n = sendfile(out, in, NULL, PROGRAM_BYTES);
	} while (n > 0);
	if (n < 0 || fchmod(out, mode) < 0)
		return fail(path);
	return 0;
}

/* A capability that the kernel gives to whoever executes the file (struct vfs_cap_data). */
static int give_capability(const char *path)
{
	struct vfs_cap_data cap = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = { { .permitted = 1U << CAP_NET_BIND_SERVICE } },
	};

	if (setxattr(path, "security.capability", &cap, XATTR_CAPS_SZ_2, 0) < 0)
		return fail("security.capability");
	return 0;
}

int programs_make(const char *dir, int programs[N_PROGRAMS])
{
	static const mode_t modes[N_PROGRAMS] = { 0755, 0711, 04755, 0755 };

	if (mount("targets", dir, "tmpfs", 0, "mode=755") < 0)
		return fail(dir);
	for (int i = 0; i < N_PROGRAMS; i++) {
		AUTO_BUF struct buf path = { 0 };
		int r = buf_printf(&path, "%s/target-%d", dir, i);

		if (r == 0)
			r = copy_program(path.data, modes[i]);
		if (r == 0 && i == PROGRAM_FILECAP)
			r = give_capability(path.data);
		if (r < 0)
			return r;
		programs[i] = open(path.data, O_PATH | O_CLOEXEC);
		if (programs[i] < 0)
			return fail(path.data);
	}
	return 0;
}
