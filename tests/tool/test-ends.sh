#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-ends.sh - tine ends, crashes and show say what there is, of programs
# that live, are stopped, or were killed; and of boards that nobody wrote.
set -eu
. "${srcdir:-.}/tool/boards.sh"

# ---- Nothing --------------------------------------------------------------

tine 0 ends
lines 0
tine 0 crashes
lines 0
tine 1 show nobody
says "nobody of the id or name 'nobody'"
tine 2 show
tine 2 ends --end crushed
says "did you mean 'crashed'"
tine 2 ends -n many
tine 1 crashes 0
[ ! -e "$TINE_DIR" ] || fail 'the tool itself makes the directory'

# ---- A board that was written here ----------------------------------------

start '^[0-9]' ./tool/forge plain shop
shop=$pid
tine 0 ends
lines 5
says "$shop.2  *task  *reader  *ok  "
says "$shop.3  *task  *parser  *crashed  *SIGSEGV .*2.0M  killed by SIGSEGV"
says "$shop.5  *task  *abacus  *crashed  *SIGFPE"
tine 0 ends --bad -n 1
lines 2
says abacus
tine 0 ends --end ok --end 'time*'
lines 2
tine 0 ends --name 'pars*' --app 'sh*'
lines 3
tine 0 ends --app other
lines 0
tine 0 ends --super any
lines 0
tine 0 ends -r
says '^  *AGO '
tine 0 ends -o id,bug
says "$shop.3  00c0ffee12345678"

tine 0 crashes
lines 3
says '^00c0ffee12345678  *2 .* SIGSEGV  *parser  *shop  *parse at page.c:41$'
tine 0 crashes 00C0ffee12345678
says '^  #2 main at page.c:7$'
tine 1 crashes 00c
says 'one of 2 crashes'
says '^00c0ffee12345679 .* count at abacus.c:8$'
tine 1 crashes 0ff
tine 0 crashes --stacks
says '^  #0 count at abacus.c:8$'
tine 0 crashes --app other
lines 0

tine 0 show "$shop.1"
says "^task $shop.1  sleeper of shop$"
tine 0 show sleeper
says "^task $shop.1 "
tine 0 show $((shop * 4294967296 + 1))
says "^task $shop.1 "
tine 0 show "$shop.3"
says '^  end  *crashed$'
says '^    no page 4$'
says '^    #1 parse at page.c:41$'
tine 0 show parser
says "^task $shop.4  parser of shop$"
tine 0 show shop
says '^  board  *.*/boards/'
says '^  begun  *1, 1 ok, 3 crashed, '
says "$shop.5 .*abacus"
tine 0 show --json shop
says '"board": "/'

# The same bug in another program; then they are killed, and are still there.
start '^[0-9]' ./tool/forge plain bar
tine 0 crashes
lines 3
says '^00c0ffee12345678  *4 .* SIGSEGV  *parser  *bar '
tine 1 show sleeper
says "there are 2 of 'sleeper'"
tine 0 ends --bad
lines 7
tine 0 ends -o id,name,end,code,app
cp "$out" "$work/before"
end "$pid" KILL
end "$shop" KILL
tine 0 ends -o id,name,end,code,app
cmp "$work/before" "$out" || fail 'the dead have another history'
tine 0 show "$shop"
says '^  state  *gone$'
tine 0 show "$shop.1"
says '^  state  *gone$'

# ---- What is no board, or half of one -------------------------------------

board=$(ls -d "$TINE_DIR/$shop-"*)
mkdir "$TINE_DIR/1-1-1"
ln -s "$board" "$TINE_DIR/2-2-1"
mkfifo "$TINE_DIR/3-3-1"
head -c 100000 /dev/urandom >"$TINE_DIR/4-4-1"
cp "$board" "$TINE_DIR/5-5-1"
echo hello >"$TINE_DIR/README"
tine 0 ends -o id,name,end,code,app
cmp "$work/before" "$out" || fail 'what is no board is taken for one'
for size in 1023 5000 8000 600000; do
	cp "$board" "$work/whole"
	truncate -s "$size" "$board"
	tine 0 ends
	tine 0 crashes
	tine 0 ps --all
	[ "$size" -lt 1024 ] || tine 0 show "$shop"
	cp "$work/whole" "$board"
done
printf X | dd of="$board" bs=1 seek=6200 conv=notrunc 2>"$out"
tine 0 show "$shop"
says '^  torn  *1$'
rm -r "$TINE_DIR/1-1-1" "$TINE_DIR/3-3-1"
rm "$TINE_DIR"/*

# ---- What is hostile ------------------------------------------------------

start '^[0-9]' ./tool/forge hostile
escape=$(printf '\033')
for verb in ends 'ends -o output,note,message,name,app' crashes \
	'crashes --stacks' "show $pid.1" "show $pid.2" "show $pid" ps tree \
	'ends --json' 'crashes --json' "show --json $pid"; do
	# shellcheck disable=SC2086 # words
	tine 0 $verb
	hides "$escape"
	hides "$(printf '\007')"
	hides "$(printf '\302\233')"
	hides "$(printf '\r')"
	says .
done
tine 1 show "$(printf '\033[31m')"
end "$pid" KILL
rm "$TINE_DIR"/*

# ---- Whom it may not be ---------------------------------------------------

chmod 755 "$TINE_DIR"
for verb in ends crashes 'show 1'; do
	# shellcheck disable=SC2086 # words
	tine 1 $verb
	says 'not to be trusted'
done
chmod 700 "$TINE_DIR"

# ---- A program ------------------------------------------------------------

start ready ./tool/stage
stage=$pid
history='ends --app stage -o id,name,kind,end,code'

check_stage() {
	# shellcheck disable=SC2086 # words
	tine 0 $history
	lines 8
	says 'failing  *task  *failed  *7$'
	says 'falling  *task  *crashed  *SIGSEGV$'
	says 'squares  *item  *crashed  *SIGABRT$'
	tine 0 ends --super office --name guest
	lines 2
	tine 0 ends --super office --name hothead
	lines 4
	tine 0 ends --name reader
	lines 0
	tine 0 crashes
	says ' 3  .* SIGSEGV  *hothead  *stage  '
	says ' 2  .* SIGSEGV  *guest  *stage  '
	tine 0 show falling
	says '^  message  *killed by SIGSEGV at address 0x0 '
	says '^  note  *about to poke$'
	says '^    the page is not there$'
	says '^    #0 \(poke\|.*+0x\)'
	tine 0 show squares
	says '^stream .*  squares of stage$'
	says '^  below  *[12] worker'
	tine 0 show hothead
	says '^  restarts  *3$'
	says '^  last  *crashed$'
	says '^ended before:$'
	tine 0 show office
	says '^  begun .*, 3 restarts$'
	says '^  below  *1 task, 2 children$'
	tine 0 show stage
	says '^  below  *1 supervisor, 1 stream, 2 tasks, [12] worker'
	tine 0 show reader
	says '^  note  *page 3 of 7$'
}

check_stage
kill -STOP "$stage"
check_stage
tine 0 show stage
says '^  state  *stopped$'
kill -CONT "$stage"

# All that it has goes with it; what it said does not.
members=$("$tine" ps --app stage -o pid | grep '[0-9]')
end "$stage" KILL
for member in $members; do
	tries=3000
	while kill -0 "$member" 2>/dev/null && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.01
	done
	[ "$tries" -gt 0 ] || fail "process $member outlives its program"
done
tine 0 ends --app stage --bad -o name,kind,end,code
says 'failing  *task  *failed  *7$'
says 'guest  *task  *crashed  *SIGSEGV$'
says 'squares  *item  *crashed  *SIGABRT$'
tine 0 show falling
says '^    #0 \(poke\|.*+0x\)'
tine 0 show stage
says '^  state  *gone$'

# ---- Many, and nowhere to print it ----------------------------------------

start '^[0-9]' ./tool/forge many 10000
for verb in ends crashes "show $pid" "show $pid.5000"; do
	# shellcheck disable=SC2086 # words
	started=$(date +%s%N) && tine 0 $verb
	took=$((($(date +%s%N) - started) / 1000000))
	echo "10000 tasks: tine ${verb%% *} took $took ms"
	[ "$took" -lt 5000 ] || fail "tine $verb takes too long"
	got=0
	# shellcheck disable=SC2086 # words
	"$tine" $verb >/dev/full 2>"$out" || got=$?
	[ "$got" = 1 ] || fail "a full disk goes unnoticed by $verb"
done
end "$pid" KILL
