#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each source has its item, in order, whatever became of it.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/endpoints/start.sh"

aggregator() {
	./aggregator/aggregator "$@" >"$work/answer" ||
		fail "status $? of: aggregator $*"
}

start_endpoints

# A fetch that somebody shoots while it waits, as a bug of its own would.
./aggregator/aggregator --timeout 60000 "$url/slow?ms=60000" \
	>"$work/answer" &
aggregator=$!
read -r route <&4
[ "$route" = /slow ] || fail "asked for /slow, got $route"
tasks=/proc/$aggregator/task/$aggregator/children
if child=$(awk '{ print $NF }' "$tasks"); then
	kill -s SEGV "$child"
	wait "$aggregator"
	is crashed 0 error kind
	has SIGSEGV 0 error message
else
	echo "not checked: this kernel does not list children"
	kill "$aggregator"
fi

cat >"$work/fallback" <<-END
{
	"$url/slow?ms=60000": { "stale": true },
	"$url/failing": "never used: it is not late"
}
END

# One that is late, with a stand-in and without.
aggregator --timeout 500 --fallback "$work/fallback" \
	"$url/slow?ms=60000" "$url/slow?ms=59999"
is timeout 0 error kind
is '{"stale":true}' 0 fallback
is "(nothing)" 0 ok
is timeout 1 error kind
is "(nothing)" 1 fallback

# All the others, with time enough.
aggregator --timeout 60000 --fallback "$work/fallback" \
	"$url/fast" "$url/slow?ms=100" "$url/broken" "$url/failing" \
	"$url/garbage" "$url/nowhere" "$url/large?bytes=5000000" \
	"$url/large?bytes=4000000" "http://127.0.0.1:1/" "nonsense://x"
is "$url/fast" 0 url
is '[2,3,5]' 0 ok primes
is "(nothing)" 0 error
is slow 1 ok route
is failed 2 error kind
is failed 3 error kind
has 500 3 error message
is "(nothing)" 3 fallback
is '{"route": garbage' 4 ok
is failed 5 error kind
has 404 5 error message
is failed 6 error kind
has "longer than 4194304 bytes" 6 error message
is "$url/large?bytes=4000000" 7 url
[ "$(./tests/json-get "$work/answer" 7 ok | wc -c)" -eq 3999999 ] ||
	fail "a large body is not whole"
is failed 8 error kind
has onnect 8 error message
is failed 9 error kind
is "(nothing)" 10
stop_endpoints

# Nobody listens any more.
aggregator "$url/fast"
is failed 0 error kind
