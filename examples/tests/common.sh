# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# tests/common.sh - what the checks share; to be sourced.
#
# A check runs in the folder the examples were built in, with srcdir in the
# environment. It may put files in $work, which goes when the check does.

set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# A build with sanitizers shall leave a crash as it is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_abort=0
export ASAN_OPTIONS

fail() {
	echo "FAIL: $*"
	exit 1
}

# same WANT GOT WHAT - two files are equal, or it shows where not.
same() {
	diff -u "$1" "$2" || fail "$3"
}

# misused WORDS COMMAND... - the command refuses its arguments with status 2,
# prints nothing, and its complaint has these words.
misused() {
	words=$1
	shift
	status=0
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" -eq 2 ] || fail "status $status, not 2: $*"
	[ ! -s "$work/out" ] || fail "it printed something: $*"
	grep -qF -e "$words" "$work/err" || {
		cat "$work/err"
		fail "no '$words' in the complaint of: $*"
	}
}
