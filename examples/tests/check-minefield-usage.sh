#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A wrong command line is told what is wrong with it.

. "${srcdir:-.}/tests/common.sh"

program=./minefield/minefield

misused "name the files" $program
misused "cannot read '$work/nothing': No such file" $program "$work/nothing"
misused "no parser 'yajl'" $program --parser yajl "$work"
misused "--jobs takes a number from 1 to 1000, not '0'" $program -j 0 "$work"
misused "--jobs takes a number from 1 to 1000, not ''" $program -j '' "$work"
misused "--timeout takes a number" $program --timeout soon "$work"
misused "--timeout takes a number" $program --timeout=-1 "$work"
misused "--memory takes a number" $program --memory 12MB "$work"
misused "--reuse takes a number" $program --reuse 0 "$work"
misused "--nonsense" $program --nonsense "$work"

$program --help >"$work/help"
for word in --jobs --timeout --memory --reuse --parser --json jansson naive; do
	grep -q -e "$word" "$work/help" || fail "--help does not tell of $word"
done
