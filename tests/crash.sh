#!/bin/sh
# SPDX-License-Identifier: MIT
# crash.sh - reports of crashes in programs that are stripped, static, or both:
# places are those of addr2line, build-ids those of the file, and fingerprints
# the same in each run.
set -eu

case "${SANITIZE_CFLAGS-}" in
?*)
	echo 'a library under sanitizers is not for others: skipped'
	exit 77
	;;
esac
for tool in ${CC%% *} strip addr2line readelf; do
	command -v "$tool" >/dev/null || {
		echo "$tool is not here: skipped"
		exit 77
	}
done
archive="$top_builddir/lib/.libs/libtine.a"
[ -e "$archive" ] || {
	echo 'there is no static library: skipped'
	exit 77
}
with_libdw=no
if nm "$archive" 2>/dev/null | grep -q ' [VRD] tine_with_libdw'; then
	with_libdw=yes
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
libdw="-Wl,-u,tine_with_libdw"
libdw="$libdw $(pkg-config --static --libs libdw 2>/dev/null || echo -ldw)"

fail() {
	echo "$name: $1"
	cat "$work/$name.says"
	exit 1
}

# build NAME FLAGS LIBRARIES - false: not on this machine
build() {
	name=$1
	$CC -g -O2 -D_GNU_SOURCE -Wl,--build-id -iquote "$srcdir/support" \
		-iquote "$top_srcdir/lib" $2 -o "$work/$name" \
		"$srcdir/support/mishap.c" "$srcdir/support/mishaps.c" \
		"$archive" -lev -lpthread -lm $3 2>"$work/errors"
}

# run - twice, and in each it finds the same bugs
run() {
	for turn in says says_too; do
		"$work/$name" >"$work/$name.$turn" 2>"$work/errors" ||
			fail "ended with $?"
	done
	for turn in says says_too; do
		grep '^mishap ' "$work/$name.$turn" >"$work/$turn"
	done
	cmp -s "$work/says" "$work/says_too" || fail 'other bugs, another time'
	[ "$(grep -c '^registers pc 0x' "$work/$name.says")" = \
		"$(wc -l <"$work/says")" ] || fail 'registers are missing'
}

# report MISHAP - what was said of that one
report() {
	awk -v mishap="$1" '
		$1 == "mishap" { on = $2 == mishap; next }
		on' "$work/$name.says"
}

# place MISHAP FRAME [PROGRAM] - what addr2line has to say of it
place() {
	offset=$(report "$1" | sed -n "s/^#$2 $name+\(0x[0-9a-f]*\)\$/\1/p")
	[ -n "$offset" ] || fail "no place of frame $2 of $1"
	addr2line -f -e "$work/${3-$name}" "$offset"
}

# names MISHAP FUNCTION... - frames, with their lines
names() {
	mishap=$1
	frame=0
	shift
	for function; do
		report "$mishap" |
			grep -q "^#$frame $function at mishap.c:[0-9]*\$" ||
			fail "$mishap: frame $frame is not $function"
		frame=$((frame + 1))
	done
	[ "$(report "$mishap" | grep -c '^#')" = $frame ] ||
		fail "$mishap: more than $frame frames"
}

# places MISHAP PROGRAM FUNCTION... - frames of what is stripped, as the program
# has them that is not
places() {
	mishap=$1
	program=$2
	frame=0
	shift 2
	for function; do
		place "$mishap" $frame "$program" | grep -qx "$function" ||
			fail "$mishap: frame $frame is not $function"
		frame=$((frame + 1))
	done
	[ "$(report "$mishap" | grep -c '^#')" = $frame ] ||
		fail "$mishap: more than $frame frames"
	id=$(readelf -n "$work/$program" | sed -n 's/.*Build ID: //p')
	report "$mishap" | grep -qx "module $name build-id $id" ||
		fail "$mishap: the build-id is not $id"
}

# strip_from PROGRAM
strip_from() {
	name=$1-stripped
	strip -o "$work/$name" "$work/$1"
}

# distinct - each bug has a fingerprint of its own
distinct() {
	awk '{ print $3 }' "$work/says" | sort | uniq -d | grep . &&
		fail 'two bugs have the same fingerprint'
	return 0
}

# The innermost frame is there in any case, and who called what is nowhere.
check_innermost() {
	places null "$1" write_null
	places zero "$1" divide
	place jump 1 "$1" | grep -qx call_nowhere || fail 'jump: no caller'
}

check_names() {
	names null write_null by_null mishap_run
	names zero divide by_zero mishap_run
	report abort | grep -q '^#[0-9]* give_up at mishap.c:' ||
		fail 'abort: not give_up'
	report jump | grep -q '^#1 call_nowhere at mishap.c:' ||
		fail 'jump: no caller'
	distinct
}

check_places() {
	places null "$1" write_null by_null mishap_run
	places zero "$1" divide by_zero mishap_run
	distinct
}

build dynamic '' '' || {
	cat "$work/errors"
	exit 1
}
run
if [ $with_libdw = yes ]; then check_names; else check_innermost dynamic; fi
strip_from dynamic
run
if [ $with_libdw = yes ]; then
	check_places dynamic
else
	check_innermost dynamic
fi

if ! build static -static ''; then
	echo 'static libraries are not here: that much was skipped'
	exit 0
fi
run
check_innermost static
strip_from static
run
check_innermost static

if [ $with_libdw = no ] || ! build static-libdw -static "$libdw"; then
	echo 'libdw is not here to be linked: that much was skipped'
	exit 0
fi
run
check_names
strip_from static-libdw
run
check_places static-libdw
