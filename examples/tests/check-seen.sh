#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The tool tells what minefield and mailer do, what ended and why: while they run,
# when they are stopped, and when they were killed.

. "${srcdir:-.}/tests/common.sh"
. "$srcdir/tests/mailer.sh"

find_tine
export COLUMNS=160 LC_ALL=C.UTF-8
started=

clean_up() {
	for pid in $started; do
		kill -s KILL "$pid" 2>/dev/null || true
	done
	wait
	rm -rf "$work"
}
trap clean_up EXIT

# sees WORDS VERB... - the verb succeeds, and a line of it has these words
sees() {
	words=$1
	shift
	timeout 20 $tine "$@" >"$work/out" 2>"$work/err" || {
		cat "$work/err"
		fail "status $? of: tine $*"
	}
	grep -q -e "$words" "$work/out" || {
		cat "$work/out"
		fail "no '$words': tine $*"
	}
}

# sees_soon WORDS VERB... - within half a minute
sees_soon() {
	eventually looks_like "$@"
}

looks_like() {
	words=$1
	shift
	$tine "$@" 2>/dev/null | grep -q -e "$words"
}

# ---- minefield: two parses that crashed, four that wait for ever ------------

field=$work/field
sh "$srcdir/data/hostile.sh" "$field"
ln "$field/endless.json" "$field/more.json"
./minefield/minefield -j 4 --timeout 60000 --parser naive --parser cJSON \
	"$field" >"$work/report" &
minefield=$!
started="$started $minefield"

# sees_minefield STATE OF_ITEM OPTION - of one that runs, is stopped, or is gone
sees_minefield() {
	sees "^$minefield  *program  *minefield  *$1 " ps "$3"
	[ "$(grep -c " item  *trial  *$2 " "$work/out")" = 4 ] ||
		fail "not four parses that are $2"
	sees "─ trial .* item  *$2 " tree "$3"
	sees "trial  *crashed  *SIGSEGV .*parsing deep-" ends
	sees "SIGSEGV  *trial  *minefield  *[a-z_]" crashes
	sees 'naive_.* at parser_naive' crashes --stacks
	sees "state  *$1" show "$minefield"
	sees "^item .*trial" show "$($tine ps "$3" --kind item -o id | tail -n 1)"
}

sees_soon 'SIGSEGV  *trial' crashes
sees_soon 'reading more.json' ps
sees_minefield '\(sleeping\|running\)' running --sort=id
sees '─ trial .* reading endless.json' tree
kill -s STOP $minefield
sees_soon ' stopped ' ps
sees_minefield stopped running --sort=id
sees '─ trial .* reading endless.json' tree
kill -s KILL $minefield
wait $minefield 2>/dev/null || true
sees_soon ' gone ' ps --all
sees_minefield gone gone --all
rm -r "$TINE_DIR"

# ---- mailer: a server that does not answer, and one that refuses ------------

start_sink
drop nobody nobody@example
start_mailer -j 4 --smtp "$smtp" 2>"$work/err"
started="$started $mailer $sink"
eventually [ -e "$spool/refused/nobody" ]
kill -s STOP "$sink"
for name in anna boris carla; do
	drop $name
done
for name in anna boris carla; do
	sees_soon "child  *$name  *running" ps
done

sees_mailer() {
	sees "^$mailer  *program  *mailer  *$1 " ps "$2"
	sees " supervisor " ps "$2"
	sees "├─ boris .* child " tree "$2"
	sees " nobody  *ok " ends
	sees "state  *$1" show "$mailer"
	sees '.' show boris
}

sees_mailer '\(sleeping\|running\)' --sort=id
kill -s STOP "$mailer"
sees_soon ' stopped ' ps
sees_mailer stopped --sort=id

# A child is killed while its program is stopped: the supervisor starts another.
sees 'boris' kill boris
sees_soon 'crashed\|killed' ends --name boris
sees_soon "child  *boris  *running" ps
kill -s CONT "$mailer"
kill -s CONT "$sink"
eventually in_folder sent 'anna boris carla'
sees_soon "boris .*ok" ends
kill -s KILL "$mailer"
wait "$mailer" 2>/dev/null || true
sees_soon "mailer  *gone" ps --all
sees "boris .*ok" ends
eventually nobody_left
stop_sink
