/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Processors and memory nodes of the container in the mount namespace of a command. */

#include "run_devices.h"

#include <errno.h>
#include <sys/mount.h>

#include "buf.h"
#include "fault.h"

#define DEVICES_DIR "/sys/devices/system"

static int cover(const char *dir, const char *path, const char *name, struct fault *fault)
{
	AUTO_BUF struct buf from = { 0 };
	AUTO_BUF struct buf to = { 0 };
	int r;

	r = buf_printf(&from, "%s/%s/%s", dir, path, name);
	if (r == 0)
		r = buf_printf(&to, DEVICES_DIR "/%s", name);
	if (r == 0 && mount(from.data, to.data, NULL, MS_BIND, NULL) < 0)
		r = -errno;
	return r < 0 ? fault_set(fault, r, "leave --sys away", "mount on %s/%s", DEVICES_DIR, name)
		     : 0;
}

int run_devices_cover(const char *dir, const char *path, struct fault *fault)
{
	int r = cover(dir, path, "cpu", fault);

	if (r < 0)
		return r;
	r = cover(dir, path, "node", fault);
	if (r == -ENOENT) { /* a kernel without NUMA knows no nodes */
		fault_clear(fault);
		r = 0;
	}
	return r;
}
