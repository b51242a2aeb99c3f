#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A wrong command line is told what is wrong with it.

. "${srcdir:-.}/tests/common.sh"

program=./mailer/mailer

misused "--spool" $program --file "$work/file"
misused "HOST:PORT" $program --spool "$work/spool" --smtp host
misused "from 1 to 65535" $program --spool "$work/spool" --smtp host:smtp
misused "either --smtp or --file" $program --spool "$work/spool"
misused "either --smtp or --file" \
	$program --spool "$work/spool" --smtp host:25 --file "$work/file"
misused "--jobs takes a number" \
	$program --spool "$work/spool" --file "$work/file" -j 0
misused "--nonsense" $program --nonsense
misused "Too many arguments" \
	$program --spool "$work/spool" --file "$work/file" more
[ ! -e "$work/spool" ] || fail "it made a spool for a wrong command line"

$program --help >"$work/help"
for word in --spool --smtp --file --jobs --once sent refused started ok; do
	grep -q -e "$word" "$work/help" || fail "--help does not tell of $word"
done

echo >"$work/spool"
status=0
$program --spool "$work/spool" --file "$work/file" 2>"$work/err" || status=$?
[ $status -eq 1 ] || fail "status $status for a spool that is a file"
grep -q "cannot make the folder" "$work/err" || fail "it does not say why"

misused "name the ledger" ./mailer/sink
misused "--faults takes a number" ./mailer/sink --faults 101 "$work/ledger"
