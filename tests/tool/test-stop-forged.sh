#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-stop-forged.sh - whatever a board says, nobody is signalled who is not
# its writer's child, and nothing is written that is not the library's.
set -eu
. "$srcdir/tool/cast.sh"

sleep 1000 &
victim=$!
others=$victim

lives() {
	[ -d "/proc/$victim" ] && read -r _ _ state _ <"/proc/$victim/stat" ||
		fail "the victim of '$1' is gone"
	[ "$state" = S ] || fail "the victim of '$1' is in state $state"
}

for how in task child guest guardian; do
	play impostor "$how" "$victim"
	for verb in stop 'stop --grace 0' kill 'kill --json'; do
		tool 1 $verb victim
		says "process $victim is no child of $player"
		lives "$how"
	done
	tool 2 wait victim
	tool 1 stop "$victim"
	falls 0

	play impostor "$how" 1 # everybody's ancestor
	tool 1 kill victim
	says 'process 1 is nobody'
	falls 0
done

# A whole program, by a lock that is for an open file and names no process.
play impostor program "$victim"
for verb in stop kill; do
	tool 1 "$verb" "$victim"
	lives program
done
falls 0

# A child of its own may be ended; what it says is shared memory is a file.
dir=$(pwd)
cd "$work"
ln -s "$dir/tool" tool
play impostor file 0
tool=$tine
case $tine in
/*) ;;
*) tine=$dir/$tine ;;
esac
tool 0 stop victim
cmp -s -n 1048576 file /dev/zero || fail 'a file was written to'
cd "$dir"
falls 0
