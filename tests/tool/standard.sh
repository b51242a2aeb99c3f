#!/bin/sh
# SPDX-License-Identifier: MIT
# standard.sh - where standard input, output or error is closed or full, the
# tool says what it can, and no file of its own comes to stand there.
#
# A $ is for the shell that is the command; who calls a test is not to be seen:
# shellcheck disable=SC2016,SC2317

. "${srcdir:-.}/tool/common.sh"

mkdir -m 700 "$work/boards"
TINE_DIR=$work/boards
export TINE_DIR

closed_input_cannot_be_read() (
	status 255 timeout 60 tine run -q echo <&-
	says 'input 1: Bad file descriptor'
)

it_is_not_needed_where_inputs_are_words() (
	prints 1 timeout 60 tine run -q echo ::: 1 <&-
)

# exits WANT COMMAND... - as status, but the output is where the caller says
exits() {
	wanted=$1
	shift
	got=0
	timeout 60 "$@" || got=$?
	[ "$got" -eq "$wanted" ] || fail "status $got, not $wanted: $*"
}

what_a_command_writes_to_a_closed_output_goes_nowhere() (
	exits 255 tine run -q --joblog=log --json=json echo ::: secret >&- 2>err
	says 'cannot write: Bad file descriptor'
	grep -q '^secret' log && fail 'it is in the joblog'
	grep -q '^secret' json && fail 'it is in the JSON'
	exits 0 tine run -q true ::: 1 >&-
)

with_all_closed_it_runs_all_the_same() (
	exits 1 tine run --joblog=log sh -c 'echo >>there; exit 1' ::: 1 \
		<&- >&- 2>&-
	[ -s there ] || fail 'it did not run'
	[ "$(wc -l <log)" -eq 2 ] || fail "the joblog has: $(cat log)"
)

a_command_has_its_three_all_the_same() (
	exits 0 tine run -q sh -c 'readlink /proc/self/fd/0 >there
		echo >&1 && echo >&2' ::: 1 <&- 2>&- >out
	[ "$(cat there)" = /dev/null ] || fail "it reads $(cat there)"
)

what_shows_something_says_that_it_cannot() (
	for verb in 'doctor version' metrics 'ps --json' 'ends --json' \
		'tree --json' 'crashes --json'; do
		# shellcheck disable=SC2086 # words are wanted
		exits 1 tine $verb >&- 2>err
		says 'cannot be shown: Bad file descriptor'
		# shellcheck disable=SC2086
		exits 1 tine $verb >/dev/full 2>err
		says 'cannot be shown: No space left on device'
		[ "$(wc -l <err)" -eq 1 ] || fail "$verb: more: $(cat err)"
	done
)

help_does_too() (
	for verb in --help --version help 'help ps' 'ps -o help'; do
		# shellcheck disable=SC2086 # words are wanted
		exits 1 tine $verb >/dev/full 2>err
		says 'cannot be shown: No space left on device'
	done
	exits 255 tine run --help >/dev/full 2>err
	says 'cannot be shown: No space left on device'
)

all "$0"
