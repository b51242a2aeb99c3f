#!/bin/sh
# SPDX-License-Identifier: MIT
#
# test-top.sh - on a terminal of 80 columns and 24 lines, tine top shows how
# tasks appear, crash, are started again, and stop by a key.
set -eu

command -v tmux >/dev/null || {
	echo 'skipped: tmux is not here to be a terminal'
	exit 77
}

work=$(mktemp -d)
export TINE_DIR="$work/boards" TMUX_TMPDIR="$work" TERM=screen LC_ALL=C.UTF-8
tine=$top_builddir/tools/tine
troop=

clean_up() {
	exec 3>&-
	tmux kill-server 2>/dev/null || true
	[ ! "$troop" ] || wait "$troop" || true
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

screen() {
	tmux capture-pane -p -t top 2>&1
}

fail() {
	echo "FAIL: $*"
	screen
	exit 1
}

# Until the condition holds: it is looked at again and again.
await() {
	tries=600
	until eval "$1"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] && tmux has-session -t top 2>/dev/null ||
			fail "never came: $1"
		sleep 0.1
	done
}

shows() {
	await "screen | grep -q -e '$1'"
}

hides() {
	await "! screen | grep -q -e '$1'"
}

press() {
	tmux send-keys -t top "$@"
}

# The process of who has that name.
pid_of() {
	"$tine" ps -o pid,name | awk -v name="$1" '$2 == name { print $1 }'
}

tmux -f /dev/null new-session -d -s top -x 80 -y 24 "$tine top -d 100ms"
shows 'Nothing runs'

# It appears.
mkfifo "$work/orders"
./tool/troop 2 <"$work/orders" >"$work/said" &
troop=$!
exec 3>"$work/orders"
shows 'troop .*sleeping'
shows '├─ crew'
shows '│  ├─ anna .*waits for'
shows '└─ private '
echo late >&3
shows '└─ late .*running'

# It crashes, and is started again.
anna=$(pid_of anna)
kill -s SEGV "$anna"
shows 'anna .* 1  crashed '
[ "$(pid_of anna)" != "$anna" ] || fail 'anna is still who she was'
shows 'anna crashed: '

# It is stopped by a key, if that is meant.
press End
press s
shows "stop task .* .late.? y or n"
press n
hides 'y or n'
press s
shows 'y or n'
press y
shows "stop .* late: done"
shows '└─ late .*ended' # its program is busy, and has not heard of it

# So is a child that is killed, which does not come back: its supervisor was
# told.
press Home
press Down Down
press k
shows "kill child .* .boris.? y or n"
press y
shows 'boris .*down'

# What is folded is not to be seen.
press Home
press Space
shows 'troop \[+\]'
hides 'crew'
press '*'
shows 'crew'

# Everything about one; and the keys.
press Enter
shows '  app  troop'
press x
press '?'
shows 'unfold everything'
press x
shows 'crew'

# A program that is stopped is shown all the same.
kill -s STOP "$troop"
shows 'troop .*stopped'
kill -s CONT "$troop"
shows 'troop .*sleeping'

# It fits whatever there is.
for size in '40 10' '80 24' '200 50'; do
	tmux resize-window -t top -x "${size% *}" -y "${size#* }"
	await "[ \"\$(screen | wc -l)\" = ${size#* } ]"
	shows 'troop'
	screen | tail -n 1 | grep -q 'q quit' || shows 'q quit'
done

press q
until ! tmux has-session -t top 2>/dev/null; do
	sleep 0.1
done
