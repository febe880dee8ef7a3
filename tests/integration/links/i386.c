/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Usage: links-i386 [DIR]
 *
 * A program of the 32-bit i386, without a C library: readlink and readlinkat say what a pipe is, stat64 and
 * open follow the link to it, through DIR/self/fd/N (default /proc). Exits 0 if all is right, else with
 * the number of the check that failed.
 */

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define NR_EXIT	      1
#define NR_OPEN	      5
#define NR_PIPE	      42
#define NR_READLINK   85
#define NR_STAT64     195
#define NR_READLINKAT 305
#define AT_FDCWD      (-100)
#define S_IFMT	      0170000u
#define S_IFIFO	      0010000u

/* struct stat64 of arch/x86/include/uapi/asm/stat.h, as far as it is looked at. */
struct stat64 {
	unsigned long long dev;
	unsigned char pad[4];
	unsigned long ino32;
	unsigned int mode;
	unsigned char rest[128];
};

static int call(int number, long a, long b, long c, long d)
{
	int r;

	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory");
	return r;
}

static char *append(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	*to = '\0';
	return to;
}

static int is_pipe_text(const char *text, int n)
{
	static const char wanted[] = "pipe:[";
	int i;

	for (i = 0; wanted[i]; i++) {
		if (i >= n || text[i] != wanted[i])
			return 0;
	}
	return n > i && text[n - 1] == ']';
}

static int run(const char *proc)
{
	char link[256], text[64];
	char *end = append(append(link, proc), "/self/fd/");
	struct stat64 st;
	int fds[2];

	if (call(NR_PIPE, (long)fds, 0, 0, 0) < 0 || fds[0] > 9)
		return 1;
	end[0] = (char)('0' + fds[0]);
	end[1] = '\0';
	if (!is_pipe_text(text, call(NR_READLINK, (long)link, (long)text, sizeof(text), 0)))
		return 2;
	if (!is_pipe_text(text,
			  call(NR_READLINKAT, AT_FDCWD, (long)link, (long)text, sizeof(text))))
		return 3;
	if (call(NR_STAT64, (long)link, (long)&st, 0, 0) < 0 || (st.mode & S_IFMT) != S_IFIFO)
		return 4;
	if (call(NR_OPEN, (long)link, 0, 0, 0) < 0)
		return 5;
	return 0;
}

void start(const long *stack);

void start(const long *stack)
{
	int r = run(stack[0] > 1 ? (const char *)stack[2] : "/proc");

	call(NR_EXIT, r, 0, 0, 0);
	__builtin_unreachable();
}

/* The stack as the kernel leaves it: argc, argv[]. */
__asm__(".globl _start\n_start:\n\tmovl %esp, %eax\n\tpushl $0\n\tpushl %eax\n\tcall start\n");
