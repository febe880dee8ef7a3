# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2154 # counts and FUZZ_SECONDS come from scripts/test
#
# The phases of scripts/test, which sources this file. Each is a function phase_NAME, run in a subshell
# with its output in a log file; descriptor 3 is the terminal. Returns 0 passed, 77 skipped (the last
# line printed is the reason), anything else failed. A phase that stands for several tests writes their
# counts, "PASSED FAILED SKIPPED", to $counts; otherwise it counts as one.

c_files()
{
	find src include tests -name '*.[ch]' -type f | LC_ALL=C sort
}

shell_files()
{
	find scripts .ci tests completions -type f -exec grep -lE '^#!/bin/(ba)?sh|shell=(ba)?sh$' {} + |
		LC_ALL=C sort
}

phase_deps()
{
	scripts/install-deps test
}

# configure DIR OPTION...: sets DIR up, or gives the options to one that is. Silent unless it fails.
configure()
{
	local dir=$1 what=setup
	shift

	[ ! -f "$dir/build.ninja" ] || what=configure
	mkdir -p "$dir"
	if ! meson "$what" "$dir" "$@" >"$dir/configure.log" 2>&1; then
		cat "$dir/configure.log"
		return 1
	fi
}

phase_build()
{
	configure build -Dwerror=true -Dtests=true -Dbench=true && ninja --quiet -C build
}

# The other compiler, so that its warnings count too.
phase_build_asan()
{
	CC=clang configure build-asan -Dwerror=true -Dtests=true -Db_sanitize=address,undefined -Db_lundef=false &&
		ninja --quiet -C build-asan
}

phase_build_fuzz()
{
	CC=clang configure build-fuzz -Dwerror=true -Dfuzz=true -Dtests=false &&
		ninja --quiet -C build-fuzz
}

phase_format()
{
	c_files | xargs clang-format --dry-run -Werror
}

phase_layers()
{
	tests/arch/layers.sh && tests/arch/test_layers.sh
}

phase_shell()
{
	shell_files | xargs shellcheck --external-sources --source-path=SCRIPTDIR \
		--severity=warning
}

phase_spelling()
{
	find . \( -name 'build*' -o -name .git \) -prune -o -type f -print0 | xargs -0 codespell
}

phase_man()
{
	find docs -name '*.[1-8]' -print0 | xargs -0 --no-run-if-empty mandoc -T lint -W warning
}

# Files as the build compiles them. gcc's own warning options mean nothing to clang. The findings are
# repeated without their paths of thought, which are in tidy-notes.log. A process for each file: given
# several, version 14 takes va_start() for unknown from the second on.
phase_tidy()
{
	local notes=build/test-logs/tidy-notes.log r=0

	meson introspect --targets build | python3 -c '
import json, sys
sources = {s for target in json.load(sys.stdin) for group in target["target_sources"]
	   for s in group.get("sources", []) if s.endswith(".c")}
print("\n".join(sorted(sources)))' |
		xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build \
			--extra-arg=-Wno-unknown-warning-option >"$notes" 2>/dev/null || r=$?
	grep -E ': (error|warning): ' "$notes" | sort -u || :
	return "$r"
}

phase_cppcheck()
{
	cppcheck --quiet -j "$(nproc)" --std=c11 --language=c \
		--enable=warning,style,performance,portability --inline-suppr \
		--suppressions-list=tests/arch/cppcheck.suppressions --error-exitcode=1 \
		-Iinclude -D_GNU_SOURCE \
		--template='{file}:{line}: {severity}: {message} [{id}]' src tests
}

# meson_counts DIR: counts in the log that the last `meson test` left there.
meson_counts()
{
	python3 - "$1/meson-logs/testlog.json" <<'END'
import json, sys
results = [json.loads(line)["result"] for line in open(sys.argv[1])]
passed = sum(r in ("OK", "EXPECTEDFAIL") for r in results)
skipped = sum(r == "SKIP" for r in results)
print(passed, len(results) - passed - skipped, skipped)
END
}

# run_tests DIR MESON-OPTION...
run_tests()
{
	local dir=$1 r=0
	shift

	rm -f "$dir/meson-logs/testlog.json"
	meson test -C "$dir" --no-rebuild --print-errorlogs "$@" || r=$?
	[ ! -f "$dir/meson-logs/testlog.json" ] || meson_counts "$dir" >"$counts"
	skipped_tests "$dir" >&3
	[ "$r" -eq 0 ] || failed_checks "$dir"
	return "$r"
}

# Names of the tests that were skipped, each with what it printed.
skipped_tests()
{
	[ -f "$1/meson-logs/testlog.json" ] || return 0
	python3 - "$1/meson-logs/testlog.json" <<'END'
import json, sys
for test in map(json.loads, open(sys.argv[1])):
    if test["result"] == "SKIP":
        said = (test.get("stdout", "") + test.get("stderr", "")).strip().split("\n")
        print("    skipped:", test["name"] + ":", said[-1] or "no reason given")
END
}

# What did not hold in the tests that failed, last in the log: above it, their output has no end.
failed_checks()
{
	[ -f "$1/meson-logs/testlog.json" ] || return 0
	python3 - "$1/meson-logs/testlog.json" <<'END'
import json, sys
for test in map(json.loads, open(sys.argv[1])):
    if test["result"] in ("OK", "SKIP"):
        continue
    print(f"\n{test['name']}: {test['result']}, after {test['duration']:.0f} s")
    lines = [*test.get("stdout", "").split("\n"), *test.get("stderr", "").split("\n")]
    shown = 0
    for line in lines:
        bad = line.startswith(("not ok", "FAIL", "ERROR")) or ":E:" in line or ":F:" in line
        if bad or (shown and line.startswith("#   ")):
            print("   ", line[:300])
            shown += 1
        if shown == 25:
            break
    if not shown:
        print("   ", *lines[-10:], sep="\n    ")
END
}

phase_tests()
{
	run_tests build
}

# Daemons have no terminal, so the sanitizers' reports go to files. A report (a mere warning of the
# allocator is none) is a failure even where no test noticed it.
phase_tests_asan()
{
	local kept=$PWD/build-asan/sanitizer-reports reports r=0 passed failed skipped
	local -a bad

	# Programs that tests run as other users report as well, and the checkout may be root's alone.
	reports=$(mktemp -d /tmp/nsprocfs-sanitizer.XXXXXX)
	chmod 1777 "$reports"
	export NSPROCFS_BRIEF=1 NSPROCFS_KILL_ROUNDS=3
	export ASAN_OPTIONS=detect_leaks=1:log_path=$reports/asan
	export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=$reports/ubsan
	run_tests build-asan --timeout-multiplier 4 || r=$?
	rm -rf "$kept"
	mv "$reports" "$kept"
	mapfile -t bad < <(grep -rlE 'ERROR: |runtime error: ' "$kept")
	if [ ${#bad[@]} -gt 0 ]; then
		echo "reports of sanitizers in $kept:"
		head -n 40 "${bad[@]}"
		if [ "$r" -eq 0 ]; then
			read -r passed failed skipped <"$counts"
			echo "$passed $((failed + 1)) $skipped" >"$counts"
			r=1
		fi
	fi
	return "$r"
}

# How often each target ran its input, from the statistics that libFuzzer prints at the end.
fuzz_runs()
{
	python3 - build-fuzz/meson-logs/testlog.json <<'END'
import json, re, sys
for test in map(json.loads, open(sys.argv[1])):
    runs = re.search(r"number_of_executed_units:\s*(\d+)", test.get("stdout", "") + test.get("stderr", ""))
    print(f"    {test['name']}: {test['result']}, {runs[1] if runs else 'no'} runs")
    if not runs or runs[1] == "0":
        sys.exit(f"{test['name']} ran nothing")
END
}

# Inputs that fail are left in build-fuzz/failed.
phase_fuzz()
{
	local n r=0

	n=$(meson test -C build-fuzz --no-rebuild --list --suite fuzz | wc -l)
	if [ "$n" -eq 0 ]; then
		echo 'no tests of suite "fuzz" in build-fuzz'
		return 1
	fi
	echo "    $n targets, $FUZZ_SECONDS s each, 16 at a time: about $(((n + 15) / 16 * FUZZ_SECONDS)) s" >&3
	export FUZZ_ARTIFACTS=$PWD/build-fuzz/failed
	mkdir -p "$FUZZ_ARTIFACTS"
	run_tests build-fuzz --suite fuzz --num-processes 16 \
		--timeout-multiplier $((FUZZ_SECONDS / 300 + 1)) || r=$?
	fuzz_runs >&3 || r=1
	return "$r"
}

# Processes of our builds that are still there; none should be, after a moment to end.
left_processes()
{
	local exe

	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe" 2>/dev/null) in
		"$PWD"/build/* | "$PWD"/build-asan/*) echo "$exe $(tr '\0' ' ' <"${exe%/exe}/cmdline")" ;;
		esac
	done 2>/dev/null
}

phase_leftovers()
{
	local deadline=$((SECONDS + 10)) left

	while left=$(left_processes) && [ -n "$left" ] && [ $SECONDS -lt $deadline ]; do
		sleep 0.2
	done
	if [ -n "$left" ]; then
		printf 'processes left behind:\n%s\n' "$left"
		return 1
	fi
	if grep -E ' - fuse(\.nsprocfs)? nsprocfs ' /proc/self/mountinfo; then
		echo 'mounts left behind'
		return 1
	fi
}
