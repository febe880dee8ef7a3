/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Strings in JSON (RFC 8259). */

#include "buf.h"
#include "text.h"

/*
 * Appends t as a JSON string with its quotes: control characters, also those of C1, as \u00XX, every
 * byte that is no UTF-8 as U+FFFD. Returns 0 or -ENOMEM.
 */
int json_append_string(struct buf *out, struct text t);
