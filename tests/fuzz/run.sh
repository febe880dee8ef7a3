#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs one libFuzzer target on its seeds for FUZZ_SECONDS (60). What it finds new is thrown away; an
# input that fails stays in FUZZ_ARTIFACTS (the current folder) and its name is printed.
#
# Usage: run.sh TARGET SEEDS

set -eu

target=$1
seeds=$2
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT HUP INT TERM

# libFuzzer's own status for a finding is 77, which meson takes for a test that was skipped.
"$target" -error_exitcode=1 -timeout_exitcode=1 \
	-max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=1024 -max_len=8192 \
	-print_final_stats=1 -verbosity=0 -artifact_prefix="${FUZZ_ARTIFACTS:-.}/" "$found" "$seeds"
