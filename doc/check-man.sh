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
#   verbs      each verb of the tool has its page, which tells of its options
#              and of no others
#   sessions   what a page of the tool shows behind a "$ ", a shell does with
#              just that outcome
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
	mandoc -T lint -W warning "$srcdir"/man/*.[137] ||
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

# Long options of a verb, one a line.
long_options() {
	tine "$1" --help |
		sed -n 's/^ *\(-.,\)\{0,1\} *--\([a-z-]*\).*/\2/p' |
		grep -vx -e help -e usage -e version
}

# Those that its page tells of.
told_options() {
	grep -o 'Fl -[a-z-]*' "$srcdir/man/tine-$1.1" | sed 's/^Fl -//' |
		sort -u
}

check_verbs() {
	for verb in $(tine --help |
		sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\).*/\1/p'); do
		[ "$verb" != help ] || continue
		grep -q "^\.Xr tine-$verb 1" "$srcdir/man/tine.1" ||
			fail "tine.1 does not send the reader to tine-$verb"
		for option in $(long_options "$verb"); do
			grep -q "Fl -$option\>" "$srcdir/man/tine-$verb.1" ||
				fail "tine-$verb.1 does not tell of --$option"
		done
		for option in $(told_options "$verb"); do
			long_options "$verb" | grep -qx -e "$option" ||
				fail "tine-$verb.1 tells of --$option"
		done
	done
}

# sessions PAGE WANT - the commands of its sessions, as a script which prints
# the sessions again, that is WANT. A command begins behind "$ " and goes on
# behind "> "; it finds in $? what the one before it left there.
sessions() {
	sed -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\e/\\/g' "$1" |
	awk -v want="$2" '
		function shown(line) {
			gsub(/\047/, "\047\\\047\047", line)
			return "printf \"%s\\n\" \047" line "\047\n"
		}
		function finish() {
			if (command != "")
				printf "status=$?\n%s(exit $status)\n%s",
					echo, command
			command = echo = ""
		}
		/^\.Bd -literal/ { inside = 1; next }
		/^\.Ed/ { inside = session = 0 }
		inside && /^\$ / { session = 1 }
		!session || !/^> / { finish() }
		!session { next }
		{ print >want }
		/^[$>] / {
			echo = echo shown($0)
			command = command substr($0, 3) "\n"
		}
		END { finish() }'
}

# In a folder of their own, with nothing to read, and where nothing runs.
check_sessions() {
	for page in "$srcdir"/man/*.1; do
		base=$work/$(basename "$page")
		sessions "$page" "$base.want" >"$base.sh"
		[ -s "$base.sh" ] || fail "$page shows no session"
		mkdir "$base.work"
		(cd "$base.work" && TINE_DIR=$PWD.boards &&
			export TINE_DIR && sh "../$(basename "$base").sh") \
			</dev/null >"$base.got" 2>&1 || :
		diff -u "$base.want" "$base.got" ||
			fail "$page shows another outcome"
	done
}

check_tool() {
	if ! [ -x "$top_builddir/tools/tine" ]; then
		skip 'the tool is not built'
		return
	fi
	PATH=$(cd "$top_builddir/tools" && pwd):$PATH
	export PATH
	check_verbs
	check_sessions
}

lint
check_names
check_tool
if $CC --version >/dev/null 2>&1; then
	check_words
	check_synopses
	check_programs
else
	skip "there is no compiler ($CC) for what is to be compiled"
fi
[ "$status" -ne 0 ] || [ -z "$skipped" ] || status=77
exit "$status"
