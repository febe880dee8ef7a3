/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Characters in foreign bytes. */

#include <stddef.h>
#include <stdint.h>

#include "text.h"

/*
 * The first character of t, which is not empty: gives its number and returns its length in bytes; 0 if
 * t does not begin with well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
 */
size_t utf8_first(struct text t, uint32_t *ret);
