#!/bin/sh
# SPDX-License-Identifier: MIT
# run-joblog.sh - tine run writes down what has ended, and takes up from there.
#
# A $ is for the shell that is the command; who calls a test is not to be seen:
# shellcheck disable=SC2016,SC2317

. "${srcdir:-.}/tool/common.sh"

tab=$(printf '\t')

# log COLUMN - that of log, without its title, as one line
log() {
	tail -n +2 log | sort -n | cut -f "$1" | tr '\n' ' '
}

a_line_has_what_gnu_parallel_has() (
	status 2 tine run --joblog log sh -c 'echo abc; {}' \
		::: true 'exit 7' 'kill $$'
	[ "$(head -n 1 log | tr '\t' ' ')" = \
		'Seq Host Starttime JobRuntime Send Receive Exitval Signal Command' ] ||
		fail "$(head -n 1 log)"
	[ "$(log 1)" = '1 2 3 ' ] || fail "seq $(log 1)"
	[ "$(log 6)" = '4 4 4 ' ] || fail "receive $(log 6)"
	[ "$(log 7)" = '0 7 0 ' ] || fail "exit $(log 7)"
	[ "$(log 8)" = '0 0 15 ' ] || fail "signal $(log 8)"
	grep -q "${tab}sh -c 'echo abc; exit 7'\$" log || fail "$(cat log)"
)

a_command_stays_in_its_line() (
	status 0 tine run --joblog log true ::: "$(printf 'a\n1\t2')"
	[ "$(wc -l <log)" -eq 2 ] || fail "$(cat log)"
	[ "$(log 9)" = "true \$'a\\0121\\0112' " ] || fail "$(log 9)"
)

what_the_log_has_is_not_done_again() (
	status 1 tine run --joblog log sh -c '[ {} != 2 ]' ::: 1 2 3
	status 0 tine run -k --joblog log --resume echo ::: 1 2 3 4 5
	[ "$(tr '\n' ' ' <out)" = '4 5 ' ] || fail "$(cat out)"
	says '2 ok, 0 failed, 3 done before in'
	[ "$(log 1)" = '1 2 3 4 5 ' ] || fail "$(log 1)"
)

but_for_what_failed_if_that_is_wanted() (
	status 2 tine run --joblog log --timeout 0.2 sh -c '
		case {} in 2) exit 1 ;; 3) exec sleep 100 ;; esac' ::: 1 2 3 4
	status 0 tine run -k --joblog log --resume-failed echo ::: 1 2 3 4
	[ "$(tr '\n' ' ' <out)" = '2 3 ' ] || fail "$(cat out)"
	status 0 tine run --joblog log --resume-failed echo ::: 1 2 3 4
	[ ! -s out ] || fail 'it was done, now'
)

without_a_log_all_is_to_do() (
	prints 1 tine run --joblog log --resume echo ::: 1
	prints '' tine run --joblog log --resume echo ::: 1
)

afresh_the_log_begins_anew() (
	status 0 tine run --joblog log true ::: 1 2 3
	status 0 tine run --joblog log true ::: 1
	[ "$(log 1)" = '1 ' ] || fail "$(log 1)"
)

a_line_that_is_not_whole_is_cut_off() (
	status 0 tine run --joblog log true ::: 1 2
	printf '3\t:\t1.0\t' >>log
	status 0 tine run --joblog log --resume true ::: 1 2 3
	[ "$(log 1)" = '1 2 3 ' ] || fail "$(cat log)"
)

what_is_no_log_is_left_alone() (
	printf 'my own file\nwith two lines\n' >file
	cp file copy
	status 255 tine run --joblog file --resume true ::: 1
	says 'file: line 1 is not of a joblog'
	cmp file copy
	status 0 tine run --joblog log true ::: 1
	printf 'nonsense\n' >>log
	status 255 tine run --joblog log --resume true ::: 1
	says 'log: line 3 is not of a joblog'
	printf '99999999999999999999\t:\t1\t1\t0\t0\t0\t0\tx\n' >>log
	sed -i 3d log
	status 255 tine run --joblog log --resume true ::: 1
)

what_was_stopped_is_left_to_do() (
	tine run -q -j2 --joblog log sh -c '[ {} = 1 ] && exit
		echo >ready; exec sleep 1000' ::: 1 2 3 &
	run=$!
	await ready
	for _ in $(seq 1000); do
		[ "$(wc -l <log)" -lt 2 ] || break
		sleep 0.01
	done
	kill "$run"
	wait "$run" || :
	[ "$(log 1)" = '1 ' ] || fail "$(log 1)"
	status 0 tine run -k --joblog log --resume echo ::: 1 2 3
	[ "$(tr '\n' ' ' <out)" = '2 3 ' ] || fail "$(cat out)"
)

killed_at_any_time_it_can_be_resumed() (
	seq 600 >in
	for _ in 1 2 3; do
		tine run -q -j2 --joblog log --resume sh -c 'echo {} >>ran' \
			<in &
		run=$!
		sleep 0.1
		kill -s KILL "$run" 2>/dev/null || :
		wait "$run" || :
		assert_nobody_lives
	done
	status 0 tine run -q --joblog log --resume sh -c 'echo {} >>ran' <in
	[ "$(sort -n -u ran)" = "$(cat in)" ] || fail 'one is missing'
	[ "$(log 1)" = "$(tr '\n' ' ' <in)" ] || fail 'the log is not whole'
)

all "$0"
