#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Somebody shoots at the children of minefield. That costs the parses they were
# on, and no others, even if a child has more before and behind it.

. "${srcdir:-.}/tests/common.sh"

# Files that take their time; under sanitizers fewer do.
pairs=50
[ -z "${SANITIZE_CFLAGS-}" ] || pairs=15
mkdir "$work/slow"
{
	printf '['
	printf '%100000s' '' | sed 's/ /1,/g'
	printf '1]\n'
} >"$work/slow/00-good.json"
echo ']' | cat "$work/slow/00-good.json" - >"$work/slow/00-bad.json"
for i in $(seq $pairs); do
	ln "$work/slow/00-good.json" "$work/slow/$i-good.json"
	ln "$work/slow/00-bad.json" "$work/slow/$i-bad.json"
done

# minefield REUSE - with the sums left out, it prints no time
minefield() {
	exec ./minefield/minefield -j 4 --reuse "$1" --timeout 60000 --json \
		"$work/slow"
}

(minefield 1) | sed '$d' >"$work/want"
for reuse in 100 1; do
	minefield $reuse >"$work/report" &
	minefield=$!
	runs $minefield minefield
	shoot $minefield
	wait $minefield || fail "it ended with status $?"
	sed '$d' "$work/report" >"$work/got"
	only_shots_missed "$work/want" "$work/got"
done
