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
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) ? fd_read_all(fd, FILE_MAX_BYTES, out) : -EINVAL;
}

/* The one line that counts. */
static int find_word(struct text rest, const char *file, struct text *ret, struct fault *fault)
{
	struct text line;

	*ret = (struct text){ 0 };
	while (text_line(&rest, &line, NULL)) {
		line = text_trim(line);
		if (line.n == 0 || text_starts(line, TEXT("#")))
			continue;
		if (ret->n > 0)
			return fault_set(fault, -EINVAL, NULL, "%s: more than one line", file);
		*ret = line;
	}
	if (ret->n == 0)
		return fault_set(fault, -EINVAL, NULL, "%s: no line with on, off or -FILE,...",
				 file);
	return 0;
}

int resource_choice_read(const char *file, struct resource_args *args, struct fault *fault)
{
	AUTO_BUF struct buf text = { 0 };
	struct text word;
	struct resource_args chosen = *args;
	struct fault said = { 0 };
	int r = read_file(file, &text);

	if (r == -EINVAL)
		return fault_set(fault, r, NULL, "%s: no regular file", file);
	if (r < 0)
		return fault_set(fault, r, NULL, "read %s", file);
	r = find_word(buf_text(&text), file, &word, fault);
	if (r < 0)
		return r;
	chosen.without = 0;
	r = resource_choice_parse(word, NULL, &chosen, &said);
	if (r < 0)
		return fault_set(fault, r, NULL, "%.200s: %.300s", file, said.what);
	*args = chosen;
	return 0;
}
