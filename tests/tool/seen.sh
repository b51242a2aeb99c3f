#!/bin/sh
# SPDX-License-Identifier: MIT
# seen.sh - who runs is not said to be gone only because he cannot be seen, and
# no terminal is moved by what a message repeats.
#
# Who calls a test is not to be seen:
# shellcheck disable=SC2317

. "${srcdir:-.}/tool/common.sh"

TINE_DIR=$work/boards
export TINE_DIR

# with_one_running COMMAND... - and without it afterwards; $one is its pid
with_one_running() {
	tine run -q sh -c 'echo >ready; exec sleep 1000' ::: 1 &
	one=$!
	await ready
	got=0
	("$@") || got=$?
	kill "$one"
	wait "$one" || :
	[ "$got" -eq 0 ] || fail "$* fails"
}

# ---- Where there is no room to look ----------------------------------------

# narrow WANT ARGUMENT... - what tine says that can open the directory, no board
narrow() {
	wanted=$1
	shift
	got=0
	# shellcheck disable=SC3045 # where it is not known
	(
		ulimit -S -n 4
		exec tine "$@" 3>&-
	) >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] || fail "status $got, not $wanted: $*"
	says 'cannot be read: too many processes or descriptors'
	[ ! -s out ] || fail "all the same it prints: $(cat out)"
}

all_verbs_say_so() {
	for verb in ps tree ends crashes metrics; do
		narrow 1 "$verb"
	done
	narrow 1 show "$one"
	narrow 1 stop "$one"
	narrow 1 kill "$one"
	narrow 2 wait "$one"
}

with_few_descriptors_nobody_is_said_to_be_gone() (
	with_one_running all_verbs_say_so
)

# ---- Where there is no /proc -----------------------------------------------

# without_proc ARGUMENT...
without_proc() {
	unshare -rm sh -c 'mount -t tmpfs none /proc && exec tine "$@"' - "$@"
}

who_holds_a_lock_is_alive() {
	status 0 without_proc ps
	grep -q "^$one .*tine run" out || fail "ps: $(cat out)"
	status 0 without_proc show "$one"
	! grep -q gone out || fail "show: $(cat out)"
	status 1 without_proc kill "$one"
	says "$one: /proc does not show process $one"
	status 2 without_proc wait --timeout 60 "$one"
	kill -0 "$one"
}

without_proc_nobody_is_said_to_be_gone() (
	if ! without_proc --version >out 2>&1; then
		echo 'no name spaces here: passed over'
		exit 0
	fi
	with_one_running who_holds_a_lock_is_alive
)

# ---- Where it may not look --------------------------------------------------

as_ordinary() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	else
		"$@"
	fi
}

a_directory_that_may_not_be_read_is_not_to_be_trusted() (
	if ! as_ordinary tine --version >out 2>&1; then
		echo 'no way to be another user: passed over'
		exit 0
	fi
	chmod 755 "$work" .
	mkdir -m 0 locked
	TINE_DIR=$PWD/locked
	status 1 as_ordinary tine ps
	says 'locked is not to be trusted: it has to be a directory of yours'
)

# ---- What a message repeats -------------------------------------------------

wild=$(printf '\033[2J\302\233x')

# tame WANT COMMAND... - it repeats the wild word, which is tame
tame() {
	status "$@"
	! grep -q "$(printf '[\033\233]')" err || fail "it escapes: $*"
	says '\x1b[2J\xc2\x9bx'
}

no_message_moves_a_terminal() (
	TINE_DIR=$PWD/boards
	tame 2 tine "$wild"
	tame 2 tine help "$wild"
	tame 2 tine ps -o "$wild"
	tame 2 tine ps --sort "$wild"
	tame 2 tine ends --end "$wild"
	tame 2 tine ends -n "$wild"
	tame 2 tine doctor "$wild"
	tame 2 tine top -d "$wild"
	tame 2 tine stop --grace "$wild" 1
	tame 2 tine wait --timeout "$wild" 1
	tame 1 tine crashes "$wild"
	tame 1 tine show "$wild"
	tame 1 tine stop "$wild"
	tame 2 tine wait "$wild"
	for option in jobs timeout grace retries backoff memory cpu halt; do
		tame 255 tine run "--$option=$wild" true ::: 1
	done
	tame 255 tine run "--joblog=nowhere/$wild" true ::: 1
	tame 255 tine run "--json=nowhere/$wild" true ::: 1
	says 'No such file or directory'
	tame 127 tine run "$wild" ::: 1
	echo no >"$wild"
	tame 255 tine run --resume "--joblog=$wild" true ::: 1
	mkdir -m 755 "open$wild"
	TINE_DIR=$PWD/open$wild
	tame 1 tine ps
)

nor_fills_it() (
	TINE_DIR=$PWD/boards
	long=$(head -c 100000 /dev/zero | tr '\0' x)
	status 1 tine show "$long"
	[ "$(wc -c <err)" -lt 400 ] || fail 'it repeats all of it'
	says "xxx...'"
)

all "$0"
