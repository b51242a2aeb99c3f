#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-json.sh - what verbs print as JSON is as its schema says, and what tine
# metrics prints is taken by Prometheus: of a program that lives, of one that
# was killed, of hostile boards, and of none.
set -eu
. "${srcdir:-.}/tool/boards.sh"

skipped=
python3 -c 'import jsonschema' 2>/dev/null ||
	skipped='JSON (jsonschema for Python is not here)'
command -v promtool >/dev/null ||
	skipped="${skipped:+$skipped, }metrics (promtool is not here)"

# valid STATUS VERB [ARG...]
valid() {
	tine "$@" --json
	schema=$top_srcdir/doc/schema/$2.json
	grep -v '^tine ' "$out" >"$work/json" || :
	python3 "$srcdir/tool/valid.py" "$schema" <"$work/json" \
		>"$work/verdict" 2>&1 || [ $? = 77 ] || {
		cat "$work/verdict"
		fail "not as $schema says"
	}
}

all_are_valid() {
	valid 0 ps
	valid 0 ps --all
	valid 0 ps -o id,name
	valid 0 tree --all
	valid 0 ends
	valid 0 ends -o end,code
	valid 0 crashes
}

# Also that each family stands together, each sample once, and that none is of
# what was not described.
metrics_are_taken() {
	tine 0 metrics
	tail -n 1 "$out" | grep -qx '# EOF' || fail 'the end is not told'
	! grep -v '^#' "$out" | sed 's/ [^ ]*$//' | sort | uniq -d |
		grep . || fail 'a sample stands there twice'
	sed -n 's/^# TYPE \([^ ]*\).*/\1/p' "$out" >"$work/described"
	sed -n 's/^\([a-z_]*\){.*/\1/p' "$out" | uniq >"$work/named"
	[ "$(sort "$work/named" | uniq -d)" = '' ] || fail 'a family is torn'
	[ "$(sort "$work/named" | comm -23 - "$work/sorted")" = '' ] ||
		fail 'a sample is of nothing'
	command -v promtool >/dev/null || return 0
	promtool check metrics <"$out" >"$work/verdict" 2>&1 &&
		[ ! -s "$work/verdict" ] || {
		cat "$work/verdict"
		fail 'promtool complains'
	}
}

# value NAME NUMBER - of a sample, that is named by a pattern
value() {
	grep -q "^$1 $2\$" "$out" || fail "$1 is not $2"
}

"$tine" metrics | sed -n 's/^# TYPE \([^ ]*\).*/\1/p' | sort >"$work/sorted"
[ "$(wc -l <"$work/sorted")" = 10 ] || fail 'not ten families'

# Of nobody.
all_are_valid
metrics_are_taken

# Of a program.
start ready ./tool/stage
stage=$pid
all_are_valid
for name in stage office hothead squares reader guest falling; do
	valid 0 show "$name"
done
metrics_are_taken
labels="app=\"stage\",pid=\"$stage\",super=\"\""
value "tine_program_up{$labels}" 1
value "tine_tasks_running{$labels,state=\"running\"}" 2
value "tine_streams{$labels}" 1
value "tine_tasks_ended_total{$labels,end=\"failed\"}" 1
value 'tine_restarts_total{.*,super="office"}' 3
value "tine_torn_records{$labels}" 0
tine 0 metrics --openmetrics
grep -qx '# TYPE tine_restarts counter' "$out" || fail 'not as OpenMetrics has it'
value 'tine_restarts_total{.*,super="office"}' 3

# Of one that was killed, once its supervisor has gone, too.
super=$("$tine" ps --name office -o pid | grep '[0-9]')
end "$stage" KILL
tries=3000
while kill -0 "${super##* }" 2>/dev/null && [ "$tries" -gt 0 ]; do
	tries=$((tries - 1))
	sleep 0.01
done
all_are_valid
valid 0 show stage
valid 0 show falling
metrics_are_taken
value "tine_program_up{$labels}" 0
value "tine_tasks_ended_total{$labels,end=\"failed\"}" 1
rm "$TINE_DIR"/*

# Of what is forged: all may be said, and two are called alike.
start '^[0-9]' ./tool/forge hostile
hostile=$pid
start '^[0-9]' ./tool/forge plain 'a "name" \ of
two lines'
all_are_valid
valid 0 show "$hostile"
valid 0 show "$hostile.1"
valid 0 show "$hostile.2"
metrics_are_taken
value 'tine_tasks_started_total{app="a \\"name\\" \\\\ of two lines",.*}' 1
value 'tine_restarts_total{.*}' 18446744073709551615
board=$(ls -d "$TINE_DIR/$hostile-"*)
printf X | dd of="$board" bs=1 seek=6200 conv=notrunc 2>"$out"
all_are_valid
end "$pid" KILL
end "$hostile" KILL
rm "$TINE_DIR"/*

start '^[0-9]' ./tool/forge many 10000
started=$(date +%s%N) && tine 0 metrics
took=$((($(date +%s%N) - started) / 1000000))
echo "10000 tasks: tine metrics took $took ms"
[ "$took" -lt 5000 ] || fail 'tine metrics takes too long'
value 'tine_tasks_running{.*,state="running"}' 10000
got=0
"$tine" metrics >/dev/full 2>"$out" || got=$?
[ "$got" = 1 ] || fail 'a full disk goes unnoticed by metrics'
end "$pid" KILL

[ ! "$skipped" ] || {
	echo "not checked: $skipped"
	exit 77
}
