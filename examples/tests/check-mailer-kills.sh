#!/bin/sh
# SPDX-License-Identifier: MIT
#
# While messages flow, somebody kills the mailer, its supervisor, the guardian
# of that, or one of the errands, at any moment: MAILER_KILLS times (10). No
# message is lost, none is taken twice, and none is sent when it was recorded as
# sent before.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/tests/mailer.sh"

kills=${MAILER_KILLS:-10}
seed=${MAILER_SEED:-$(date +%N)}
each=10 # messages between two kills

# Whom to kill, and after how long.
plan() {
	awk -v seed="$1" -v kills="$2" 'BEGIN {
		srand(seed)
		split("mailer guardian supervisor errand", whom)
		for (i = 0; i < kills; i++)
			print whom[int(1 + 4 * rand())], 0.3 * rand()
	}'
}

# children PID - their pids, if it has any
children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

# Sets $guardian and $supervisor, which is its child, and $errand to any that
# runs; all may be empty.
look() {
	guardian=
	supervisor=
	errand=
	for child in $(children $mailer); do
		for grandchild in $(children "$child"); do
			guardian=$child
			supervisor=$grandchild
			errand=$(children "$supervisor" | xargs -n 1 | shuf -n 1)
		done
	done
}

# drop_some COUNT - more messages, with the next names
drop_some() {
	for _ in $(seq "$1"); do
		dropped=$((dropped + 1))
		drop "m$dropped"
	done
}

# shoot_at WHOM - when it runs, for which it may need something to do
shoot_at() {
	for _ in $(seq 20); do
		look
		case $1 in
		mailer) victim=$mailer ;;
		guardian) victim=$guardian ;;
		supervisor) victim=$supervisor ;;
		errand) victim=$errand ;;
		esac
		[ -z "$victim" ] || ! kill -s KILL "$victim" 2>/dev/null || {
			shots=$((shots + 1))
			return
		}
		drop_some 4
	done
}

start() {
	start_mailer -j 4 --smtp "$smtp" 2>>"$work/err"
}

start_sink --faults 20 --delay 20
echo "seed $seed"
plan "$seed" "$kills" >"$work/plan"
start
children_of $mailer # or there is nothing to see
dropped=0
shots=0
while read -r whom pause; do
	drop_some $each
	sleep "$pause"
	shoot_at "$whom"
	if [ "$whom" = mailer ]; then
		wait $mailer 2>/dev/null || true
		start
	fi
done <"$work/plan"
drop_some 1
eventually [ -e "$spool/sent/m$dropped" ]
stop_mailer
mailer -j 8 --smtp "$smtp"

for i in $(seq $dropped); do
	echo "m$i"
done | sort >"$work/want"
in_folder new "" || fail "some are left"
in_folder refused "" || fail "some were refused"
in_folder sent "$(xargs <"$work/want")" || fail "not all are recorded as sent"
ids >"$work/got"
same "$work/want" "$work/got" "not each was taken once"

# Who sends a message is there, until it is recorded. So there is no sending
# later than the record, which is the last change of the file.
find "$spool/sent" -type f -printf 'record %f@mailer %C@\n' |
	awk '$1 == "record" { recorded[$2] = $3; next }
	$1 == "old" { again++ }
	$3 != "gone" && $3 > recorded[$2] + 0.000001 { print; late++ }
	END { print again + 0, "sent again before they were recorded"
		exit late > 0 }' - "$work/sink" |
	tee "$work/again" || true
! grep -q -e '^new' -e '^old' "$work/again" ||
	fail "these were sent when they had been recorded"
eventually nobody_left
echo "$shots kills, $dropped messages, each there once"
[ $shots -gt $((kills * 3 / 4)) ] || fail "it missed too often"
stop_sink
