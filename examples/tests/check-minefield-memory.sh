#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A parser that hungers for memory ends by the limit, and only by it.

. "${srcdir:-.}/tests/common.sh"

mkdir "$work/sizes"
echo '[1]' >"$work/sizes/a-small.json"
{
	printf '['
	printf '%2000000s' '' | sed 's/ /1,/g'
	printf '1]\n'
} >"$work/sizes/b-large.json"

minefield() {
	./minefield/minefield --parser jansson --parser cjson "$@"
}

# Under a sanitizer nothing at all can be done with so little memory.
minefield --memory 64 "$work/sizes/a-small.json" >"$work/report"
grep -q '^accepted  *1  *1$' "$work/report" || exit 77

minefield "$work/sizes" >"$work/report"
grep -q '^accepted  *2  *2$' "$work/report" ||
	fail "the large file is not accepted without a limit"
minefield --memory 64 "$work/sizes" >"$work/report"
grep -q '^limit  *1  *1$' "$work/report" || {
	cat "$work/report"
	fail "the large file does not end by the limit"
}
