#!/bin/sh
# SPDX-License-Identifier: MIT
# top-ends.sh - however tine top ends, it leaves the terminal as it was; on one
# that it cannot draw on it does not begin.
#
# A $ is for the shell on the terminal; who calls a test is not to be seen:
# shellcheck disable=SC1003,SC2016,SC2317

. "${srcdir:-.}/tool/common.sh"

command -v tmux >/dev/null || {
	echo 'skipped: tmux is not here to be a terminal'
	exit 77
}

TINE_DIR=$work/boards TMUX_TMPDIR=$work TERM=screen
export TINE_DIR TMUX_TMPDIR TERM

screen() {
	tmux capture-pane -p -t top 2>&1
}

# shows TEXT
shows() {
	for _ in $(seq 600); do
		! screen | grep -qF -e "$1" || return 0
		sleep 0.05
	done
	screen >&2
	fail "it never shows $1"
}

# on_terminal KIND - tine top, and how it ended, and the terminal then
on_terminal() {
	trap 'tmux kill-server 2>/dev/null || :' EXIT
	tmux -f /dev/null new-session -d -s top -x 80 -y 24 \
		"echo \$\$ >shell; trap : INT QUIT; TERM=$1
		tine top -d 100ms 2>err; echo status \$? >end
		stty -a >modes; exec sleep 1000"
}

ended() {
	await modes
	[ "$(cat end)" = "status $1" ] || fail "$(cat end), not $1: $(cat err)"
	[ "$(tmux display -p -t top '#{alternate_on} #{cursor_flag}')" = '0 1' ] ||
		fail 'the cursor is hidden, or the screen another'
	grep -q ' icanon .* echo ' modes ||
		fail "the terminal is in another mode: $(cat modes)"
	server=$(tmux display -p '#{pid}')
	tmux kill-server
	for _ in $(seq 500); do # until it has ended, reaped or not
		grep -qs . "/proc/$server/cmdline" || break
		sleep 0.01
	done
}

# ends_by NAME NUMBER
ends_by() {
	on_terminal screen
	shows 'Nothing runs'
	kill -s "$1" "$(pgrep -P "$(cat shell)")"
	ended $((128 + $2))
}

the_key_q_ends_it() (
	on_terminal screen
	shows 'Nothing runs'
	tmux send-keys -t top q
	ended 0
)

ctrl_c_ends_it() (
	on_terminal screen
	shows 'Nothing runs'
	tmux send-keys -t top C-c
	ended 130
)

ctrl_backslash_ends_it() (
	on_terminal screen
	shows 'Nothing runs'
	tmux send-keys -t top 'C-\'
	ended 131
)

a_hangup_ends_it() (
	ends_by HUP 1
)

to_be_asked_ends_it() (
	ends_by TERM 15
)

it_lives_on_the_smallest_of_terminals() (
	on_terminal screen
	shows 'Nothing runs'
	for size in '1 1' '10 3' '3 1' '1 30' '500 1'; do
		tmux resize-window -t top -x "${size% *}" -y "${size#* }"
		tmux send-keys -t top '?' x Enter x Down End s n o
	done
	tmux resize-window -t top -x 80 -y 24
	shows 'q quit'
	tmux send-keys -t top q
	ended 0
)

on_one_whose_cursor_stays_it_does_not_begin() (
	for kind in dumb unknown no-such-terminal ''; do
		on_terminal "$kind"
		ended 1
		says 'this is no terminal that top can draw on; tine tree'
		rm -f modes end err
	done
)

all "$0"
