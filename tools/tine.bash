# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Completion for the tine program: its verbs, their long options, and the ids of
# what runs. All of them are asked of the program itself.

_tine_verbs() {
	tine --help 2>/dev/null |
		sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_tine_options() {
	tine "$1" --help 2>/dev/null |
		sed -n 's/^ *\(-.,\)\{0,1\} *\(--[a-z-]*\).*/\2/p'
}

_tine_ids() {
	tine ps -o id 2>/dev/null | sed 1d
}

_tine() {
	local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words

	if [[ $COMP_CWORD -eq 1 || $verb == help ]]; then
		words=$(_tine_verbs)
	elif [[ $word == -* ]]; then
		words=$(_tine_options "$verb")
	elif [[ $verb =~ ^(kill|show|stop|wait)$ ]]; then
		words=$(_tine_ids)
	elif [[ $verb == run ]]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
		return
	else
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _tine tine
