#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-stop.sh - tine stop and tine kill end just those who are meant, by those
# who have them, and their owners know why.
set -eu
. "$srcdir/tool/cast.sh"

play cast

# ---- Tasks ------------------------------------------------------------------

tool 0 stop plain
says '^[0-9]*\.[0-9]* plain: shutdown: stopped from outside after'
hears 'plain shutdown 15: stopped from outside'

tool 0 stop polite
says 'polite: ok: returned 0'
hears 'polite ok 0'

tool 0 stop stubborn # after the grace that it was started with
says 'stubborn: killed: killed from outside'
hears 'stubborn killed 9: killed from outside'

tool 0 stop rock --grace 50ms
says 'rock: killed: killed from outside'
hears 'rock killed 9'

id=$(of parent id)
denied='-d pidfd_group'
tool 0 stop "$id" # with what it had forked
denied=
hears 'parent shutdown 15'

tool 0 kill other
says 'other: killed: killed from outside'
hears 'other killed 9'

tool 0 stop --json guest
valid stop
says '"by_supervisor": false'
says '"message": "stopped from outside'
hears 'guest shutdown 15'

# Of several none is touched, and they are named.
tool 1 stop twin
says "'twin' may be one of 2"
[ "$(grep -c '  task  pid [0-9]*  twin$' "$work/out")" = 2 ] ||
	fail 'they are not listed'
tool 1 stop bad twin
tool 1 stop bad nobody
says "nothing with the id, pid or name 'nobody'"
[ "$(of bad state)" = running ] || fail 'somebody was touched'
tool 1 stop 1
says 'nothing with'
tool 2 stop
tool 2 stop bad --grace soon
tool 2 kill --grace 1s bad

# Several end side by side.
tool 0 stop $(of twin id) --json
valid stop
hears 'twin shutdown 15'
hears 'twin shutdown 15'

# ---- Under supervisors ------------------------------------------------------

tool 0 stop clerk
says 'clerk: shutdown: stopped when it was asked to'
[ "$(of clerk state)" = down ] || fail 'a child was started again'

tool 0 kill --json mule # its supervisor would wait for long
valid stop
says '"by_supervisor": true'
says '"killed": true'
[ "$(of mule state)" = down ] || fail 'a child was started again'

tool 0 stop hand # two supervisors down
[ "$(of hand state)" = down ] || fail 'a child was started again'

# Whose supervisor cannot be found, or does not answer, is started again.
before=$(of ghost pid)
tool 0 stop ghost
says 'its supervisor [0-9]* has no name to be found by: it may start it again'
says 'ghost: shutdown: stopped from outside'
while now=$(of ghost pid); [ -z "$now" ] || [ "$now" = "$before" ]; do :; done

boss=$(of boss pid)
kill -STOP "$boss"
tool 0 stop late
says 'its supervisor [0-9]* does not answer: it may start it again'
kill -CONT "$boss"
while [ "$(of late restarts)" != 1 ]; do :; done

# A supervisor under another, by its id there, and then by its pid.
tool 0 stop boss/below
[ "$(of hand state)" = '' ] || fail 'a supervisor left a child'
tool 0 kill boss
says 'boss: killed: killed from outside'
[ "$(of late state)" = '' ] || fail 'a supervisor left a child'
tool 0 stop "$(of '' pid)"

# ---- Programs ---------------------------------------------------------------

# One that is stopped: its task ends, and it cannot say how.
kill -STOP "$player"
tool 0 stop good
says 'good: ended$'
kill -CONT "$player"
hears 'good shutdown 15: stopped from outside'

# What is in a name does not reach the terminal.
tool 0 stop "$player" --json
valid stop
falls 143

play cast
tool 0 kill mule
kill -STOP "$player"
tool 0 kill "$player"
falls 137

tool 1 stop "$player"
says 'nothing with'

# Who cannot be told, did it all the same.
play cast
status=0
"$tine" stop plain >/dev/full 2>"$work/out" || status=$?
[ "$status" = 1 ] || fail 'a full disk goes unnoticed'
hears 'plain shutdown'
tool 0 kill mule
tool 0 stop cast
falls 143
