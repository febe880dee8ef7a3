/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Leaks that are not ours, for the leak checker of the sanitized build. In the binary and not in a file
 * named by LSAN_OPTIONS, because the checker also runs in a chroot and as users who may not read this tree.
 *
 * libfuse3: the request of a FUSE_INTERRUPT whose own request is already answered is kept until the next
 * interrupt comes, and forgotten when the session is destroyed (do_interrupt() of fuse_lowlevel.c).
 */

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfuse3.so\n";
}
