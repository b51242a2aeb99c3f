#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo.sh - the example programs at work, on hostile files and bad servers.
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
. "$srcdir/mailer/start.sh"

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

# timed_minefield REUSE - the sums, and the time they took
timed_minefield() {
	from=$(date +%s%3N)
	./minefield/minefield --reuse "$1" "$work/many" >"$work/report"
	to=$(date +%s%3N)
	tail -n 7 "$work/report"
	echo "--reuse $1: $((to - from)) ms"
}

demo_reuse() {
	heading "minefield --reuse 100: the same verdicts, by fewer children"
	mkdir "$work/many"
	for i in $(seq 1000); do
		echo "[$i, {\"number\": $i}]" >"$work/many/$i.json"
	done
	ln "$work/hostile/deep-100000.json" "$work/many"
	(
		# shellcheck disable=SC3045
		ulimit -S -s 8192
		timed_minefield 1
		timed_minefield 100
	)
}

demo_aggregator() {
	heading "aggregator: one answer from a fast, a slow, a broken and a" \
		"failing server"
	cat >"$work/fallback.json" <<-END
	{ "$url/slow": { "route": "slow", "from": "yesterday" } }
	END
	./aggregator/aggregator --timeout 1000 \
		--fallback "$work/fallback.json" \
		"$url/fast" "$url/slow" "$url/broken" "$url/failing"
}

# Not all of it can be ok, and its status says so.
demo_fetch() {
	heading "fetch: a list of URLs, a few at once, a line for each"
	{
		echo "# good and bad ones"
		for route in fast slow broken failing nowhere 'large?bytes=99999'; do
			echo "$url/$route"
		done
	} >"$work/list"
	./fetch/fetch --timeout 1000 --retries 1 --reuse 100 "$work/list" ||
		[ $? -eq 1 ]
}

# A few messages; and somebody shoots the daemon when it has sent the first.
demo_mailer() {
	heading "mailer: a bad server, and a kill; nothing is lost or doubled"
	spool=$work/spool
	mkdir -p "$spool/tmp" "$spool/new"
	for to in easy late hangup forget nobody; do
		printf 'From: demo@here\nTo: %s@there\n\nHello.\n' $to \
			>"$spool/tmp/$to"
		mv "$spool/tmp/$to" "$spool/new/"
	done
	./mailer/mailer --spool "$spool" --smtp "$smtp" 5>&- &
	mailer=$!
	for _ in $(seq 300); do
		[ ! -e "$spool/sent/easy" ] || break
		sleep 0.01
	done
	kill -s KILL $mailer
	wait $mailer 2>"$work/killed" || echo "(killed)"
	./mailer/mailer --spool "$spool" --smtp "$smtp" --once
	for folder in sent refused; do
		echo "$folder: $(ls "$spool/$folder" | xargs)"
	done
	echo "the server has:"
	cat "$work/ledger"
}

built minefield/minefield "jansson, json-c and cJSON"
built aggregator/aggregator "jansson, libcurl and libmicrohttpd"
built fetch/fetch "jansson, libcurl and libmicrohttpd"
built mailer/mailer "jansson and libcurl"
demo_minefield
demo_reuse
start_endpoints
demo_aggregator
demo_fetch
stop_endpoints
start_sink
demo_mailer
stop_sink
