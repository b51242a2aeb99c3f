#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Where standard input, output or error is closed, the programs work as far as
# they can, and say what they cannot.

. "${srcdir:-.}/tests/common.sh"

exec 3>&1

# exits WANT COMMAND... - within a minute
exits() {
	want=$1
	shift
	status=0
	timeout 60 "$@" 3>&- || status=$?
	[ "$status" -eq "$want" ] || fail "status $status, not $want: $*" >&3
}

# says WORDS - they are in $work/err
says() {
	grep -qF -e "$1" "$work/err" || fail "no '$1' in: $(cat "$work/err")"
}

echo '[1]' >"$work/one.json"
exits 0 ./minefield/minefield --parser naive "$work/one.json" <&- >"$work/out"
grep -q 'naive *accepted' "$work/out" || fail 'minefield prints no verdict'
exits 1 ./minefield/minefield "$work/one.json" >&- 2>"$work/err"
says 'cannot write the report: Bad file descriptor'

# Nothing listens at port 1.
url=http://127.0.0.1:1/
if [ -x fetch/fetch ]; then
	exits 1 ./fetch/fetch <&- >"$work/out" 2>"$work/err"
	says 'Bad file descriptor'
	echo $url >"$work/list"
	exits 1 ./fetch/fetch "$work/list" <&- >&- 2>"$work/err"
	says 'cannot write what came: Bad file descriptor'
	exits 1 ./fetch/fetch "$work/list" <&- >"$work/out" 2>&-
	grep -q '"end":"failed"' "$work/out" || fail 'fetch prints nothing'
fi

if [ -x aggregator/aggregator ]; then
	exits 1 ./aggregator/aggregator $url <&- >&- 2>"$work/err"
	says 'cannot write the answer: Bad file descriptor'
	exits 0 ./aggregator/aggregator --refresh 1 $url <&- >"$work/out"
fi

if [ -x mailer/mailer ]; then
	mkdir -p "$work/spool/new"
	printf 'From: a@b\nTo: c@d\n\nHello.\n' >"$work/spool/new/one"
	exits 1 ./mailer/mailer --once --spool "$work/spool" \
		--file "$work/file" <&- >&- 2>"$work/err"
	says 'cannot tell what happens: Bad file descriptor'
	exits 0 ./mailer/mailer --once --spool "$work/spool" \
		--file "$work/file" <&- >"$work/out" 2>&-
	[ -e "$work/spool/sent/one" ] || fail 'mailer does not send'
fi
