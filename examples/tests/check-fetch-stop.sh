#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Who is stopped tells what it has, says what it has not, and leaves nobody.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/endpoints/start.sh"

# served COUNT - waits until the server has been asked so often; in which order
# is not to be known
served() {
	for _ in $(seq "$1"); do
		read -r _ <&4
	done
}

# stop SIGNAL WORDS - it ends as it should, with two lines told
stop() {
	children_of $fetch
	pids=$(cat "$children")
	kill -s "$1" $fetch
	status=0
	wait $fetch || status=$?
	[ $status -eq 130 ] || fail "status $status of one stopped by $1"
	for pid in $pids; do
		! kill -0 "$pid" 2>/dev/null || fail "it left process $pid"
	done
	[ "$(sed 's/.*"end":"\([a-z]*\)".*/\1/' "$work/lines" | xargs)" = \
		"ok ok" ] || {
		cat "$work/lines"
		fail "it did not tell the two it had"
	}
	grep -qF -e "$2" "$work/err" || {
		cat "$work/err"
		fail "it does not say '$2'"
	}
}

start_endpoints

# One that ended behind one that still runs waits for its turn, and is told.
{
	echo "$url/fast"
	for _ in $(seq 6); do
		echo "$url/slow?ms=60000"
	done
	echo "$url/fast"
} >"$work/list"
{
	cat "$work/list"
	yes "$url/slow?ms=60000" | head -n 100
} >"$work/long"

for reuse in 1 100; do
	./fetch/fetch -j 7 --reuse $reuse --timeout 0 "$work/long" \
		>"$work/lines" 2>"$work/err" &
	fetch=$!
	served 9 # the last can only begin when the second fast one has ended
	stop INT "interrupted: 106 not fetched"
done

# While it waits for somebody to write another line.
mkfifo "$work/pipe"
./fetch/fetch -j 20 --timeout 0 "$work/pipe" >"$work/lines" 2>"$work/err" &
fetch=$!
exec 5>"$work/pipe"
cat "$work/list" >&5
served 8
children_of $fetch
until [ "$(wc -w <"$children")" -le 7 ]; do # six, and the warden
	sleep 0.05
done
stop TERM "interrupted: 6 not fetched, and the rest of the list not read"
exec 5>&-

stop_endpoints
