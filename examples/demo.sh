#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh - both example programs at work, on hostile files and bad servers.
#
# Run by "make demo", in the folder the examples were built in; srcdir in the
# environment is where this file is. It leaves nothing behind, and fails if one
# of the programs did.

set -eu
srcdir=${srcdir:-$(dirname "$0")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

. "$srcdir/endpoints/start.sh"

# built PROGRAM NEEDS - or say why it is not
built() {
	[ -x "./$1" ] && return
	echo "demo.sh: ${1##*/} is not built; it needs $2" >&2
	exit 1
}

heading() {
	printf '\n==== %s\n\n' "$*"
}

demo_minefield() {
	heading "minefield: files that may hold anything," \
		"parsers that may do anything"
	sh "$srcdir/data/hostile.sh" "$work/hostile"
	# The deep file is made for the stack that most systems give.
	(
		# shellcheck disable=SC3045
		ulimit -S -s 8192
		./minefield/minefield --timeout 500 --memory 512 \
			"$srcdir/data/json" "$work/hostile"
	)
}

demo_aggregator() {
	heading "aggregator: one answer from a fast, a slow, a broken and a" \
		"failing server"
	start_endpoints
	cat >"$work/fallback.json" <<-END
	{ "$url/slow": { "route": "slow", "from": "yesterday" } }
	END
	./aggregator/aggregator --timeout 1000 \
		--fallback "$work/fallback.json" \
		"$url/fast" "$url/slow" "$url/broken" "$url/failing"
	stop_endpoints
}

built minefield/minefield "jansson, json-c and cJSON"
built aggregator/aggregator "jansson, libcurl and libmicrohttpd"
demo_minefield
demo_aggregator
