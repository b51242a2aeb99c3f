#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Messages arrive, whatever the server does, or are refused if they never can.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/tests/mailer.sh"

# said WORDS MESSAGE - there is a line of it that has these words
said() {
	grep -F "\"message\":\"$2\"" "$work/lines" | grep -qF -e "$1" || {
		cat "$work/lines"
		fail "of $2 it does not say '$1'"
	}
}

# ---- To a file --------------------------------------------------------------

drop plain "" 'A "quoted" line.
.
And one behind a dot.'
echo "no headers" >"$spool/new/bare"
printf 'From: a@b\nTo: c@d\n\n\377' >"$spool/new/binary"
mkdir "$spool/new/folder"
ln -s plain "$spool/new/link"
drop "a b" 2>/dev/null || true
mailer --file "$work/file" 2>"$work/err"
in_folder sent plain || fail "plain is not in sent/"
in_folder refused "bare binary folder link" ||
	fail "not refused: bare, binary, link"
in_folder new "a b" || fail "a file that is no message was touched"
grep -q "'$spool/new/a b' is not the name of a message" "$work/err" ||
	fail "it does not tell of a name it cannot use"
said '"note":"refused: it is a link"' link
said '"event":"started","attempt":1' plain
said '"note":"sent"' plain
said '"note":"refused: it is not UTF-8"' binary
cp "$work/file" "$work/answer"
is plain id
has 'Message-ID: <plain@mailer>' message
has 'A "quoted" line.' message
rm -r "$spool/new/a b" "$spool/refused"

# What a name says does not move the terminal.
drop "$(printf 'c\033[2J\302\233')"
mailer --file "$work/file" 2>"$work/err"
grep -qF "'$spool/new/c?[2J??' is not the name" "$work/err" ||
	fail "it does: $(cat -v "$work/err")"
rm "$spool/new/c"*

# A name that was sent is not sent again; in the file it is not, anyway.
drop plain
mailer --file "$work/file"
in_folder refused plain || fail "a name was used twice"
said "sent before" plain
rm "$spool/sent/plain" "$spool/refused/plain"
drop plain
mailer --file "$work/file"
same "$work/answer" "$work/file" "the file has changed"
in_folder sent plain || fail "it is in the file, but not in sent/"

# A piece of a line, of one that was killed, is cut off.
printf '{"id":"half","mess' >>"$work/file"
drop half
mailer --file "$work/file"
[ "$(wc -l <"$work/file")" -eq 2 ] || fail "not two lines in the file"
sed 1d "$work/file" >"$work/answer"
is half id
rm "$spool"/sent/*

# ---- To a server ------------------------------------------------------------

start_sink
for i in 1 2 3; do
	drop "late$i" late@example
	drop "hangup$i" hangup@example
	drop "forget$i" forget@example
done
drop good "" ".
..dots"
drop nobody nobody@example
mailer -j 3 --smtp "$smtp"
want="forget1 forget2 forget3 good hangup1 hangup2 hangup3 late1 late2 late3"
in_folder sent "$want" || fail "not all were sent"
in_folder refused nobody || fail "nobody was not refused"
[ "$(ids | xargs)" = "$want" ] || fail "not each was taken once"
grep -q "^old forget" "$work/sink" || fail "none was sent twice; forget should"
said 451 late1
said "refused: RCPT failed: 550" nobody
rm "$spool"/sent/* "$spool"/refused/*

# ---- A daemon ---------------------------------------------------------------

# It waits, hears of what comes, and for a server that is not there it waits
# longer each time, and goes on when that comes back.
: >"$work/lines"
start_mailer --smtp "$smtp"
drop first
eventually in_folder sent first
stop_sink
drop second
drop third
eventually grep -q '"message":"third","event":"failed","attempt":4' \
	"$work/lines"
in_folder new "second third" || fail "they went somewhere"
start_sink --port "$port"
eventually in_folder sent "first second third"
stop_mailer
nobody_left || fail "it left processes: $(processes)"
[ "$(ids | grep -c -e first -e second -e third)" -eq 3 ] ||
	fail "not each was taken once"
stop_sink
