#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - tine run makes commands of inputs, and starts them as they are.
#
# A $ is for the shell that is the command; who calls a test is not to be seen:
# shellcheck disable=SC2016,SC2317

. "${srcdir:-.}/tool/common.sh"

# ---- Inputs ----------------------------------------------------------------

an_input_stands_where_the_braces_are() (
	prints 'a=x,x b' tine run echo a={},{} b ::: x
)

the_first_word_may_have_braces() (
	prints 'hello' tine run /bin/{} hello ::: echo
)

without_braces_an_input_is_the_last_word() (
	prints '1 2 3' tine run echo 1 2 ::: 3
)

each_input_has_a_command() (
	prints "$(printf '1\n2\n3')" tine run -k echo ::: 1 2 3
)

inputs_are_lines_of_standard_input_if_there_is_no_separator() (
	printf 'a b\n\n c\nlast' >in
	prints "$(printf '[a b]\n[]\n[ c]\n[last]')" tine run -k echo '[{}]' <in
	# shellcheck disable=SC2002
	cat in | (prints "$(cat out)" tine run -k echo '[{}]')
)

with_null_they_end_with_a_nul() (
	printf 'a\nb\0c\0' >in
	prints "$(printf '[a\nb]\n[c]')" tine run -0 -k echo '[{}]' <in
)

no_shell_sees_an_input() (
	set -- '$(touch there)' '`touch there`' '; touch there' '*' "it's" '"' \
		'a\b' ' a  b ' '-n' '--help' '&' '|' '> there' "$(printf 'a\nb')" \
		"$(printf '\303\244\377\001')"
	for input; do
		printf '%s\n' "$input"
	done >want
	status 0 tine run -k printf '%s\n' ::: "$@"
	cmp want out
	[ ! -e there ] || fail 'a shell saw it'
)

an_input_may_be_empty() (
	prints '[]' tine run printf '[%s]' ::: ''
)

without_inputs_nothing_runs() (
	prints '' tine run touch there :::
	prints '' tine run touch there </dev/null
	[ ! -e there ] || fail 'it ran'
)

a_result_comes_while_the_next_input_does_not() (
	mkfifo in
	tine run -q -j4 echo <in >got &
	exec 3>in
	for i in 1 2 3; do
		echo "line $i" >&3
		for _ in $(seq 1000); do
			[ "$(wc -l <got)" -lt "$i" ] || break
			sleep 0.01
		done
		[ "$(tail -n 1 got)" = "line $i" ] || fail "no line $i"
	done
	exec 3>&-
	wait $!
)

a_line_may_be_longer_than_a_pipe() (
	head -c 100000 /dev/zero | tr '\0' x >in
	status 0 tine run printf %s <in
	cmp in out
)

what_is_too_long_for_the_system_is_told() (
	head -c 200000 /dev/zero | tr '\0' x >in
	echo >>in
	echo short >>in
	status 1 tine run -k echo <in
	says 'cannot be started: Argument list too long'
	[ "$(cat out)" = short ] || fail 'the other one did not run'
)

one_with_a_nul_in_it_is_refused() (
	printf 'first\na\0b\nthird\n' >in
	status 255 tine run -q -k echo <in
	says 'input 2: there is a NUL in it; with -0'
	[ "$(cat out)" = first ] || fail "$(cat out)"
	printf 'last\0' >in
	status 255 tine run -q -k echo <in
	printf 'a\0' >in
	prints a tine run -q -0 echo <in
)

a_line_without_an_end_is_refused() (
	status 255 tine run -q true </dev/zero
	says 'input 1: Message too long'
)

# ---- Starting --------------------------------------------------------------

a_command_that_is_not_there_is_127() (
	status 127 tine run no-such-command ::: 1 2 3
	says "cannot run 'no-such-command': not found"
	[ "$(wc -l <err)" -eq 1 ] || fail 'it says so more than once'
	status 127 tine run ./no-such-command ::: 1
	status 127 tine run '' ::: 1
	mkdir -m 0 locked
	PATH=$PATH:$PWD/locked
	status 127 tine run no-such-command ::: 1
	chmod 700 locked
)

a_command_that_may_not_be_executed_is_126() (
	echo 'echo hello' >script
	status 126 tine run ./script ::: 1
	says 'Permission denied'
	mkdir folder
	status 126 tine run ./folder ::: 1
	cp script not-executable
	PATH=$PATH:$PWD
	status 126 tine run not-executable ::: 1
)

where_the_command_depends_on_the_input_others_run() (
	echo 'echo hello' >script
	status 2 tine run -k --json {} ::: ./script ./no-such-command echo
	grep -q '"end":"failed","exit":126,' out || fail 'no 126'
	grep -q '"end":"failed","exit":127,' out || fail 'no 127'
	grep -q '"end":"ok","exit":0,' out || fail 'the third did not run'
	says './no-such-command: cannot be started: No such file or directory'
)

a_script_that_names_no_program_is_the_shells() (
	echo 'echo hello "$1"' >script
	chmod +x script
	prints 'hello you' tine run ./script ::: you
)

a_command_has_nothing_to_read() (
	echo secret >in
	prints '' tine run sh -c cat ::: 1 <in
)

a_command_has_no_descriptor_of_ours() (
	prints "$(ls -1 /proc/self/fd)" tine run ls -1 ::: /proc/self/fd
)

but_those_that_we_were_given() (
	echo given >file
	prints given tine run sh -c 'cat <&7' ::: 1 7<file
)

what_was_ignored_stays_ignored() (
	trap '' INT HUP USR1
	status 0 tine run grep SigIgn ::: /proc/self/status
	grep -q '0*0203$' out || fail "$(cat out)"
)

nothing_is_blocked() (
	status 0 tine run grep SigBlk ::: /proc/self/status
	grep -q '0000000000000000' out || fail "$(cat out)"
)

limits_are_as_they_were() (
	# shellcheck disable=SC3045 # where it is not known
	ulimit -S -n 100
	prints 100 tine run sh -c 'ulimit -n' ::: 1
)

no_more_run_at_once_than_are_wanted() (
	status 0 tine run -j3 sh -c 'echo + >>log
		until [ $(grep -c + log) -ge 3 ]; do sleep 0.01; done
		echo - >>log' ::: 1 2 3 4 5 6 7 8 9 10 11 12
	awk '/\+/ { if (++n > most) most = n } /-/ { n-- }
		END { exit most != 3 }' log || fail 'not 3 at once'
)

it_is_seen_while_it_runs() (
	mkdir -m 700 boards
	TINE_DIR=$PWD/boards
	export TINE_DIR
	tine run -q sh -c 'echo >ready; exec sleep 1000' ::: one &
	await ready
	status 0 tine ps
	grep -q 'tine run' out || fail "$(cat out)"
	grep -q "worker.*run.*sh -c .*sleep 1000' one\$" out || fail "$(cat out)"
	kill $!
	wait $! || :
)

# ---- How it ends -----------------------------------------------------------

the_exit_status_is_how_many_failed() (
	status 0 tine run sh -c 'exit {}' ::: 0 0
	status 3 tine run sh -c 'exit {}' ::: 0 1 0 77 255
	seq 100 >in
	status 100 tine run false <in
	seq 150 >in
	status 101 tine run false <in
)

totals_are_said_at_the_end() (
	status 1 tine run sh -c 'exit {}' ::: 0 0 1
	says '2 ok, 1 failed in '
	status 1 tine run -q sh -c 'exit {}' ::: 0 0 1
	[ ! -s err ] || fail 'and if they are not wanted, too'
)

what_ended_badly_is_told() (
	status 1 tine run sh -c 'kill -s SEGV $$' ::: 'an input'
	says "sh -c 'kill -s SEGV \$\$' 'an input': killed by SIGSEGV"
)

no_command_moves_a_terminal() (
	status 1 tine run sh -c 'kill -s KILL $$' ::: "$(printf '\033[2J\302\233')"
	grep -q "$(printf '[\033\233]')" err && fail 'an escape is in it'
	says '\x'
)

it_says_what_is_wrong_with_its_arguments() (
	status 255 tine run
	says 'there is no command'
	status 255 tine run ::: 1
	says 'there is no command before :::'
	status 255 tine run echo ::: 1 ::: 2
	says 'there is more than one :::'
	status 255 tine run -0 echo ::: 1
	says '-0 is for'
	status 255 tine run --no-such-option echo ::: 1
	for value in 0 -1 x 1x '' 99999999999999999999; do
		status 255 tine run "-j$value" echo ::: 1
		status 255 tine run "--timeout=-$value" echo ::: 1
		status 255 tine run "--memory=-$value" echo ::: 1
	done
	for value in 1 10 512 64K 255K; do
		status 255 tine run --memory $value echo ::: 1
		says "--memory takes 256K or more: in '$value', which is "
	done
	status 0 tine run -q --memory 256K true ::: 1
	for option in --joblog= --json=; do
		status 255 tine run $option echo ::: 1
		says "${option%=} takes the name of a file"
	done
	status 255 tine run --timeout 0 echo ::: 1
	says '--timeout takes more than 0'
	for value in soon now,fail now,fail=0 now,fail=101% later,fail=1 \
		now,fail=1x now,fail=-1 sometimes; do
		status 255 tine run --halt "$value" echo ::: 1
		says '--halt takes never'
	done
	status 255 tine run --resume echo ::: 1
	says 'to resume takes a --joblog'
	[ ! -s out ] || fail 'it printed something'
)

its_options_end_where_the_command_begins() (
	prints '-j x --json' tine run -j1 echo -j x ::: --json
	prints '-n' tine run -j1 -- printf '%s' ::: -n
)

all "$0"
