#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every numbered example prints what its first comment says it prints, in
# whatever time.

. "${srcdir:-.}/tests/common.sh"

timeless() {
	sed 's/after [0-9.]* [mu]*s/after some time/'
}

for source in "$srcdir"/[0-9][0-9]-*.c; do
	name=$(basename "$source" .c)
	sed -n '/^ \* Prints:$/,/^ \*\/$/s/^ \*	//p' "$source" |
		timeless >"$work/want"
	[ -s "$work/want" ] || fail "$name does not say what it prints"
	"./$name" >"$work/printed" || fail "$name ended with status $?"
	timeless <"$work/printed" >"$work/got"
	same "$work/want" "$work/got" "$name prints something else"
done
