#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A wrong command line is told what is wrong with it.

. "${srcdir:-.}/tests/common.sh"

program=./fetch/fetch

misused "cannot read '$work/none': No such file" $program "$work/none"
misused "'$work' is a directory, not a list" $program "$work"
misused "--jobs takes a number from 1 to 1000, not '0'" $program -j 0
misused "--timeout takes a number" $program --timeout=-1
misused "--retries takes a number" $program --retries many
misused "--reuse takes a number" $program --reuse 0
misused "--progress takes one of auto, always, never, not 'maybe'" \
	$program --progress=maybe
misused "--nonsense" $program --nonsense

$program --help >"$work/help"
for word in --jobs --timeout --retries --unordered --reuse --progress url \
	index status attempts failed crashed 130; do
	grep -q -e "$word" "$work/help" || fail "--help does not tell of $word"
done
