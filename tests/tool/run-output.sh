#!/bin/sh
# SPDX-License-Identifier: MIT
# run-output.sh - tine run passes on what commands write, whole and unmixed.
#
# A $ is for the shell that is the command; who calls a test is not to be seen:
# shellcheck disable=SC1003,SC2016,SC2317

. "${srcdir:-.}/tool/common.sh"

valid=$(cd "${srcdir:-.}/tool" && pwd)/valid.py

# Many small writes of a letter, by a few at once.
letters='i=0; while [ $i -lt 500 ]; do echo {}; i=$((i + 1)); done'

outputs_are_not_mixed() (
	status 0 tine run -j6 sh -c "$letters" ::: a b c d e f
	[ "$(uniq out | sort | tr -d '\n')" = abcdef ] || fail 'they are mixed'
	[ "$(wc -l <out)" -eq 3000 ] || fail 'there are not 500 of each'
)

they_come_as_commands_end() (
	mkfifo gate
	exec 3<>gate
	tine run -q -j2 sh -c '[ {} = 2 ] || { read -r x <gate; echo $x; }; echo {}' ::: 1 2 >out &
	await out
	[ "$(cat out)" = 2 ] || fail 'the second one waits'
	echo first >&3
	wait $!
	[ "$(cat out)" = "$(printf '2\nfirst\n1')" ] || fail "$(cat out)"
)

or_if_that_is_wanted_as_inputs_came() (
	status 0 tine run -j4 --keep-order \
		sh -c 'sleep 0.$((9 - {})); echo {}' ::: 1 2 3 4 5 6 7 8
	[ "$(tr -d '\n' <out)" = 12345678 ] || fail "$(cat out)"
)

one_that_is_slow_does_not_stop_those_behind_it() (
	mkfifo gate
	exec 3<>gate
	{
		echo slow
		seq 100
	} >in
	tine run -q -k -j2 sh -c 'if [ {} = slow ]; then read -r x <gate; echo $x; else
		echo {}; echo {} >>told; fi' <in >out &
	for _ in $(seq 1000); do
		[ ! -e told ] || [ "$(wc -l <told)" -lt 100 ] || break
		sleep 0.01
	done
	[ ! -s out ] || fail 'not in order'
	echo slow >&3
	wait $!
	cmp in out
)

stdout_and_stderr_stay_apart() (
	status 0 tine run -q -k sh -c 'echo out {}; echo err {} >&2' ::: 1 2
	[ "$(cat out)" = "$(printf 'out 1\nout 2')" ] || fail "$(cat out)"
	[ "$(cat err)" = "$(printf 'err 1\nerr 2')" ] || fail "$(cat err)"
)

bytes_of_any_kind_stay_as_they_are() (
	head -c 300000 /dev/urandom >binary
	status 0 tine run cat ::: binary
	cmp binary out
	status 0 tine run -q sh -c 'cat {} >&2' ::: binary
	cmp binary err
)

ten_megabytes_of_each_come_in_order() (
	for i in 1 2 3 4; do
		yes "line of $i" | head -c 10485760
	done >want
	status 0 tine run -k -j4 sh -c 'yes "line of {}" | head -c 10485760' \
		::: 1 2 3 4
	cmp want out
)

they_come_unmixed_without_order_too() (
	status 0 tine run -j4 sh -c 'yes {} | head -c 2000000
		yes {} | head -c 1000000 >&2' ::: 1 2 3 4
	[ "$(uniq out | sort | tr -d '\n')" = 1234 ] || fail 'they are mixed'
	[ "$(wc -c <out)" -eq 8000000 ] || fail 'something is missing'
	[ "$(grep -c '^[1-4]$' err)" -eq 2000000 ] || fail 'of the errors, too'
)

output_is_not_kept_in_memory() (
	status 0 tine run --json=run.json sh -c \
		'tine run -q head -c 200000000 ::: /dev/zero /dev/zero' ::: 1
	rss=$(sed 's/.*"max_rss_kib":\([0-9]*\).*/\1/' run.json)
	[ "$rss" -lt 60000 ] || fail "$rss KiB"
	[ "$(wc -c <out)" -eq 400000000 ] || fail "$(wc -c <out) bytes"
	rm out
)

what_opens_dev_stderr_anew_loses_nothing() (
	status 0 tine run -q sh -c 'echo 1 >&2; echo 2 >/dev/stderr; echo 3 >&2
		echo 1; echo 2 >/dev/stdout; echo 3' ::: 1
	[ "$(tr -d '\n' <err)" = 123 ] || fail "$(cat err)"
	[ "$(tr -d '\n' <out)" = 123 ] || fail "$(cat out)"
)

where_there_is_no_room_for_it_that_is_told() (
	TMPDIR=/nowhere
	status 255 tine run -k head -c 100000 ::: /dev/zero
	says '100000 bytes of its output are lost: No such file'
	[ ! -s out ] || fail 'a part of it came'
)

a_disk_that_is_full_ends_the_run() (
	seq 100 >in
	got=0
	tine run echo <in >/dev/full 2>err || got=$?
	[ "$got" -eq 255 ] || fail "status $got"
	says 'cannot write: No space left on device'
	[ "$(grep -c 'cannot write' err)" -eq 1 ] || fail 'it says so often'
)

a_reader_that_goes_away_ends_it() (
	seq 1000 >in
	tine run -q -j2 sh -c 'echo {}; echo >>ran' <in | head -n 1 >out
	[ "$(wc -l <out)" -eq 1 ] || fail 'no output'
)

a_reader_that_is_slow_is_waited_for() (
	seq 30 >in
	tine run -q -k sh -c 'yes {} | head -c 180000' <in |
		{ sleep 0.3; cat; } >out
	[ "$(uniq out)" = "$(seq 30)" ] || fail 'it lost something'
)

# ---- JSON ------------------------------------------------------------------

# has TEXT - out, or another file, has it
has() {
	grep -qF -e "$1" "${2-out}" || fail "no $1 in: $(cat "${2-out}")"
}

json_is_a_line_for_each_command() (
	status 1 tine run -q -k --json sh -c 'echo {}; echo e >&2; exit {}' \
		::: 0 3
	[ "$(wc -l <out)" -eq 2 ] || fail "$(cat out)"
	[ ! -s err ] || fail "$(cat err)"
	has '{"schema":1,"kind":"run","seq":1,"input":"0","command":["sh","-c","echo 0; '
	has '"end":"ok","exit":0,"signal":null,"core":false,'
	has '"end":"failed","exit":3,"signal":null,'
	has '"attempts":1,"message":"exit 3",'
	has '"stdout_bytes":2,"stderr_bytes":2,"lost_bytes":0,'
	has '"stdout":"3\n","stderr":"e\n"}'
)

in_a_file_it_stands_beside_the_output() (
	status 0 tine run -q --json=json echo ::: 1
	[ "$(cat out)" = 1 ] || fail "$(cat out)"
	has '"stdout_bytes":2,"stderr_bytes":0,"lost_bytes":0}' json
)

it_takes_any_bytes() (
	status 0 tine run --json printf '%s' ::: "$(printf 'a\377\n\033"\\')"
	has "\"input\":\"a$(printf '\357\277\275')\\n\\u001B\\\"\\\\\""
)

it_has_a_part_of_what_is_too_much() (
	status 0 tine run -q --json head -c 3000000 ::: /dev/zero
	has '"stdout_bytes":3000000,'
	[ "$(grep -o '\\u0000' out | wc -l)" -eq 1048576 ] || fail 'not 1 MiB'
)

it_is_as_its_schema_says() (
	status 4 tine run -k --timeout 0.2 --json --cpu 1 \
		sh -c '{}' ::: : 'exit 7' 'kill -s SEGV $$' 'sleep 10' \
		'echo out; echo err >&2' 'setsid sleep 100 & exit 1'
	python3 "$valid" "$top_srcdir/doc/schema/run.json" <out || {
		[ $? = 77 ] || fail 'it is not'
		echo 'not checked: jsonschema for Python is not here'
	}
)

# on_terminal TERM - what is written to one of that kind, in typescript
on_terminal() {
	TERM=$1 script -qec 'tine run -j1 sleep ::: 0 0.2 0' typescript \
		</dev/null >/dev/null
	grep -q '3 ok, 0 failed' typescript || fail "$(cat -v typescript)"
}

how_far_it_is_is_shown_where_a_line_can_be_cleared() (
	if ! command -v script >/dev/null; then
		echo 'nothing to be a terminal: passed over'
		exit 0
	fi
	escape=$(printf '\033')
	on_terminal xterm
	grep -qF "$escape[K" typescript || fail 'it is not shown'
	on_terminal dumb
	! grep -qF "$escape" typescript || fail 'a dumb one is sent escapes'
	on_terminal ''
	! grep -qF "$escape" typescript || fail 'one of no kind is sent escapes'
)

all "$0"
