/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

struct fault;

/* dir can be mounted on, as mountpoint_mount() has it. Returns 0 or the errno it fails with. */
int mountpoint_check(const char *dir, unsigned flags, struct fault *fault);
