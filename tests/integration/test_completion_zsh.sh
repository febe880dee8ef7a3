#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The completion for zsh: an interactive zsh loads it, and what it offers behind a command line is looked at
# (zsh_offers.zsh). Options are compared with what the program's own --help lists.
#
# Usage: test_completion_zsh.sh NSPROCFS

# shellcheck source=tests/integration/command.sh
DEADLINE_S=${DEADLINE_S:-110}
. "$(dirname "$0")/command.sh"

# zsh with what its completion takes: compinit, _arguments.
# shellcheck disable=SC2016 # for zsh
zsh -f -c 'zmodload zsh/zpty zsh/complete && autoload -Uz +X compinit _arguments' 2>/dev/null ||
	skip 'there is no zsh with its completion functions'
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$tmp/zsh" "$tmp/bin" "$tmp/work"
ln -s "$program" "$tmp/bin/nsprocfs"
cd "$tmp/work" || exit 1

# offered LINE: what is offered, sorted.
offered()
{
	PATH=$tmp/bin:$PATH zsh -f "$here/zsh_offers.zsh" "$here/../../completions" "$tmp/zsh" "$1" 2>&1 |
		sed '/^$/d; s/=$//' | LC_ALL=C sort -u
}

# offers LINE WANTED...: these words and no others.
offers()
{
	local line=$1

	shift
	expect "offered behind '$line'" "$(printf '%s\n' "$@" | sed '/^$/d' | LC_ALL=C sort)" "$(offered "$line")"
}

# The long options in a --help text; --usage and --version are argp's and not worth a completion.
options_of()
{
	"$program" "$1" --help 2>&1 | grep -oE -- '(^ *|, )--[a-z-]+' | grep -oE -- '--[a-z-]+' |
		grep -vxE -- '--(usage|version)' | sort -u
}

subcommands=(run mount ls cat explain pids status set)
offers 'nsprocfs ' "${subcommands[@]}"
offers 'nsprocfs mo' mount
for subcommand in "${subcommands[@]}"; do
	mapfile -t options < <(options_of "$subcommand")
	expect "$subcommand has options" yes "$([ "${#options[@]}" -ge 2 ] && echo yes)"
	offers "nsprocfs $subcommand --" "${options[@]}"
done

# Values of options, in both spellings.
offers 'nsprocfs run --source ' auto kernel host tree
offers 'nsprocfs run --source=h' host
offers 'nsprocfs cat --cpus ' set quota shares
offers 'nsprocfs cat --memory=' max high
offers 'nsprocfs set --resources=-s' -swaps -stat
offers 'nsprocfs mount -o ' ro hidepid gid subset
offers 'nsprocfs mount -o ro,hidepid=n' noaccess

# Files, names in a view, and the command behind run.
mkdir -p tree/1/task
echo x >tree/1/comm
echo x >tree/uptime
offers 'nsprocfs ls --tree tr' tree
offers 'nsprocfs cat --tree tree up' uptime
offers 'nsprocfs cat --tree=tree 1/c' comm
offers 'nsprocfs explain --links guess --tree tree up' uptime
offers 'nsprocfs run --target 1 -- mkfif' mkfifo
offers 'nsprocfs run --memory high --target 1 mkfif' mkfifo
finish
