#!/bin/sh
# SPDX-License-Identifier: MIT
#
# While messages flow, somebody kills the mailer, its supervisor, or one of the
# errands, at any moment: MAILER_KILLS times (10). No message is lost, none is
# taken twice, and none is sent when it was recorded as sent before.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/tests/mailer.sh"

kills=${MAILER_KILLS:-10}
seed=${MAILER_SEED:-$(date +%N)}
each=10 # messages between two kills

# Whom to kill, and after how long.
plan() {
	awk -v seed="$1" -v kills="$2" 'BEGIN {
		srand(seed)
		split("mailer supervisor errand", whom)
		for (i = 0; i < kills; i++)
			print whom[int(1 + 3 * rand())], 0.3 * rand()
	}'
}

# Sets $supervisor, and $errand to any that runs; either may be empty.
look() {
	supervisor=
	errand=
	for child in $(cat "$children"); do
		errands=$(cat "/proc/$child/task/$child/children") || continue
		[ -n "$errands" ] || continue
		supervisor=$child
		errand=$(echo "$errands" | xargs -n 1 | shuf -n 1)
	done
} 2>/dev/null

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
		supervisor) victim=$supervisor ;;
		errand) victim=$errand ;;
		esac
		[ -z "$victim" ] || ! kill -s KILL "$victim" 2>/dev/null || {
			shots=$((shots + 1))
			return
		}
		drop_some 1
	done
}

start() {
	start_mailer -j 4 --smtp "$smtp" 2>>"$work/err"
	children_of $mailer
}

start_sink --faults 20 --delay 20
echo "seed $seed"
plan "$seed" "$kills" >"$work/plan"
start
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
[ $shots -gt $((kills / 2)) ] || fail "it hardly hit anybody"
stop_sink
