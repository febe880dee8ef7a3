/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A file that says whose resources the view shows. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "buf.h"
#include "fault.h"
#include "fd.h"
#include "resource_args.h"
#include "text.h"

#define FILE_MAX_BYTES 4096

/* Whoever writes it must not be able to make us wait, as for the other end of a pipe. */
static int read_file(const char *file, struct buf *out)
{
	AUTO_FD int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? fd_read_all(fd, FILE_MAX_BYTES, out) : -ENODATA;
}

int resource_choice_read(const char *file, struct resource_args *args, struct fault *fault)
{
	AUTO_BUF struct buf text = { 0 };
	struct text rest, line, word = { 0 };
	struct resource_args chosen = *args;
	int r = read_file(file, &text);

	if (r < 0)
		return fault_set(fault, r, NULL, "read %s", file);
	rest = buf_text(&text);
	while (text_line(&rest, &line, NULL)) {
		line = text_trim(line);
		if (line.n == 0 || text_starts(line, TEXT("#")))
			continue;
		if (word.n > 0)
			return fault_set(fault, -EINVAL, NULL, "%s: more than one line", file);
		word = line;
	}
	chosen.without = 0;
	r = resource_choice_parse(word, NULL, &chosen, fault);
	if (r == 0)
		*args = chosen;
	return r;
}
