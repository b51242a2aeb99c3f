#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A parser that hungers for memory ends by the limit, and only by it: a child
# that goes on to other files has as much for each of them.

. "${srcdir:-.}/tests/common.sh"

# A sanitizer needs a lot of memory, and takes its lack for the end.
[ -z "${SANITIZE_CFLAGS-}" ] || exit 77

mkdir "$work/sizes"
echo '[1]' >"$work/sizes/a-small.json"
{
	printf '['
	printf '%1000000s' '' | sed 's/ /1,/g'
	printf '1]\n'
} >"$work/sizes/b-large.json"

minefield() {
	./minefield/minefield --timeout 60000 --parser jansson --parser cjson "$@"
}

minefield "$work/sizes" >"$work/report"
grep -q '^accepted  *2  *2$' "$work/report" ||
	fail "the large file is not accepted without a limit"
minefield --memory 16 "$work/sizes" >"$work/report"
grep -q '^accepted  *1  *1$' "$work/report" ||
	fail "the small file is not accepted with a limit"
grep -q '^limit  *1  *1$' "$work/report" || {
	cat "$work/report"
	fail "the large file does not end by the limit"
}

# Whether accepted or rejected, a file leaves nothing behind in its child.
mkdir "$work/again"
{
	printf '['
	printf '%100000s' '' | sed 's/ /1,/g'
	printf '1]\n'
} >"$work/again/good"
echo ']' | cat "$work/again/good" - >"$work/again/bad"
for i in $(seq 59); do
	ln "$work/again/good" "$work/again/good-$i"
	ln "$work/again/bad" "$work/again/bad-$i"
done
./minefield/minefield -j 2 --reuse 1000 --timeout 60000 --memory 24 \
	"$work/again" >"$work/report"
both='^\(accepted\|rejected\) *60 *60 *60 *60$'
[ "$(grep -c "$both" "$work/report")" -eq 2 ] || {
	tail -n 7 "$work/report"
	fail "a child that made many parses has less memory for the last"
}
