#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The verdict of every parser on every file of the data, which is in
# minefield.verdicts, and how the verdicts are told.

. "${srcdir:-.}/tests/common.sh"

verdicts=$srcdir/tests/minefield.verdicts
data=$srcdir/data/json

# The deep file is made for this stack.
# shellcheck disable=SC3045
ulimit -S -s 8192
sh "$srcdir/data/hostile.sh" "$work/hostile"
ln -s nowhere "$work/hostile/gone.json"

minefield() {
	./minefield/minefield --timeout 3000 "$@" "$data" "$work/hostile"
}

# Both kinds of report as lines of file and verdict.
pairs_of_text() {
	awk '/^$/ { exit } /^[^ ]/ { file = $0; next } { print file, $2 }'
}
pairs_of_json() {
	sed -n 's/^{"file":"\(.*\)","parser".*"verdict":"\([a-z]*\)".*/\1 \2/p'
}

# Compares such lines with what we know, in which a dash is anything.
check_verdicts() {
	awk '!/^#/ { $1 = $1; print }' "$verdicts" >"$work/want"
	sed "s,^$data/,,; s,^$work/,," | awk '
	$1 != file { printf "%s%s", line ? "\n" : "", file = $1; line++ }
	{ printf " %s", $2 }
	END { print "" }' >"$work/table"
	awk '
	NR == FNR { for (i = 2; i <= NF; i++) want[$1, i] = $i; next }
	{ for (i = 2; i <= NF; i++) if (want[$1, i] == "-") $i = "-"; print }
	' "$work/want" "$work/table" >"$work/got"
	same "$work/want" "$work/got" "other verdicts, or in another order"
}

for reuse in 1 100; do
	minefield -j 4 --reuse $reuse >"$work/report"
	pairs_of_text <"$work/report" | check_verdicts
	grep -q '^  naive .*SIGSEGV.*parsing deep-100000.json with naive' \
		"$work/report" || fail "no word of what crashed, and where"
	grep -q '^  jansson .*timeout.*reading endless.json' \
		"$work/report" || fail "the timeout does not say where"
done

# It does not matter how many run at once, and how many in one child.
for way in 1,1 8,1 1,100 8,7 8,100; do
	./minefield/minefield -j "${way%,*}" --reuse "${way#*,}" "$data" \
		>"$work/$way"
	same "$work/1,1" "$work/$way" "the report depends on --jobs or --reuse"
done

minefield -j 4 --json >"$work/lines"
pairs_of_json <"$work/lines" | check_verdicts
tail -n 1 "$work/lines" | grep -q '^{"totals":{"jansson":{"accepted":' ||
	fail "no totals at the end of the JSON lines"

# The parsers themselves say whether those lines are JSON.
mkdir "$work/split"
split -a 4 -l 1 "$work/lines" "$work/split/"
./minefield/minefield "$work/split" >"$work/report"
grep -q '^rejected *0 *0 *0 *0$' "$work/report" ||
	fail "a line of the JSON lines is not JSON"

# A parser alone, and as the user spells it.
./minefield/minefield --parser CJSON "$data/odd/latin1.json" >"$work/got"
printf '%s\n  cJSON    accepted\n' "$data/odd/latin1.json" >"$work/want"
head -n 2 "$work/got" | same "$work/want" - "one parser was asked for"
