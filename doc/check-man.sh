#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-man.sh - the manual is well formed, complete and true.
#
#   lint       mandoc has nothing to say against the pages
#   names      each function of lib/tine.sym has its page, and each name of a
#              page has a file to find it by
#   words      what the header defines is told, and nothing else is
#   synopses   each function is declared as in the header
#   programs   each whole program of the EXAMPLES compiles without a warning,
#              and prints what the page says behind it
#
# CC, CFLAGS, CPPFLAGS and LDFLAGS hold words for the shell to split:
# shellcheck disable=SC2086

set -eu
srcdir=${srcdir:-$(dirname "$0")}
top_srcdir=${top_srcdir:-$srcdir/..}
top_builddir=${top_builddir:-..}
CC=${CC:-cc}
CPPFLAGS=${CPPFLAGS:-}
CFLAGS=${CFLAGS:-}
LDFLAGS=${LDFLAGS:-}
LIBTOOL=${LIBTOOL:-$top_builddir/libtool}
symbols=$top_srcdir/lib/tine.sym
header=$top_srcdir/lib/tine.h

work=$(mktemp -d ./check-man.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/include"
cp "$header" "$work/include/tine.h"

# A build with sanitizers shall leave a crash as it is.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_abort=0
export ASAN_OPTIONS

status=0
skipped=

fail() {
	echo "FAIL: $*"
	status=1
}

skip() {
	echo "skipped: $*"
	skipped=yes
}

# section NAME PAGE - its lines
section() {
	awk -v name="$1" '/^\.Sh / { on = substr($0, 5) == name; next } on' "$2"
}

# Names of a page, one a line.
names() {
	section NAME "$1" | sed -n 's/^\.Nm \([a-z_]*\).*/\1/p'
}

lint() {
	if ! command -v mandoc >/dev/null; then
		skip 'mandoc is not here to judge the pages'
		return
	fi
	mandoc -T lint -W warning "$srcdir"/man/*.[37] ||
		fail 'mandoc complains'
}

check_names() {
	for page in "$srcdir"/man/*.3; do
		names "$page" >>"$work/names"
		file=$(basename "$page")
		for name in $(names "$page"); do
			[ "$name.3" = "$file" ] ||
				grep -qx "\.so man3/$file" "$name.3" ||
				fail "no link leads from $name.3 to $file"
		done
	done
	sort "$symbols" >"$work/symbols"
	sort "$work/names" | comm -23 "$work/symbols" - >"$work/missing"
	[ ! -s "$work/missing" ] ||
		fail 'no page for' "$(tr '\n' ' ' <"$work/missing")"
	for section in NAME SYNOPSIS DESCRIPTION 'RETURN VALUES' ERRORS \
		EXAMPLES 'SEE ALSO'; do
		grep -Lx "\.Sh $section" "$srcdir"/man/*.3
	done >"$work/lacking"
	[ ! -s "$work/lacking" ] ||
		fail 'a section is missing in' "$(cat "$work/lacking")"
}

# Members of the structures in the header, one a line.
members() {
	$CC $CPPFLAGS -E -P "$header" | awk '
		/^struct tine_[a-z_]+ *{/ { on = 1; next }
		on && /^} *;/ { on = 0 }
		on { body = body " " $0 }
		END {
			n = split(body, member, ";")
			for (i = 1; i < n; i++) {
				name = member[i]
				if (!sub(/.*\(\*/, "", name))
					sub(/.*[ *]/, "", name)
				sub(/[^a-z_].*/, "", name)
				print name
			}
		}'
}

# As a user would: of the folder the header is in he has nothing else.
compile() {
	$CC $CPPFLAGS -D_GNU_SOURCE -I"$work/include" $CFLAGS \
		-Wall -Wextra -Werror "$@"
}

# Constants in a text, one a line.
words() {
	grep -o 'TINE_[A-Z_]*[A-Z]' | sort -u
}

check_words() {
	cat "$srcdir"/man/*.[37] | grep -v '^\.Dt' | words >"$work/told"
	words <"$header" | grep -vx -e TINE_H -e TINE_ERRORS \
		-e 'TINE_ERROR_[A-Z]*' >"$work/defined"
	comm -3 "$work/told" "$work/defined" >"$work/differ"
	[ ! -s "$work/differ" ] ||
		fail 'only in the manual, or only in the header:' \
			"$(cat "$work/differ")"
	cat "$srcdir"/man/*.3 | grep '^\.It Va' >"$work/items"
	for member in $(members); do
		grep -qw -e "$member" "$work/items" ||
			fail "no page tells of the member $member"
	done
}

# The declarations that a synopsis makes, as C.
declarations() {
	section SYNOPSIS "$1" | tr -d '"' | awk '
		/^\.Ft / { line = substr($0, 5) }
		/^\.Fo / { line = line " " $2 "("; comma = "" }
		/^\.Fa / { line = line comma substr($0, 5); comma = ", " }
		/^\.Fc/ { print line ");" }'
}

check_synopses() {
	echo '#include <tine.h>' >"$work/synopses.c"
	for page in "$srcdir"/man/*.3; do
		declarations "$page"
	done >>"$work/synopses.c"
	compile -fsyntax-only "$work/synopses.c" ||
		fail 'a synopsis differs from the header'
	while read -r symbol; do
		grep -q "[ *]$symbol(" "$work/synopses.c" ||
			fail "no synopsis declares $symbol"
	done <"$symbols"
}

# extract PAGE - writes NAME.1.c, what it prints to NAME.1.want, and so on
extract() {
	sed -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\e/\\/g' "$1" |
	awk -v base="$work/$(basename "$1")" '
		/^\.Sh / { on = $2 == "EXAMPLES" }
		!on { next }
		/^\.Bd -literal/ { inside = 1; text = ""; next }
		/^\.Ed/ {
			inside = 0
			if (text ~ /int main/)
				printf "%s", text >(base "." ++n ".c")
			else if (prints && n > 0)
				printf "%s", text >(base "." n ".want")
			prints = 0
			next
		}
		inside { text = text $0 "\n"; next }
		/prints/ { prints = 1 }'
}

build() {
	compile -c -o "$1.o" "$1.c" &&
		$LIBTOOL --silent --tag=CC --mode=link $CC $CFLAGS $LDFLAGS \
			-no-install -o "$1" "$1.o" \
			"$top_builddir/lib/libtine.la"
}

# try BASE - of a program that was extracted
try() {
	name=$(basename "$1")
	if [ ! -e "$1.want" ]; then
		fail "the page of $name does not say what it prints"
		return
	fi
	if ! build "$1"; then
		fail "$name does not compile"
		return
	fi
	"$1" >"$1.got" || fail "$name ended with status $?"
	diff -u "$1.want" "$1.got" || fail "$name prints something else"
}

check_programs() {
	for page in "$srcdir"/man/*.[37]; do
		extract "$page"
		[ -e "$work/$(basename "$page").1.c" ] ||
			fail "$page has no whole program"
	done
	count=0
	for program in "$work"/*.[0-9].c; do
		try "${program%.c}"
		count=$((count + 1))
	done
	echo "$count programs compiled and run"
}

lint
check_names
if $CC --version >/dev/null 2>&1; then
	check_words
	check_synopses
	check_programs
else
	skip "there is no compiler ($CC) for what is to be compiled"
fi
[ "$status" -ne 0 ] || [ -z "$skipped" ] || status=77
exit "$status"
