# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# cast.sh - what tests of the tool have in common, to be read by them: a folder
# of their own, programs to act on, and that nothing of them is left.

work=$(mktemp -d)
export TINE_DIR="$work/boards"
tine=$top_builddir/tools/tine
alone=./tool/alone
players= starting= others=

# Each watcher ends what its program may leave behind.
leave() {
	for player in $players $starting $others; do
		kill -KILL "$player" 2>/dev/null || :
	done
	wait
	rm -rf "$work"
}
trap leave EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAIL: $*"
	[ ! -e "$work/out" ] || cat "$work/out"
	exit 1
}

# play NAME ARG... - starts ./tool/NAME, whose words are read from descriptor 3;
# sets `player`, its pid, and `watcher`, who ends when it has.
play() {
	name=$1
	shift
	rm -f "$work/words" "$work/input"
	mkfifo "$work/words" "$work/input"
	"$alone" "./tool/$name" "$@" >"$work/words" <"$work/input" &
	watcher=$!
	starting=$watcher
	exec 3<"$work/words"
	exec 4>"$work/input"
	hears "ready "
	player=${line#ready }
	players="$players $player" starting=
}

# hears BEGINNING - waits until it says such a line
hears() {
	while read -r line <&3; do
		case $line in
		"$1"*) return ;;
		esac
	done
	fail "'$name' never said '$1'"
}

# The curtain falls: it ends as is said, and nothing of it is left.
falls() {
	status=0
	exec 4>&-
	wait "$watcher" || status=$?
	exec 3<&-
	players=
	[ "$status" = "$1" ] || fail "'$name' ended with $status, not $1"
}

# tool STATUS ARG... - and what it printed is in $work/out
tool() {
	wanted=$1 status=0
	shift
	"$alone" ${denied-} "$tine" "$@" >"$work/out" 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "status $status, not $wanted: $*"
}

# says PATTERN - a line of that
says() {
	grep -q -e "$1" "$work/out" || fail "it does not say '$1'"
}

# of NAME FIELD - what tine ps has of it
of() {
	"$tine" ps --name "$1" -o "$2" | sed '1d; s/^ *//; s/ *$//'
}

# The JSON that was printed last follows a schema.
valid() {
	command -v python3 >/dev/null || return 0
	python3 "$srcdir/tool/valid.py" "$top_srcdir/doc/schema/$1.json" \
		<"$work/out" || [ $? = 77 ] || fail "no $1.json is printed"
}
