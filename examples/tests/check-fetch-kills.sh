#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Somebody shoots at the children of fetch. That costs the URLs they were on,
# and no others, even if a child has more before and behind it.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/endpoints/start.sh"

# How long it took is another number each time.
timeless() {
	sed 's/,"attempts":1,"ms":[0-9]*}$/}/' "$1"
}

start_endpoints
for _ in $(seq 60); do
	echo "$url/slow?ms=20"
	echo "$url/fast"
	echo "$url/slow?ms=60"
	echo "$url/nowhere"
done >"$work/list"

./fetch/fetch "$work/list" >"$work/lines" 2>/dev/null && fail "none is missing"
timeless "$work/lines" >"$work/want"
for reuse in 100 1; do
	./fetch/fetch -j 4 --reuse $reuse "$work/list" >"$work/lines" \
		2>"$work/err" &
	fetch=$!
	runs $fetch fetch
	shoot $fetch
	status=0
	wait $fetch || status=$?
	[ $status -eq 1 ] || fail "status $status"
	timeless "$work/lines" >"$work/got"
	only_shots_missed "$work/want" "$work/got"
done
stop_endpoints
