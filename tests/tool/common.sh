# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# tool/common.sh - what the tests of the tool share; to be sourced.
#
# A test is a function with a body in (), whose name is what it shows. It runs
# in a folder of its own. Behind each, no process that it started is left, and
# no file in the folder for those without a name.

set -eu
top_builddir=${top_builddir:-..}
if ! [ -x "$top_builddir/tools/tine" ]; then
	echo 'the tool is not built: skipped'
	exit 77
fi
PATH=$(cd "$top_builddir/tools" && pwd):$PATH
# shellcheck disable=SC2034 # for who sources this
top_srcdir=$(cd "${top_srcdir:-..}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
TMPDIR=$work/tmp
TINE_TEST_MARK=$work
LC_ALL=C.UTF-8
export PATH TMPDIR TINE_TEST_MARK LC_ALL
unset TINE_GUARD TINE_REAP NO_COLOR COLUMNS
mkdir "$TMPDIR"

fail() {
	echo "$*" >&2
	exit 1
}

# Processes of the test at hand, one a line, but for this shell.
living() {
	for environ in /proc/[0-9]*/environ; do
		pid=${environ#/proc/}
		pid=${pid%/environ}
		! grep -qsF "TINE_TEST_MARK=$TINE_TEST_MARK" "$environ" ||
			[ "$pid" = $$ ] || echo "$pid"
	done 2>/dev/null
}

# What was killed may take a moment to be gone.
assert_nobody_lives() {
	for _ in $(seq 500); do
		[ "$(living)" ] || return 0
		sleep 0.01
	done
	for pid in $(living); do
		tr '\0' ' ' <"/proc/$pid/cmdline"
	done >&2
	fail 'somebody is left'
}

# await FILE - until it is there and not empty
await() {
	for _ in $(seq 3000); do
		[ ! -s "$1" ] || return 0
		sleep 0.01
	done
	fail "$1 does not come"
}

# status WANT COMMAND... - it exits with that; its output goes to out and err
status() {
	wanted=$1
	shift
	got=0
	"$@" >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] || {
		cat err >&2
		fail "status $got, not $wanted: $*"
	}
}

# prints TEXT COMMAND... - it succeeds, and prints that
prints() {
	text=$1
	shift
	status 0 "$@"
	[ "$(cat out)" = "$text" ] || fail "it prints '$(cat out)', not '$text'"
}

# says WORDS - they are in err
says() {
	grep -qF -e "$1" err || fail "no '$1' in: $(cat err)"
}

gone() {
	! kill -0 "$1" 2>/dev/null || fail "process $1 is left"
}

# one TEST
one() {
	TINE_TEST_MARK=$work/$1
	mkdir "$work/$1"
	cd "$work/$1"
	"$1"
	assert_nobody_lives
	[ -z "$(ls "$TMPDIR")" ] || fail "there is a file: $(ls "$TMPDIR")"
}

# all FILE - runs its tests, or those that ONLY names
all() {
	failed=0
	for test in ${ONLY-$(sed -n 's/^\([a-z0-9_]*\)() ($/\1/p' "$1")}; do
		set +e
		(
			set -e
			one "$test"
		)
		result=$?
		set -e
		if [ $result -eq 0 ]; then
			echo "ok: $test"
		else
			echo "FAIL: $test"
			failed=1
		fi
	done
	exit $failed
}
