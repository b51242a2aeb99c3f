# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
#
# mailer/start.sh - start and stop the sink from a shell script; to be sourced.
# It needs $work, a folder for temporary files.
#
# The sink ends when nobody holds descriptor 5 open, so it cannot outlive the
# script, however that ends. Its ledger is $work/ledger, and what it prints
# goes to $work/sink.

# start_sink OPTIONS... - sets $smtp to where it is, and $port
start_sink() {
	[ -p "$work/hold-sink" ] || mkfifo "$work/hold-sink"
	: >"$work/sink"
	./mailer/sink "$@" "$work/ledger" <"$work/hold-sink" >"$work/sink" &
	sink=$!
	exec 5>"$work/hold-sink"
	until read -r port <"$work/sink"; do
		kill -0 "$sink"
		sleep 0.02
	done
	smtp=127.0.0.1:$port
}

stop_sink() {
	exec 5>&-
	wait "$sink"
}
