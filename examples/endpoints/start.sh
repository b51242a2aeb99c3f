# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2154
#
# endpoints/start.sh - start and stop the endpoints from a shell script; to be
# sourced. It needs $work, a folder for temporary files.
#
# The server ends when nobody holds descriptor 3 open, so it cannot outlive the
# script, however that ends. Descriptor 4 is what it prints.

# Sets $url to what all routes begin with.
start_endpoints() {
	mkfifo "$work/hold" "$work/log"
	./endpoints/endpoints <"$work/hold" >"$work/log" &
	endpoints=$!
	exec 3>"$work/hold" 4<"$work/log"
	read -r port <&4
	url=http://127.0.0.1:$port
	no_proxy=127.0.0.1
	export no_proxy
}

stop_endpoints() {
	exec 3>&- 4<&-
	wait "$endpoints"
}
