#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Each URL has its line, whatever became of it.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/endpoints/start.sh"

# fetch STATUS OPTION... - with the list on standard input; the lines become
# the items of $work/answer
fetch() {
	want=$1
	shift
	status=0
	./fetch/fetch "$@" <"$work/list" >"$work/lines" 2>"$work/err" ||
		status=$?
	[ $status -eq "$want" ] || {
		cat "$work/err"
		fail "status $status, not $want, of: fetch $*"
	}
	{
		echo '['
		paste -s -d , "$work/lines"
		echo ']'
	} >"$work/answer"
}

# says WORDS - so it did, on stderr
says() {
	grep -qF -e "$1" "$work/err" || {
		cat "$work/err"
		fail "it does not say '$1'"
	}
}

start_endpoints

# ---- All kinds of servers, with a child for each and with fewer ------------

{
	echo "# a comment, an empty line, and space around"
	echo
	printf '\t%s \r\n' "$url/fast"
	echo "$url/slow?ms=100"
	echo "$url/slow?ms=60000"
	echo "$url/broken"
	echo "$url/failing"
	echo "$url/nowhere"
	echo "$url/large?bytes=5000000"
	echo "http://127.0.0.1:1/"
	echo "nonsense://x"
	printf '%s\000%s\n' "$url/fast" "and more"
	printf '%s/f\344st\n' "$url"
	printf '%s' "$url/fast" # a line that does not end
} >"$work/list"

for options in "--reuse 1" "--reuse 100" "-j 1 --reuse 5"; do
	# shellcheck disable=SC2086
	fetch 1 --timeout 1000 $options
	is "$url/fast" 0 url
	is 0 0 index
	is ok 0 end
	is 200 0 status
	is 39 0 bytes
	is 1 0 attempts
	is "(nothing)" 0 error
	is ok 1 end
	is timeout 2 end
	has "timeout of 1000 ms" 2 error
	is "(nothing)" 2 status
	is failed 3 end
	is 200 3 status
	is "(nothing)" 3 bytes
	is failed 4 end
	is "the server answers 500" 4 error
	is failed 5 end
	is 404 5 status
	is ok 6 end
	is 5000000 6 bytes
	is failed 7 end
	has onnect 7 error
	is failed 8 end
	is failed 9 end
	has NUL 9 error
	is "$url/f?st" 10 url
	is failed 10 end
	is ok 11 end
	is 11 11 index
	is "(nothing)" 12
	says "12 URLs, 4 ok, 7 failed, 1 timeout"
done

# ---- Attempts, for what may be better another time -------------------------

printf '%s\n' "$url/failing" "$url/nowhere" "$url/slow?ms=60000" "$url/fast" \
	>"$work/list"
for reuse in 1 100; do
	fetch 1 --retries 2 --timeout 200 --reuse $reuse
	is 3 0 attempts
	is 1 1 attempts
	is 3 2 attempts
	is timeout 2 end
	is 1 3 attempts
done

# ---- Order ------------------------------------------------------------------

printf '%s\n' "$url/slow?ms=300" "$url/fast" >"$work/list"
fetch 0
is 0 0 index
fetch 0 --unordered
is 1 0 index
is 0 1 index

# ---- Progress ---------------------------------------------------------------

fetch 0 --progress=always
says "[##########          ] 1 of 2 URLs, 0 not ok"
fetch 0 --progress=never
[ "$(cat "$work/err")" = "2 URLs, 2 ok" ] || fail "progress that was not wanted"

# ---- Lists: many, slow, unreadable, without end ----------------------------

: >"$work/list"
fetch 0
says "0 URLs"
is "(nothing)" 0

echo "$url/fast" >"$work/list"
fetch 0 "$work/list" - "$work/list"
is 2 2 index
says "3 URLs, 3 ok"

# While nobody writes the next line, the time of the one before runs.
{
	echo "$url/slow?ms=60000"
	sleep 3
} | ./fetch/fetch --timeout 500 2>"$work/err" >"$work/lines" &&
	fail "what takes a minute came in time"
ms=$(sed -n 's/.*"timeout".*"ms":\([0-9]*\)}$/\1/p' "$work/lines")
[ "${ms:-9999}" -lt 2500 ] || fail "a slow list stops the clock"

{
	echo "$url/fast"
	head -c 70000 /dev/zero | tr '\0' x
	echo
	echo "$url/fast"
} >"$work/long"
fetch 1 "$work/long" "$work/list"
says "left out the rest of '$work/long': a line is longer than 65536 bytes"
says "2 URLs, 2 ok"

# Of a list without end no more is read than is fetched.
yes "$url/fast" | ./fetch/fetch --reuse 100 2>/dev/null | head -n 50 \
	>"$work/lines"
[ "$(grep -c '"ok"' "$work/lines")" -eq 50 ] || fail "a list without end"

if [ -w /dev/full ]; then
	status=0
	./fetch/fetch <"$work/list" >/dev/full 2>"$work/err" || status=$?
	[ $status -eq 1 ] || fail "status $status when nothing can be written"
	says "cannot write what came: No space left"
fi

stop_endpoints
