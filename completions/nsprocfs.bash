# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Completion for bash. Needs nothing but bash; with the package bash-completion installed, the command
# after `nsprocfs run` is completed by that command's own rules.

# Numbers of processes in other pid namespaces than ours; of all, if there are none that we can tell.
_nsprocfs_pids()
{
	local dir pid pids=() others=()

	for dir in /proc/[0-9]*; do
		pid=${dir##*/}
		pids+=("$pid")
		[[ -e $dir/ns/pid && ! $dir/ns/pid -ef /proc/self/ns/pid ]] && others+=("$pid")
	done
	[[ ${#others[@]} -gt 0 ]] && pids=("${others[@]}")
	echo "${pids[@]}"
}

# _nsprocfs_options COMMAND: prints its options.
_nsprocfs_options()
{
	local view='--target --pidns --cgroup --source --tree --profile --pid-map --links --resources --cpus --memory --verbose'

	case $1 in
	run) echo "$view --sys --unshare-pid --mount-proc --rw --patience --help" ;;
	mount) echo "$view --sys --foreground --rw --patience -o --help" ;;
	ls) echo "$view --sys -a -l --help" ;;
	cat) echo "$view --sys --help" ;;
	explain) echo "$view --unknown --json --sys --help" ;;
	pids) echo "$view --to-host --from-host --json --output --noheadings --help" ;;
	status) echo '--json --help' ;;
	set) echo '--resources --help' ;;
	esac
}

_nsprocfs_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# _nsprocfs_value OPTION WORD: completes the value of an option. Returns 1 if it takes none.
_nsprocfs_value()
{
	case $1 in
	--target | -t) _nsprocfs_words "$(_nsprocfs_pids)" "$2" ;;
	--source) _nsprocfs_words 'auto kernel host tree' "$2" ;;
	--profile) _nsprocfs_words 'kernel container' "$2" ;;
	--pid-map) _nsprocfs_words 'auto kernel nspid' "$2" ;;
	-o) _nsprocfs_mount_options "$2" ;;
	hidepid | *,hidepid) _nsprocfs_words 'off noaccess invisible ptraceable' "$2" ;;
	subset | *,subset) _nsprocfs_words 'pid' "$2" ;;
	--links) _nsprocfs_words 'auto guess' "$2" ;;
	--resources) _nsprocfs_resources "$2" ;;
	--cpus) _nsprocfs_words 'set quota shares' "$2" ;;
	--memory) _nsprocfs_words 'max high' "$2" ;;
	--pidns)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$2"; compgen -W follow -- "$2")
		;;
	--tree | --mount-proc)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$2")
		;;
	--cgroup) _nsprocfs_cgroups "$2" ;;
	--to-host | --from-host | --output | --patience) COMPREPLY=() ;;
	*) return 1 ;;
	esac
}

# The last of the options that commas separate; what follows a "=" comes as a word of its own.
_nsprocfs_mount_options()
{
	local before=''

	[[ $1 == *,* ]] && before=${1%,*},
	_nsprocfs_words 'ro hidepid= gid= subset=pid' "${1##*,}"
	COMPREPLY=("${COMPREPLY[@]/#/$before}")
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
	return 0
}

# What the view shows of the container, or the group whose resources those are.
_nsprocfs_resources()
{
	local before=-

	case $1 in
	-*)
		[[ $1 == *,* ]] && before=${1%,*},-
		_nsprocfs_words 'meminfo swaps vmstat cpus stat time loadavg diskstats pressure' \
			"${1##*[,-]}"
		COMPREPLY=("${COMPREPLY[@]/#/$before}")
		;;
	/*) _nsprocfs_cgroups "$1" ;;
	@*)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -P @ -f -- "${1#@}")
		;;
	*)
		[[ ${subcommand:-} == set ]] && _nsprocfs_words 'on off' "$1" ||
			_nsprocfs_words 'on off client' "$1"
		;;
	esac
}

# Where views are mounted.
_nsprocfs_views()
{
	local words=() i

	compopt -o filenames 2>/dev/null
	while read -ra words; do
		for ((i = 6; i < ${#words[@]}; i++)); do
			[[ ${words[i]} == - ]] && break
		done
		[[ ${words[i + 1]:-} == fuse.nsprocfs ]] || continue
		printf -v i '%b' "${words[4]//\\/\\0}"
		[[ $i == "$1"* ]] && COMPREPLY+=("$i")
	done </proc/self/mountinfo
}

# Paths of control groups, as below the mount of the unified or the first other hierarchy.
_nsprocfs_cgroups()
{
	local root=/sys/fs/cgroup dir

	[[ -e $root/cgroup.controllers ]] || root=$root/unified
	COMPREPLY=()
	for dir in "$root${1:-/}"*/; do
		[[ -d $dir ]] && dir=${dir#"$root"} && COMPREPLY+=("${dir%/}")
	done
	compopt -o nospace 2>/dev/null
}

# Names in the view, asked of nsprocfs with the view's options that stand on the line.
_nsprocfs_paths()
{
	local program=$1 word=$2 dir='' mode rest name
	shift 2

	[[ $word == */* ]] && dir=${word%/*}/
	COMPREPLY=()
	while read -r mode rest; do
		rest=${rest%% -> *}
		name=$dir${rest##* }
		[[ $mode == d* ]] && name+=/
		[[ $name == "$word"* ]] && COMPREPLY+=("$name")
	done < <("$program" ls -l "$@" ${dir:+"$dir"} 2>/dev/null)
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace 2>/dev/null
}

# What the words between the subcommand and the cursor say: fills view (options of the view with their
# values) and command_at (index of the first word that is no option; 0: none yet).
_nsprocfs_scan()
{
	local i word

	view=()
	command_at=0
	for ((i = 2; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--)
			command_at=$((i + 1))
			return
			;;
		--target | -t | --pidns | --source | --tree | --profile | --pid-map | --links | --cgroup | --to-host | \
			--from-host | --output | --patience | -o | --mount-proc)
			# bash splits "--source=host" at the "=".
			[[ ${COMP_WORDS[i + 1]:-} == '=' ]] && ((i++))
			case $word in
			--to-host | --from-host | --output | --patience | -o | --mount-proc) ;;
			*) [[ -n ${COMP_WORDS[i + 1]:-} ]] && view+=("$word" "${COMP_WORDS[i + 1]}") ;;
			esac
			((i++))
			[[ $word != -o ]] || while [[ ${COMP_WORDS[i + 1]:-} == '=' ]]; do
				((i += 2))
			done
			;;
		--sys) view+=("$word") ;;
		-*) ;;
		*)
			command_at=$i
			return
			;;
		esac
	done
}

# The command that `run` starts, and its arguments.
_nsprocfs_run_command()
{
	if [[ $COMP_CWORD -gt $command_at ]] && declare -F _command_offset >/dev/null; then
		_command_offset "$command_at"
	elif [[ $COMP_CWORD -gt $command_at ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
	else
		mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}" | sort -u)
	fi
}

_nsprocfs()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local subcommand=${COMP_WORDS[1]} view=() command_at=0

	COMPREPLY=()
	if [[ $word == '=' ]]; then
		word=
	elif [[ $previous == '=' && $COMP_CWORD -ge 2 ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $COMP_CWORD -eq 1 ]]; then
		_nsprocfs_words 'run mount ls cat explain pids status set --help --version' "$word"
		return
	fi
	_nsprocfs_scan
	if [[ $subcommand == run && $command_at -gt 0 ]]; then
		_nsprocfs_run_command
		return
	fi
	_nsprocfs_value "$previous" "$word" && return
	if [[ $word == -* ]]; then
		_nsprocfs_words "$(_nsprocfs_options "$subcommand")" "$word"
		return
	fi
	case $subcommand in
	run)
		command_at=$COMP_CWORD
		_nsprocfs_run_command
		;;
	mount)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		;;
	status | set) _nsprocfs_views "$word" ;;
	ls | cat | explain) _nsprocfs_paths "$1" "$word" "${view[@]}" ;;
	esac
}

complete -F _nsprocfs nsprocfs
