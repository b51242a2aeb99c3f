# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# tool/boards.sh - what tests share in which programs have boards, and the tool
# looks at them; to be sourced. There is a directory for the boards, $work for
# files, and who was started is ended, however the test ends.

work=$(mktemp -d)
export TINE_DIR="$work/boards" LC_ALL=C.UTF-8 TZ=UTC
unset COLUMNS NO_COLOR
srcdir=${srcdir:-.} top_srcdir=${top_srcdir:-..} top_builddir=${top_builddir:-..}
tine=$top_builddir/tools/tine
out=$work/out

# A build with sanitizers shall leave a crash as it is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_abort=0
export ASAN_OPTIONS

# Whoever is started reads until this one goes, however it goes.
mkfifo "$work/hold"
exec 3<>"$work/hold"
pids=

clean_up() {
	for pid in $pids; do
		kill -9 "$pid" 2>/dev/null || true
	done
	wait
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAIL: $*"
	cat "$out" 2>/dev/null || true
	exit 1
}

# start WORD PROGRAM [ARG...] - until it has said so; $pid is its process
start() {
	word=$1
	shift
	: >"$work/said"
	"$@" <"$work/hold" 3>&- >"$work/said" 2>/dev/null &
	pid=$!
	pids="$pids $pid"
	tries=3000
	until grep -q "$word" "$work/said"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] && kill -0 "$pid" || fail "$* is not there"
		sleep 0.01
	done
}

# end PID SIGNAL - of one that was started here
end() {
	kill "-$2" "$1"
	wait "$1" 2>/dev/null || true
}

# tine STATUS VERB [ARG...] - and all it printed
tine() {
	wanted=$1 got=0
	shift
	timeout 60 "$tine" "$@" >"$out" 2>&1 || got=$?
	[ "$got" = "$wanted" ] || fail "status $got, not $wanted: $*"
}

says() {
	grep -q -e "$1" "$out" || fail "it does not say: $1"
}

hides() {
	! grep -q -e "$1" "$out" || fail "it says: $1"
}

lines() {
	[ "$(wc -l <"$out")" = "$1" ] || fail "not $1 lines"
}
