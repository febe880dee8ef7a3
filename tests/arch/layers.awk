# SPDX-License-Identifier: LGPL-2.1-or-later
# The rules of layers.sh. Portable awk (mawk, gawk, busybox).

BEGIN {
	split("base host engine fuse cmd", order, " ")
	for (i = 1; i in order; i++)
		rank[order[i]] = i
	rank["contract"] = rank["engine"]
	# files stands beside the engine: cmd hands its table over, nobody else knows it.
	rank["files"] = rank["cmd"]
	n = split(layers, pairs, " ")
	for (i = 1; i <= n; i++) {
		split(pairs[i], pair, "=")
		if (!(pair[1] in layer_of))
			layer_of[pair[1]] = pair[2]
	}
	n = split("entry.h rewrite.h numbers.h buf.h text.h pidmap.h resources.h", names, " ")
	for (i = 1; i <= n; i++)
		open_to_files[names[i]] = 1
	MAX_FUNCTION = 60
	MAX_FILE = 350
	# On foreign bytes these accept too much, overflow, or write past the end; system and popen
	# hand them to a shell.
	FORBIDDEN = "(sscanf|fscanf|scanf|atoi|atol|atoll|atof|strtok|strtok_r|strtol|strtoll|strtoul|" \
		"strtoull|strtoimax|strtoumax|strcpy|strcat|stpcpy|sprintf|vsprintf|gets|system|popen)"
	FORBIDDEN = "(^|[^A-Za-z0-9_])" FORBIDDEN "[ \t]*\\("
	# Names of /proc: the engine and the FUSE side get them from the table.
	PROC_NAMES = "^(self|thread-self|task|stat|statm|status|cmdline|comm|environ|maps|fd|fdinfo|" \
		"ns|exe|cwd|root|net|sys|meminfo|uptime|loadavg|cpuinfo|mounts)$"
}

function bad(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what
	violations++
}

FNR == 1 {
	if (in_function)
		bad("the file before this one ends inside a function")
	in_comment = in_function = in_type = signature = 0
	product = FILENAME !~ /^tests\//
	n = split(FILENAME, part, "/")
	own = part[n]
	sub(/\.[ch]$/, "", own)
	layer = ""
	if (part[1] == "src")
		layer = part[2]
	else if (part[1] == "include")
		layer = layer_of[own]
	if (product && !(layer in rank))
		bad("of no layer: no src/*/" own ".c, and not in the table of layers.sh")
}

FNR == MAX_FILE + 1 {
	bad("file longer than " MAX_FILE " lines")
}

product && /^[ \t]*#[ \t]*include/ {
	check_include()
	next
}

{
	code = strip($0)
	if (product)
		check_code()
	check_scope()
}

function check_include(	name, module, theirs)
{
	if (match($0, /<[^>]*>/)) {
		name = substr($0, RSTART + 1, RLENGTH - 2)
		if (name ~ /(^|\/)(fuse|fuse_[a-z]+|cuse_lowlevel)\.h$/ && layer != "fuse")
			bad("<" name ">: only src/fuse speaks FUSE")
		return
	}
	if (!match($0, /"[^"]*"/))
		return
	name = substr($0, RSTART + 1, RLENGTH - 2)
	if (is_private(name))
		return
	module = name
	sub(/\.h$/, "", module)
	theirs = layer_of[module]
	if (theirs == "")
		bad("\"" name "\" has no layer: no src/*/" module ".c, and not in the table of layers.sh")
	else if (layer == "files" && !(name in open_to_files) && theirs != "files")
		bad("src/files includes " name ": files know entries and texts only")
	else if (theirs == "files" && layer != "files" && layer != "cmd")
		bad(layer " includes " name ": only cmd knows src/files")
	else if (layer in rank && rank[theirs] > rank[layer])
		bad(layer " includes " name " of " theirs ": layers go downward only")
}

# A header beside the source is that folder's own.
function is_private(name,	path, line, found)
{
	path = FILENAME
	sub(/[^\/]*$/, name, path)
	if (!(path in private)) {
		found = (getline line < path) >= 0
		close(path)
		private[path] = found && path ~ /^src\//
	}
	return private[path]
}

# The line without comments, and with literals emptied; literals are judged on the way.
function strip(line,	out, token, i)
{
	out = ""
	for (;;) {
		if (in_comment) {
			i = index(line, "*/")
			if (!i)
				return out
			line = substr(line, i + 2)
			in_comment = 0
		}
		if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)+'|\/\*|\/\//))
			return out line
		token = substr(line, RSTART, RLENGTH)
		out = out substr(line, 1, RSTART - 1)
		line = substr(line, RSTART + RLENGTH)
		if (token == "/*")
			in_comment = 1
		else if (token == "//") {
			bad("// comment; ours are /* */")
			return out
		} else {
			if (product && substr(token, 1, 1) == "\"")
				check_literal(substr(token, 2, length(token) - 2))
			out = out "0"
		}
	}
}

function check_literal(s)
{
	# cmd mounts on "/proc", takes "/proc/" off what users type, and names it in help texts (which do
	# not start with a path below it).
	if (s ~ /^\/proc/ && layer != "host" && !(layer == "cmd" && s ~ /^\/proc\/?$/))
		bad("\"" s "\": only src/host opens anything there")
	if (s ~ PROC_NAMES && (layer == "engine" || layer == "fuse"))
		bad("\"" s "\": " layer " names no file of procfs, the table does")
}

function check_code()
{
	if (match(code, FORBIDDEN))
		bad("forbidden function: " substr(code, RSTART, RLENGTH - 1))
	if (code ~ /(^|[^A-Za-z0-9_])proc_root_entry([^A-Za-z0-9_]|$)/ && layer != "files" &&
	    layer != "cmd" && own != "entry")
		bad("proc_root_entry: the engine is handed its table")
}

# Functions are counted from signature to closing brace, which our format puts at column 0.
function check_scope()
{
	if (in_function) {
		if (product && code ~ /^[ \t]+static / && is_mutable(code))
			bad("mutable static variable")
		if (code ~ /^[}]/) {
			if (FNR - signature + 1 > MAX_FUNCTION)
				bad("function of " FNR - signature + 1 " lines ends here, " MAX_FUNCTION " are allowed")
			in_function = signature = 0
		}
		return
	}
	if (in_type) {
		if (code ~ /^[}]/)
			in_type = 0
		return
	}
	if (code ~ /^[{]/) {
		in_function = 1
		if (!signature)
			signature = FNR
	} else if (code ~ /^[A-Za-z_]/) {
		if (product && is_variable(code) && is_mutable(code))
			bad("mutable variable at file scope")
		in_type = code ~ /[{][ \t]*$/
		if (!signature)
			signature = FNR
		if (code ~ /[;:][ \t]*$/ || in_type)
			signature = 0
	} else if (code ~ /^[ \t]*$/ || code ~ /;[ \t]*$/ || code ~ /^[#}]/) {
		signature = 0
	}
}

# What is declared, before any initialiser, size or attribute.
function declarator(s)
{
	sub(/__attribute__.*/, "", s)
	sub(/[=;[].*/, "", s)
	return s
}

function is_variable(s)
{
	if (s ~ /^(typedef|extern|enum [a-z_]* [{])/ || s !~ /[=;[]/)
		return 0
	if (s ~ /^(struct|union|enum)[ \t]+[A-Za-z0-9_]*[ \t]*(;|[{])/)
		return 0
	s = declarator(s)
	# A "(" before the initialiser is a function, unless it is a pointer to one.
	return s !~ /\(/ || s ~ /^[^(]*\([ \t]*\*/
}

function is_mutable(s)
{
	s = declarator(s)
	if (s ~ /\(/ && s !~ /^[^(]*\([ \t]*\*/)
		return 0
	if (s ~ /\*/)
		sub(/.*\*/, "", s)
	return s !~ /(^|[^A-Za-z0-9_])const([^A-Za-z0-9_]|$)/
}

END {
	if (violations) {
		printf "%d violations\n", violations
		exit 1
	}
}
