#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Checks what the compiler does not: who includes whom, who says "/proc", functions that may not be
# called, sizes, mutable variables at file scope. Prints FILE:LINE: what for each violation, exits 1.
# docs/architecture.md has the layers and their reasons; the rules themselves are in layers.awk.
#
# Usage: layers.sh [ROOT]   (ROOT: a source tree, default the one this script is in)

set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"

# A module's layer is the folder that holds its .c; these contracts have no .c of that name, or one
# that says nothing about who may use them. "contract" ranks as engine and is open to src/files.
layers="sanitized=base entry=contract rewrite=contract cmd=cmd"
for c in src/*/*.c; do
	module=${c##*/}
	folder=${c#src/}
	layers="$layers ${module%.c}=${folder%%/*}"
done

# shellcheck disable=SC2046 # our file names hold no blanks
exec awk -v layers="$layers" -f "$here/layers.awk" \
	$(find src include tests \( -name '*.c' -o -name '*.h' \) -type f | LC_ALL=C sort)
