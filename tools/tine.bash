# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Completion for the tine program: its verbs, and their long options. All of
# them are asked of the program itself.

_tine_verbs() {
	tine --help 2>/dev/null |
		sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_tine_options() {
	tine "$1" --help 2>/dev/null |
		sed -n 's/^ *\(-.,\)\{0,1\} *\(--[a-z-]*\).*/\2/p'
}

_tine() {
	local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} words

	if [[ $COMP_CWORD -eq 1 || $verb == help ]]; then
		words=$(_tine_verbs)
	elif [[ $word == -* ]]; then
		words=$(_tine_options "$verb")
	elif [[ $verb == run ]]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
		return
	else
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _tine tine
