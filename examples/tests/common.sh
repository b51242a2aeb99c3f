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
export TINE_DIR="$work/boards" # of those that are killed, too
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# A build with sanitizers shall leave a crash as it is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_abort=0
export ASAN_OPTIONS

fail() {
	echo "FAIL: $*"
	exit 1
}

# Sets $tine, to see what runs.
find_tine() {
	tine=../tools/tine
	[ -x $tine ] || {
		echo 'the tool is not built: skipped'
		exit 77
	}
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

# Of a JSON document in $work/answer:
#
# is WANT KEY... - what it has behind the keys is this
is() {
	want=$1
	shift
	got=$(./tests/json-get "$work/answer" "$@") || got="(nothing)"
	[ "$got" = "$want" ] || {
		cat "$work/answer"
		fail "$*: '$got' is not '$want'"
	}
}

# has WORDS KEY... - what it has there has these words
has() {
	words=$1
	shift
	./tests/json-get "$work/answer" "$@" | grep -qF -e "$words" || {
		cat "$work/answer"
		fail "$*: no '$words'"
	}
}

# runs PID NAME - waits until the process is that program: at first it is a shell,
# and libtool's script, whose children are not what anybody wants to shoot at
runs() {
	for _ in $(seq 3000); do
		case $(readlink "/proc/$1/exe") in
		*/"$2" | */lt-"$2") return ;;
		esac
		sleep 0.01
	done
	fail "$2 does not start"
}

# children_of PID - sets $children to a file with the pids of its children
children_of() {
	children=/proc/$1/task/$1/children
	[ -r "$children" ] || {
		echo "not checked: this kernel does not list children"
		kill "$1"
		exit 77
	}
}

# shoot PID - for a while, kills one of its children after the other, whichever;
# sets $shots to how many.
shoot() {
	children_of "$1"
	shots=0
	for _ in $(seq 30); do
		child=$(tr ' ' '\n' <"$children" | shuf -n 1)
		[ -z "$child" ] || ! kill -s KILL "$child" || shots=$((shots + 1))
		sleep 0.03
	done 2>/dev/null
}

# only_shots_missed WANT GOT - two files of JSON lines, of an undisturbed run and
# of one that was shot at, have the same lines in the same order; but for at
# least one, and at most as many as there were shots, that crashed by SIGKILL.
# What says how long it took is to be left out before.
only_shots_missed() {
	[ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ] || fail "not every item once"
	paste -d '\n' "$1" "$2" | awk -v shots="$shots" '
	NR % 2 { want = $0; next }
	$0 == want { next }
	!/"crashed"/ || !/killed by SIGKILL/ { print; bad = 1 }
	# Up to its end, and what stands behind "message", it is the same item.
	{ split(want, a, /"(verdict|end)":/); split($0, b, /"(verdict|end)":/) }
	a[1] != b[1] { print "not", a[1], "but", b[1]; bad = 1 }
	{ crashed++ }
	END { print crashed + 0, "lost by", shots, "shots"
		exit bad || crashed < 1 || crashed > shots }' ||
		fail "other items were lost than those that were shot at"
}
