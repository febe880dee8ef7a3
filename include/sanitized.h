/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* 1 in a build with AddressSanitizer, else 0. gcc defines a macro, clang has a feature. */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
