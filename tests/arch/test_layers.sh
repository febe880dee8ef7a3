#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Proof that layers.sh can fail: plants each kind of violation in a small tree and expects a message
# that names the place, and expects silence on the clean tree.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0
count=0

# A module in each layer, in the smallest form that obeys every rule.
fresh_tree()
{
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/include" "$tmp/tree/tests/unit"
	for pair in base/text host/source engine/content files/status fuse/serve cmd/main; do
		folder=${pair%/*}
		module=${pair#*/}
		mkdir -p "$tmp/tree/src/$folder"
		echo "/* A header. */" > "$tmp/tree/include/$module.h"
		printf '#include "%s.h"\n\nstatic const int limit = 3;\n\nint %s_do(void)\n{\n\treturn limit;\n}\n' \
			"$module" "$module" > "$tmp/tree/src/$folder/$module.c"
	done
	echo '#include "text.h"' > "$tmp/tree/include/rewrite.h"
	echo '#include "rewrite.h"' > "$tmp/tree/include/entry.h"
	echo '/* Private. */' > "$tmp/tree/src/fuse/node.h"
}

# expect_clean WHAT: the tree as it stands has no violation.
expect_clean()
{
	count=$((count + 1))
	if ! out=$("$here/layers.sh" "$tmp/tree" 2>&1) || [ -n "$out" ]; then
		echo "FAIL: $1: expected silence, got: $out"
		failed=$((failed + 1))
	fi
}

# plant FILE LINE MESSAGE: LINE (printf format) appended to FILE must be refused, at FILE, with MESSAGE.
plant()
{
	count=$((count + 1))
	fresh_tree
	# shellcheck disable=SC2059 # the format is ours
	printf "$2\n" >> "$tmp/tree/$1"
	if out=$("$here/layers.sh" "$tmp/tree" 2>&1); then
		echo "FAIL: accepted in $1: $2"
		failed=$((failed + 1))
	elif ! echo "$out" | grep -q "^$1:[0-9]*: .*$3"; then
		printf 'FAIL: %s: %s: no message at it with "%s" in:\n%s\n' "$1" "$2" "$3" "$out"
		failed=$((failed + 1))
	fi
}

# allow FILE LINE: LINE appended to FILE must be accepted.
allow()
{
	fresh_tree
	# shellcheck disable=SC2059
	printf "$2\n" >> "$tmp/tree/$1"
	expect_clean "$1: $2"
}

lines()
{
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "\\t;\\n" }'
}

fresh_tree
expect_clean "the clean tree"

# Layers
plant src/base/text.c '#include "source.h"' 'base includes source.h of host'
plant src/host/source.c '#include "content.h"' 'host includes content.h of engine'
plant src/host/source.c '#include "rewrite.h"' 'host includes rewrite.h of contract'
plant src/engine/content.c '#include "serve.h"' 'engine includes serve.h of fuse'
plant src/fuse/serve.c '#include "main.h"' 'fuse includes main.h of cmd'
plant include/source.h '#include "content.h"' 'host includes content.h of engine'
plant include/source.h '#  include "content.h"' 'host includes content.h of engine'
plant src/engine/content.c '#include "status.h"' 'only cmd knows src/files'
plant src/fuse/serve.c '#include "status.h"' 'only cmd knows src/files'
plant src/files/status.c '#include "content.h"' 'src/files includes content.h'
plant src/files/status.c '#include "source.h"' 'src/files includes source.h'
plant src/cmd/main.c '#include "nowhere.h"' 'has no layer'
plant src/cmd/main.c '#include "node.h"' 'has no layer'
plant include/orphan.h '/* no module */' 'of no layer'
plant src/engine/content.c 'const void *p = &proc_root_entry;' 'handed its table'
allow src/cmd/main.c '#include "status.h"\n#include "entry.h"\nconst void *const p = &proc_root_entry;'
allow src/files/status.c '#include "entry.h"\n#include "text.h"'
allow src/fuse/serve.c '#include "node.h"\n#include "content.h"'
allow src/engine/content.c '#include "entry.h"\n#include "source.h"'

# FUSE, "/proc", names
plant src/cmd/main.c '#include <fuse_lowlevel.h>' 'only src/fuse'
plant src/engine/content.c '#include <fuse3/fuse.h>' 'only src/fuse'
plant src/host/source.c '#include <linux/fuse.h>' 'only src/fuse'
plant src/engine/content.c 'const char *const p = "/proc";' 'only src/host'
plant src/cmd/main.c 'const char *const p = "/proc/self/exe";' 'only src/host'
plant src/engine/content.c 'const char *const p = "meminfo";' 'names no file'
plant src/fuse/serve.c 'const char *const p = "self";' 'names no file'
allow src/fuse/serve.c '#include <fuse_lowlevel.h>'
allow src/host/source.c 'const char *const p = "/proc/self/ns/pid";'
allow src/cmd/main.c 'const char *const p[] = { "/proc", "/proc/", "  DIR  as /proc/self does" };'
allow src/engine/content.c '/* as "/proc/self" does:\n   "meminfo", atoi(x) */'

# Forbidden functions
for name in sscanf atoi atol strtok strtok_r strtol strtoul strtoull strcpy strcat sprintf gets system \
	popen; do
	plant src/base/text.c "int f(void)\n{\n\treturn !!$name (0);\n}" "forbidden function: .*$name"
done
allow src/base/text.c 'int f(void)\n{\n\treturn my_atoi(0) + snprintf("atoi(", 0);\n}'
plant src/base/text.c '// a remark' '// comment'
allow src/base/text.c 'const char *const s = "http://x";'

# Sizes: { and } and the signature count
plant src/base/text.c "\nint f(void)\n{\n$(lines 58)}" 'function of 61 lines'
plant src/base/text.c "\nint f(int a,\n      int b)\n{\n$(lines 57)}" 'function of 61 lines'
plant tests/unit/test_x.c "START_TEST(test_x)\n{\n$(lines 58)}\nEND_TEST" 'function of 61 lines'
allow src/base/text.c "\nint f(void)\n{\n$(lines 57)}"
allow src/base/text.c "\nstatic const int t[] = {\n$(lines 80)};"
plant include/text.h "$(lines 350)" 'file longer than 350 lines'

# Variables
plant src/base/text.c 'static int counter;' 'mutable variable at file scope'
plant src/base/text.c 'int counter = 1;' 'mutable variable at file scope'
plant src/base/text.c 'struct text last;' 'mutable variable at file scope'
plant src/base/text.c 'static const char *names[] = {\n\t0\n};' 'mutable variable at file scope'
plant src/base/text.c 'static char line[80];' 'mutable variable at file scope'
plant src/base/text.c 'static int (*hook)(void);' 'mutable variable at file scope'
plant src/base/text.c 'int f(void)\n{\n\tstatic int n;\n\treturn n++;\n}' 'mutable static variable'
allow src/base/text.c 'static const char *const names[] = {\n\t"a"\n};\nstruct x;\nstatic int f(int a);'
allow src/base/text.c 'typedef int t;\nextern const int e;\nenum x {\n\tX = 1,\n};\nint g(int a,\n      int b);'
allow src/base/text.c 'static int (*const hook)(void) = 0;\nstatic int f(int *p)\n{\n\treturn *p;\n}'

echo "$count cases, $failed failed"
[ "$failed" -eq 0 ]
