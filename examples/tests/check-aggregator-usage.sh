#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A wrong command line is told what is wrong with it.

. "${srcdir:-.}/tests/common.sh"

program=./aggregator/aggregator
url=http://127.0.0.1:1/

echo '[]' >"$work/array"
echo '{' >"$work/broken"

misused "name the URLs" $program
misused "--timeout takes a number" $program --timeout 0 $url
misused "--refresh takes a number" $program --refresh 0 $url
misused "cannot use '$work/none' as fallback" \
	$program --fallback "$work/none" $url
misused "cannot use '$work/broken' as fallback" \
	$program --fallback "$work/broken" $url
misused "has to be an object" $program --fallback "$work/array" $url
misused "--nonsense" $program --nonsense $url

$program --help >"$work/help"
for word in --timeout --fallback --refresh ok error timeout crashed failed; do
	grep -q -e "$word" "$work/help" || fail "--help does not tell of $word"
done

misused "--port takes a number from 0 to 65535" ./endpoints/endpoints -p 65536
