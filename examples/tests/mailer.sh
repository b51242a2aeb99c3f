# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
#
# tests/mailer.sh - what the checks of mailer share; to be sourced behind
# common.sh.

. "$srcdir/mailer/start.sh"

spool=$work/spool
mkdir -p "$spool/tmp" "$spool/new"

# drop NAME [TO [TEXT]] - puts a message into the spool
drop() {
	printf 'From: check@example\nTo: <%s>\nSubject: %s\n\n%s\n' \
		"${2:-$1@example}" "$1" "${3:-Hello.}" >"$spool/tmp/$1"
	mv "$spool/tmp/$1" "$spool/new/$1"
}

# mailer OPTIONS... - runs it until the spool is empty
mailer() {
	timeout 60 ./mailer/mailer --spool "$spool" --once "$@" \
		>"$work/lines" || {
		cat "$work/lines"
		fail "status $? of: mailer $*"
	}
}

# start_mailer OPTIONS... - leaves it running, as $mailer
start_mailer() {
	./mailer/mailer --spool "$spool" "$@" >>"$work/lines" 5>&- &
	mailer=$!
	runs $mailer mailer
}

# stop_mailer - as a user would
stop_mailer() {
	kill "$mailer" || fail "the mailer has ended by itself: $(cat "$work/err")"
	wait "$mailer" || fail "status $? of a mailer that was told to stop"
}

# eventually COMMAND... - within half a minute
eventually() {
	for _ in $(seq 300); do
		! "$@" || return 0
		sleep 0.1
	done
	fail "not within half a minute: $*"
}

# in_folder FOLDER NAMES - these are all the messages in it
in_folder() {
	[ "$(find "$spool/$1" -mindepth 1 -printf '%f\n' | sort | xargs)" = "$2" ]
}

# ids - those in the ledger, in the order of the alphabet
ids() {
	sed 's/^{"id":"\([^"@]*\)[^,]*,.*/\1/' "$work/ledger" | sort
}

# processes - all that are of a mailer: forked children have its command line
processes() {
	printf '%s' "$spool" >"$work/pattern"
	grep -s -l -a -F -f "$work/pattern" /proc/[0-9]*/cmdline |
		sed 's/[^0-9]//g'
}

# nobody_left - no mailer runs, and all that it had started has ended
nobody_left() {
	[ -z "$(processes)" ]
}
