#!/bin/zsh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What zsh offers when TAB is typed behind a command line: a word a line, as compadd gets them. An interactive zsh on a
# terminal of its own completes it, with the function in DIR and nothing else of the user's; PATH says which nsprocfs.
#
# Usage: zsh -f zsh_offers.zsh DIR SCRATCH LINE   (exit status 3: it did not answer within 20 seconds)

zmodload zsh/zpty zsh/zselect zsh/datetime
dir=$1 scratch=$2 line=$3

cat >$scratch/.zshrc <<'RC'
PROMPT= RPROMPT= LISTMAX=100000
fpath=($DIR $fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
# All that is offered comes by here; calls that only filter an array do not offer.
compadd()
{
	local -a hits

	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -A hits "$@"
	print -rl -- $hits >>$SCRATCH/offered
	builtin compadd "$@"
}
said_all()
{
	: >$SCRATCH/end
}
comppostfuncs=(said_all)
zle-line-init()
{
	: >$SCRATCH/ready
}
zle -N zle-line-init
RC
rm -f $scratch/ready $scratch/end
: >$scratch/offered
export ZDOTDIR=$scratch DIR=$dir SCRATCH=$scratch TERM=dumb HISTFILE=
zpty terminal zsh -d -i

# wait_for FILE
wait_for()
{
	local said
	float until=$((EPOCHREALTIME + 20))

	while [[ ! -e $1 ]]; do
		while zpty -r -t terminal said; do :; done
		((EPOCHREALTIME < until)) || { zpty -d terminal; exit 3; }
		zselect -t 1
	done
}

wait_for $scratch/ready
zpty -w -n terminal "$line"$'\t'
wait_for $scratch/end
zpty -d terminal
cat $scratch/offered
