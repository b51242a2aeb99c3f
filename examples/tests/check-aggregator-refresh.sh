#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What is late has a stand-in that was fetched in the background; also when
# somebody kills who does that, or its supervisor.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/endpoints/start.sh"

find_tine

# answered - asks, and has one line of answer in $work/answer
answered() {
	echo >&6
	IFS= read -r line <&7
	echo "$line" >"$work/answer"
}

# got WANT KEY... - quietly, whether the answer has that
got() {
	want=$1
	shift
	[ "$(./tests/json-get "$work/answer" "$@")" = "$want" ]
}

# served_from_cache - within half a minute, as it has to be fetched once
served_from_cache() {
	for _ in $(seq 300); do
		answered
		! got '{"route":"slow"}' 0 fallback || return 0
	done
	cat "$work/answer"
	fail "nothing stands in for what is late"
}

# pid_of KIND STATE - of the only one of that kind and state
pid_of() {
	$tine ps --kind "$1" --state "$2" -o pid | sed 1d
}

# Sets $supervisor, and $refresh, its child. Not by /proc: a supervisor also has
# the children of a child that was killed, for a moment.
look() {
	supervisor=$(pid_of supervisor '*')
	refresh=$(pid_of child running)
	for pid in "$supervisor" "$refresh"; do
		case $pid in
		'' | *[!0-9]*) return 1 ;;
		esac
	done
}

# replaced PID - there is another child, and it is not this one
replaced() {
	for _ in $(seq 300); do
		! look || [ "$refresh" = "$1" ] || return 0
		answered # the program notices when it is asked
	done
	fail "$1 was not replaced"
}

start_endpoints
cat <&4 >/dev/null 3>&- & # what the server prints
mkfifo "$work/questions" "$work/answers"
echo '{"http://127.0.0.1:1/": "never used: it is not late"}' >"$work/file"
./aggregator/aggregator --refresh 1 --timeout 100 --fallback "$work/file" \
	"$url/slow?ms=300" "$url/fast" "http://127.0.0.1:1/" \
	<"$work/questions" >"$work/answers" 2>"$work/err" 3>&- 4>&- &
aggregator=$!
exec 6>"$work/questions" 7<"$work/answers"

served_from_cache
is timeout 0 error kind
is '[2,3,5]' 1 ok primes
is failed 2 error kind
is "(nothing)" 2 fallback

look || fail "there is no refresh"
for signal in SEGV KILL KILL; do
	killed=$refresh
	kill -s $signal "$killed"
	replaced "$killed"
	answered
	got '{"route":"slow"}' 0 fallback || fail "the cache is lost"
done
[ ! -s "$work/err" ] || fail "it says: $(cat "$work/err")"

killed=$refresh
kill -s KILL "$supervisor"
replaced "$killed"
grep -q "the refresh has ended: killed by SIGKILL" "$work/err" ||
	fail "it does not tell of a supervisor that ended"
answered
got '{"route":"slow"}' 0 fallback || fail "the cache is lost"

look || fail "there is no refresh any more"
exec 6>&-
wait $aggregator || fail "status $?"
for pid in $supervisor $refresh; do
	! kill -0 "$pid" 2>/dev/null || fail "it left process $pid"
done
exec 7<&-
stop_endpoints
