/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The way of requests and answers between the device and libfuse, where they are counted. */

#include "front.h"

/*
 * For fuse_session_custom_io(): plain read(2) and writev(2), counted in the counts of the session's
 * front, if it has any.
 */
extern const struct fuse_custom_io meter_io;
