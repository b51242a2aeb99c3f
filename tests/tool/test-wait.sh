#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-wait.sh - tine wait waits for just that, and says how it ended.
set -eu
. "$srcdir/tool/cast.sh"

# waits STATUS ARG... - in the background, where `waited` finds what became of it
waits() {
	wanted=$1
	shift
	"$alone" "$tine" wait "$@" >"$work/out" 2>&1 &
	waiter=$!
	others="$others $waiter"
}

waited() {
	status=0
	wait "$waiter" || status=$?
	[ "$status" = "$wanted" ] || fail "status $status, not $wanted"
}

# The waiter looks before anything ends: it has a pidfd by now.
looks() {
	while ! ls -l "/proc/$(cat "/proc/$waiter/task/$waiter/children" |
		tr -d ' ')/fd" 2>/dev/null | grep -q pidfd; do :; done
}

play cast

# ---- A task -----------------------------------------------------------------

good=$(of good id) bad=$(of bad id)
waits 0 good
looks
kill -USR1 "$(of good pid)"
waited
says '^[0-9]*\.[0-9]* good: ok: returned 0'

waits 1 bad --json
looks
kill -USR1 "$(of bad pid)"
waited
valid wait
says '"timed_out": false'
says '"verdict": "failed"'
says '"code": 3'

# It has ended by now, and that is still to be known.
tool 0 wait "$good"
says 'good: ok: returned 0'
tool 1 wait "$good" "$bad" --timeout 10s
says 'bad: failed: returned 3'
tool 2 wait good
says 'nothing with'

# Another attempt is the same task.
waits 1 again
looks
first=$(of again pid)
kill -USR1 "$first"
while second=$(of again pid); [ -z "$second" ] || [ "$second" = "$first" ]; do
	:
done
kill -0 "$waiter" || fail 'one attempt was taken for all of it'
while [ "$(of again note)" != 'for a word' ]; do :; done
kill -USR1 "$second"
waited
says 'again: failed: returned 3'

# ---- Time -------------------------------------------------------------------

tool 124 wait plain --timeout 50ms
says 'plain: runs$'
tool 124 wait plain --timeout 0 --json
valid wait
says '"timed_out": true'
says '"state": "runs"'
tool 2 wait plain --timeout soon
tool 2 wait
tool 2 wait twin --timeout 1s
says "may be one of 2"

# ---- Several ----------------------------------------------------------------

waits 1 plain other --any
looks
"$tine" kill other >/dev/null
waited
says 'other: killed: killed from outside'
if grep plain "$work/out"; then
	fail 'one that has not ended is told'
fi

# ---- Children, supervisors, programs ----------------------------------------

waits 1 clerk
looks
kill -KILL "$(of clerk pid)"
waited
says 'clerk: crashed: killed by SIGKILL'

"$tine" kill mule >/dev/null
waits 0 boss
looks
"$tine" stop boss >/dev/null
waited
says 'boss: ok'

waits 1 "$player"
looks
"$tine" stop cast >/dev/null
waited
says 'cast: '
falls 143
