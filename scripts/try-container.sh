# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The container of scripts/try, which sources this file, and its control groups: version 1, 2, or both.

readonly MEMORY_MIB=256
readonly QUOTA_US=50000 PERIOD_US=100000

group_dirs=() # of the container, each once
limits=()     # what could be limited, in words
refused=()    # what could not, with the reason
enabled=()    # FILE CONTROLLER: switched on for the container in this cgroup.subtree_control

# mount_of TYPE OPTION: where such a hierarchy is mounted (OPTION: its controller; any, if empty).
mount_of()
{
	local dir type options

	while read -r _ dir type options _; do
		if [ "$type" = "$1" ] && { [ -z "$2" ] || [[ ,$options, == *,$2,* ]]; }; then
			printf '%b\n' "$dir"
			return 0
		fi
	done </proc/self/mounts
	return 1
}

# has_word WORD FILE
has_word()
{
	local -a words

	read -r -a words <"$2" 2>/dev/null && [[ " ${words[*]} " == *" $1 "* ]]
}

# Version 2 has files of a controller only in groups below one that hands it on.
hand_on()
{
	local file=$1/cgroup.subtree_control

	has_word "$2" "$file" && return 0
	{ echo "+$2" >"$file"; } 2>/dev/null || return 1
	enabled+=("$file $2")
}

# group_for CONTROLLER NAME: makes the group; sets $group and $version, or else $reason.
group_for()
{
	local parent

	version=1
	if ! parent=$(mount_of cgroup "$1"); then
		version=2
		if ! parent=$(mount_of cgroup2 '') || ! has_word "$1" "$parent/cgroup.controllers"; then
			reason='no mounted hierarchy has it'
			return 1
		fi
		if ! hand_on "$parent" "$1"; then
			reason="$parent may not hand it on"
			return 1
		fi
	fi
	group=$parent/$2
	reason="no group can be made in $parent"
	[ -d "$group" ] || mkdir "$group" 2>/dev/null || return 1
	[[ " ${group_dirs[*]} " == *" $group "* ]] || group_dirs+=("$group")
	reason="$group cannot be written to"
}

# put VALUE FILE: into a file of $group.
put()
{
	{ echo "$1" >"$group/$2"; } 2>/dev/null
}

limit_memory()
{
	case $version in
	1) put $((MEMORY_MIB << 20)) memory.limit_in_bytes ;;
	2) put $((MEMORY_MIB << 20)) memory.max ;;
	esac && limits+=("$MEMORY_MIB MiB of memory")
}

limit_cpu()
{
	case $version in
	1) put $PERIOD_US cpu.cfs_period_us && put $QUOTA_US cpu.cfs_quota_us ;;
	2) put "$QUOTA_US $PERIOD_US" cpu.max ;;
	esac && limits+=("$((QUOTA_US * 100 / PERIOD_US)) % of a processor")
}

# Its last processor, and the memory nodes of the group above: version 1 starts with neither.
limit_cpuset()
{
	local cpus

	case $version in
	1)
		cpus=$(<"$group/../cpuset.cpus")
		put "$(<"$group/../cpuset.mems")" cpuset.mems
		;;
	2) cpus=$(<"$group/cpuset.cpus.effective") ;;
	esac && put "${cpus##*[-,]}" cpuset.cpus && limits+=("processor ${cpus##*[-,]} only")
}

# Limits nothing: it counts what is used, where the controller cpu does not (version 1).
limit_cpuacct()
{
	:
}

# make_groups NAME
make_groups()
{
	local controller version group reason

	for controller in memory cpuset cpu cpuacct; do
		if [ "$controller" = cpuacct ] && ! mount_of cgroup cpuacct >/dev/null; then
			continue
		fi
		group_for "$controller" "$1" && "limit_$controller" && continue
		# Version 1 lets no process into a set without processors and memory nodes.
		[ "$controller" != cpuset ] || leave_out "${group:-}"
		refused+=("$controller: $reason")
	done
}

# leave_out GROUP: if nothing else is in it.
leave_out()
{
	local dir kept=()

	[ -n "$1" ] && [ "${version:-}" = 1 ] && rmdir "$1" 2>/dev/null || return 0
	for dir in "${group_dirs[@]}"; do
		[ "$dir" = "$1" ] || kept+=("$dir")
	done
	group_dirs=("${kept[@]}")
}

# Whether the groups are gone; a member may still be ending.
remove_groups()
{
	local dir entry

	for dir in "${group_dirs[@]}"; do
		[ ! -d "$dir" ] || rmdir "$dir" 2>/dev/null || return 1
	done
	group_dirs=()
	for entry in "${enabled[@]}"; do
		{ echo "-${entry##* }" >"${entry% *}"; } 2>/dev/null || :
	done
	enabled=()
}

tmp=
container=
init= # of the container, by its number here

has_ended()
{
	! kill -0 "$1" 2>/dev/null
}

cleanup()
{
	local deadline=$((SECONDS + 30))

	trap - EXIT
	# A server that hangs would keep its clients: this aborts its connection, and does nothing otherwise.
	umount --force --internal-only --no-canonicalize "$tmp/proc" 2>/dev/null || :
	# --kill-child: with unshare dies the container's init, and with that all in the namespace.
	if [ -n "$container" ]; then
		kill -KILL "$container" 2>/dev/null || :
		wait "$container" 2>/dev/null || :
	fi
	until has_ended "${init:--}" && remove_groups; do
		if [ $SECONDS -ge $deadline ]; then
			echo "try: left behind: ${init:+process $init, }${group_dirs[*]}" >&2
			break
		fi
		sleep 0.05
	done
	umount --lazy "$tmp/proc" 2>/dev/null || :
	rm -rf --one-file-system "$tmp"
}

# Programs under telling names: what ps calls a process is the name of its file. tail(1) keeps a line whose end has
# not come, and so holds memory.
make_programs()
{
	local name

	for name in web-server database mail-queue; do
		cp /bin/sleep "$tmp/$name"
	done
	cp /usr/bin/tail "$tmp/cache"
	cp /bin/bash "$tmp/report"
	cat >"$tmp/init" <<-'END'
	#!/bin/bash
	cd "${0%/*}"
	while read -r group; do
		echo 0 >"$group/cgroup.procs"
	done <groups
	hostname shop
	mount -t proc proc /proc
	./web-server 1000001 &
	./database 1000002 &
	./mail-queue 1000003 &
	mkfifo goods
	exec 3<>goods
	./cache <&3 &
	head -c 48M /dev/zero >&3
	./report -c 'while :; do :; done' &
	touch ready
	wait
	END
	chmod +x "$tmp/init"
}

find_init()
{
	init=$(ps -o pid= --ppid "$container") || :
	init=${init// /}
}

# Sets init, limits; "$tmp/proc" is a directory to mount on.
start_container()
{
	local deadline

	tmp=$(mktemp -d)
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir "$tmp/proc"
	make_programs
	make_groups "nsprocfs-try-$$"
	[ ${#refused[@]} -eq 0 ] ||
		echo "try: going on without some limits: $(in_words "${refused[@]}")" >&2
	printf '%s\n' "${group_dirs[@]}" | sed '/^$/d' >"$tmp/groups"
	unshare --pid --fork --kill-child --mount --uts --ipc --net -- "$tmp/init" &
	container=$!
	deadline=$((SECONDS + 60))
	until [ -e "$tmp/ready" ]; do
		if [ $SECONDS -ge $deadline ] || has_ended "$container"; then
			echo 'try: the container did not start' >&2
			exit 1
		fi
		[ -n "$init" ] || find_init
		sleep 0.05
	done
	find_init
}

# in_container COMMAND...: runs it through "${via[@]}", in the control groups of the container.
# shellcheck disable=SC2016,SC2154 # for the inner shell; via is the caller's
in_container()
{
	"${via[@]}" bash -c \
		'while [ "$1" != -- ]; do echo 0 >"$1/cgroup.procs"; shift; done; shift; exec "$@"' \
		bash "${group_dirs[@]}" -- "$@"
}

# in_words ITEM...: with commas.
in_words()
{
	local list

	list=$(printf '%s, ' "$@")
	echo "${list%, }"
}
