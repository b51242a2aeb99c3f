#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-ps.sh - tine ps and tine tree show who is there and who is under whom:
# of programs that run, are stopped, busy, or killed, and of those that lie.
set -eu
. "${srcdir:-.}/tool/boards.sh"

# in_order WORD... - of lines, one behind the other
in_order() {
	for word; do
		printf '%s\n' "$word"
	done | awk -v out="$out" '
		{
			while ((more = getline line <out) > 0)
				if (index(line, $0))
					next
			exit 1
		}' || fail "not in this order: $*"
}

# ---- Nothing --------------------------------------------------------------

for verb in ps tree; do
	tine 0 $verb
	lines 0
	tine 0 $verb --json
	says '"rows": \[\]'
	tine 2 $verb -o
	tine 2 $verb -o id,colour
	says "no field 'colour'"
	tine 2 $verb -o ''
	tine 2 $verb --sort colour
	tine 2 $verb --nothing
	tine 0 $verb -o help
	says '^id  *what other verbs take$'
	hides '^message'
done
[ ! -e "$TINE_DIR" ] || fail 'the tool itself makes the directory'

# ---- Whom it may not be ---------------------------------------------------

mkdir -m 755 "$work/open"
TINE_DIR=$work/open tine 1 ps
says 'open is not to be trusted'
ln -s "$TINE_DIR" "$work/link"
TINE_DIR=$work/link tine 1 tree
says 'link is not to be trusted'
rm -r "$work/open" "$work/link"

# ---- A program ------------------------------------------------------------

start ready ./tool/troop 2
troop=$pid
tine 0 ps
lines 7
says "^$troop  *program  *troop  *sleeping "
says '^[0-9]*  *supervisor  *crew '
says '^[0-9.]*  *child  *anna  *running .* 0  *waits for orders$'
says "^$troop.[0-9]*  *task  *private  *running "
tine 0 ps --kind task -o id,name
lines 3
tine 0 ps --super 'cr*' --kind child --sort=-name -o name
[ "$(tr '\n' ' ' <"$out")" = 'NAME boris anna ' ] || fail 'another order'
tine 0 ps --app nobody
lines 0
tine 0 ps --state sleeping --kind 'p*'
lines 2
tine 0 ps --json --name anna -o id,restart,last
says '"restart": "permanent", "last_end": null'

tine 0 tree -o kind
in_order troop '├─ crew' '│  ├─ anna' '│  └─ boris' '├─ private' '└─ private'
lines 7
tine 0 tree -o kind --name boris
in_order troop '└─ crew' '   └─ boris'
lines 4
tine 0 tree -o kind --sort=-name
in_order troop '├─ private' '├─ private' '└─ crew' '   ├─ boris' '   └─ anna'
LC_ALL=C tine 0 tree -o kind
in_order troop '|- crew' '|  |- anna' '|  `- boris' '|- private' '`- private'

# Whatever state it is in.
kill -STOP "$troop"
until "$tine" ps | grep -q "^$troop .* stopped "; do sleep 0.01; done
tine 0 ps
lines 7
tine 0 tree
in_order troop crew anna
kill -CONT "$troop"

# It is killed, and all its tasks with it; its supervisor ends by itself.
end "$troop" KILL
until ! "$tine" ps | grep -q .; do sleep 0.01; done
tine 0 ps -a --app troop
says "^$troop  *program  *troop  *gone "
tine 0 tree -a -o kind,state --kind '[pt]*'
in_order 'troop ' 'private '
rm -r "$TINE_DIR"

# ---- Those that lie -------------------------------------------------------

start '^[0-9]' ./tool/forge hostile shop
for verb in ps tree 'ps --json' 'tree --json' 'ps -a --sort name'; do
	# Several words:
	# shellcheck disable=SC2086
	tine 0 $verb
	! LC_ALL=C grep -q "$(printf '[\1-\10\13-\37\177]')" "$out" ||
		fail 'something reaches the terminal'
done
end "$pid" KILL
rm -r "$TINE_DIR"

# ---- Many -----------------------------------------------------------------

# swift WORD... - how long it takes, the best of some tries. That is below 100
# ms, but not beside others who want the processors, or with sanitizers.
swift() {
	best=
	for _ in 1 2 3 4 5; do
		began=$(date +%s%N)
		tine 0 "$@"
		took=$((($(date +%s%N) - began) / 1000000))
		[ "$best" ] && [ "$best" -le "$took" ] || best=$took
	done
	echo "  tine $*: $best ms"
	[ "$best" -lt 5000 ] || fail 'that is too long'
}

check_swift() {
	swift ps "$@"
	[ "$(wc -l <"$out")" -gt 10000 ] || fail 'some are missing'
	swift tree "$@"
	[ "$(wc -l <"$out")" -gt 10000 ] || fail 'some are missing'
	swift ps --json "$@"
	swift ends
	swift crashes
	swift show page-17
}

for how in waiting stopped busy; do
	start ready ./tool/crowd 10000 $how
	echo "10000 tasks of one that is $how:"
	check_swift
	end "$pid" KILL
	[ $how = busy ] || rm -r "$TINE_DIR"
done
echo '10000 tasks of one that was killed:'
check_swift -a
rm -r "$TINE_DIR"
