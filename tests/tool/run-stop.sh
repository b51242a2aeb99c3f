#!/bin/sh
# SPDX-License-Identifier: MIT
# run-stop.sh - tine run ends commands, with all that they forked, when it is
# time: a timeout, a signal, a halt, or its own death.
#
# A $ is for the shell that is the command; who calls a test is not to be seen:
# shellcheck disable=SC2016,SC2030,SC2031,SC2317

. "${srcdir:-.}/tool/common.sh"

# Ignores SIGTERM, and has forked somebody who does so in a session of his own,
# whose parent is gone. Writes its pids into the files "stubborn" and "hidden".
cat >"$work/stubborn" <<'EOS'
#!/bin/sh
trap '' TERM INT HUP
(setsid sh -c 'echo $$ >hidden; exec sleep 1000' &)
echo $$ >stubborn
while :; do sleep 1000; done
EOS
chmod +x "$work/stubborn"

# both_gone - what the stubborn one was
both_gone() {
	assert_nobody_lives
	gone "$(cat hidden)"
	gone "$(cat stubborn)"
}

# ---- Timeouts --------------------------------------------------------------

a_timeout_ends_the_command_alone() (
	status 1 tine run -j2 --timeout 0.3 sleep ::: 100 0.1
	says 'sleep 100: ran longer than 300ms: killed by SIGTERM'
	says '1 ok, 1 failed (1 timed out)'
)

behind_the_grace_all_its_tree_is_killed() (
	status 1 tine run --timeout 0.5 --grace 0.2 "$work/stubborn" ::: 1
	says 'ran longer than 500ms: killed by SIGKILL'
	both_gone
)

in_its_grace_a_command_may_clean_up() (
	status 1 tine run --json --timeout 0.2 --grace 60 \
		sh -c 'trap "sleep 0.2; echo clean; exit 0" TERM
			sleep 1000 & wait' ::: 1
	grep -q '"end":"timeout","exit":0,.*"timed_out":true,.*"clean' out ||
		fail "$(cat out)"
)

one_that_is_stopped_hears_of_it_too() (
	status 1 tine run --timeout 0.3 --grace 60 sh -c 'kill -s STOP $$' ::: 1
	says 'killed by SIGTERM'
)

what_a_command_leaves_behind_is_killed() (
	status 0 tine run --json sh -c 'sleep 1000 & setsid sleep 1000 &
		(setsid sh -c "sleep 1000 & sleep 1000" &)' ::: 1
	assert_nobody_lives
	grep -q '"strays":[3-5],' out || fail "$(cat out)"
)

and_its_output_goes_nowhere_else() (
	status 0 tine run -k -j1 sh -c '(while :; do echo {}; done) &
		echo {}; exit 0' ::: 1 2 3 4 5 6 7 8
	[ "$(uniq out)" = "$(seq 8)" ] || fail "$(uniq out)"
)

# ---- Limits ----------------------------------------------------------------

a_command_that_uses_too_much_time_met_a_limit() (
	status 1 tine run --json --cpu 1 sh -c 'while :; do :; done' ::: 1
	grep -q '"end":"limit","exit":null,"signal":24' out || fail "$(cat out)"
	says 'used more than 1s of processor time: killed by SIGXCPU'
)

a_command_gets_no_more_memory_than_it_may_have() (
	eat='head -c 200000000 /dev/zero | tail -c 100000000 >/dev/null'
	status 0 tine run -q sh -c "$eat" ::: 1
	status 1 tine run -q --memory 64M sh -c "$eat" ::: 1
	says 'memory exhausted'
	status 0 tine run -q --memory 64M sh -c 'echo fine' ::: 1
)

# ---- Retries ---------------------------------------------------------------

what_failed_is_tried_again() (
	status 0 tine run --json --retries 3 --backoff 1ms \
		sh -c 'echo >>tries; [ $(wc -l <tries) = 3 ] && echo third' \
		::: 1
	grep -q '"end":"ok",.*"attempts":3,.*"stdout":"third' out ||
		fail "$(cat out)"
)

but_not_for_ever() (
	status 2 tine run -q --retries 2 --backoff 1ms \
		sh -c 'echo >>tries-{}; echo {}; exit 1' ::: 1 2
	[ "$(cat tries-1 tries-2 | wc -l)" -eq 6 ] || fail 'not three times'
	[ "$(sort out | tr -d '\n')" = 12 ] || fail 'more than its last output'
)

nor_what_cannot_be_started() (
	status 1 tine run --json --retries 100 --backoff 60s {} ::: ./nothing
	grep -q '"attempts":1,' out || fail "$(cat out)"
)

a_large_output_is_that_of_the_last_attempt() (
	status 0 tine run --retries 3 --backoff 1ms sh -c 'echo >>tries
		n=$(wc -l <tries); yes $n | head -c 200000; [ $n = 3 ]' ::: 1
	[ "$(uniq out)" = 3 ] || fail "$(uniq out)"
)

# ---- Halt ------------------------------------------------------------------

# For a command: waits until so many commands have begun, this one included.
begun='echo >>begun; until [ $(wc -l <begun) -ge $1 ]; do sleep 0.01; done'

now_stops_those_that_run() (
	status 1 tine run -j2 --halt now,fail=1 \
		sh -c "set -- 2; $begun; [ {} = 2 ] || exec sleep 1000; exit 1" \
		::: 1 2 3 4
	says '0 ok, 1 failed, 1 stopped, 2 not done'
)

soon_lets_them_end() (
	seq 20 >in
	status 1 tine run -j1 --halt soon,fail=1 \
		sh -c 'echo {}; [ {} != 3 ]' <in
	[ "$(tr '\n' ' ' <out)" = '1 2 3 ' ] || fail "$(cat out)"
	says '2 ok, 1 failed, 17 not done'
)

one_success_may_be_enough() (
	status 0 tine run -j4 --halt now,success=1 \
		sh -c "set -- 4; $begun; [ {} = 2 ] || exec sleep 1000" \
		::: 1 2 3 4
	says '1 ok, 0 failed, 3 stopped'
)

a_percentage_is_of_all() (
	status 2 tine run -j1 --halt soon,fail=50% false ::: 1 2 3 4
	says '0 ok, 2 failed, 2 not done'
)

halting_does_not_wait_for_more_input() (
	mkfifo in
	exec 3<>in
	echo 1 >&3
	status 1 tine run --halt soon,fail=1 false <in
)

nor_for_another_attempt() (
	for order in '' -k; do
		status 1 tine run $order -j1 --halt soon,fail=1 --retries 1 \
			--backoff 1h {} ::: true false ./nothing true
		says '1 ok, 1 failed, 2 not done'
	done
	tine run -q --retries 1 --backoff 1h sh -c 'echo >>ready; false' \
		::: 1 &
	await ready
	kill $!
	wait $! || :
)

# ---- Signals ---------------------------------------------------------------

# interrupted SIGNAL... - the stubborn one runs, and the run gets these; sets
# "$got" to its status
interrupted() {
	setsid env --default-signal \
		tine run --grace 60 "$work/stubborn" ::: 1 2>err &
	run=$!
	await stubborn
	await hidden
	for number; do
		kill -s "$number" "$run"
		until grep -qs '^ShdPnd:.0*$' "/proc/$run/status" ||
			! [ -e "/proc/$run/status" ]; do
			sleep 0.01
		done
	done
	got=0
	wait "$run" || got=$?
}

a_signal_asks_commands_to_stop() (
	setsid tine run -q --grace 60 sh -c 'trap "echo clean; exit" TERM
		echo >ready; while :; do sleep 0.01; done' ::: 1 2 >out &
	run=$!
	await ready
	kill "$run"
	got=0
	wait "$run" || got=$?
	[ "$got" -eq 143 ] || fail "status $got"
	grep -q clean out || fail 'it did not clean up'
)

a_second_one_kills_them() (
	interrupted TERM INT
	both_gone
	[ "$got" -eq 130 ] || fail "status $got"
	says '0 ok, 0 failed, 1 stopped'
)

killed_itself_it_leaves_nobody() (
	interrupted KILL
	both_gone
	[ "$got" -eq 137 ] || fail "status $got"
)

nor_of_any_other_signal() (
	for number in QUIT SEGV PIPE USR1; do
		rm -f stubborn hidden
		interrupted "$number"
		both_gone
	done
)

# watcher - sets $watcher to the process that watches the command
watcher() {
	watcher=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$(cat stubborn)/status")
}

who_watches_killed_costs_his_command() (
	tine run -j1 sh -c '[ {} = 1 ] && exec '"$work/stubborn"'; echo {}' \
		::: 1 2 3 >out 2>err &
	run=$!
	await stubborn
	await hidden
	watcher
	kill -s KILL "$watcher"
	got=0
	wait "$run" || got=$?
	[ "$got" -eq 1 ] || fail "status $got"
	[ "$(tr '\n' ' ' <out)" = '2 3 ' ] || fail "$(cat out)"
	says 'lost, since who watched it was: killed by SIGKILL'
	both_gone
)

if_all_are_killed_no_command_lives() (
	tine run "$work/stubborn" ::: 1 2>err &
	run=$!
	await stubborn
	await hidden
	watcher
	kill -s KILL "$run" "$watcher"
	wait "$run" || :
	for _ in $(seq 500); do
		kill -0 "$(cat stubborn)" 2>/dev/null || break
		sleep 0.01
	done
	gone "$(cat stubborn)"
	# The rest is not promised.
	kill -s KILL "$(cat hidden)" "-$(cat stubborn)" 2>/dev/null || :
)

a_signal_that_is_ignored_stops_nothing() (
	trap '' HUP
	tine run -q sh -c 'echo >ready; sleep 0.3; echo {}' ::: 1 >out &
	run=$!
	await ready
	kill -s HUP "$run"
	wait "$run"
	[ "$(cat out)" = 1 ] || fail "$(cat out)"
)

children_of_its_own_are_not_touched() (
	status 0 sh -c 'sleep 1000 & echo $! >other; exec tine run true ::: 1'
	kill "$(cat other)" || fail 'it was killed'
)

all "$0"
