#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Many files run through, on few descriptors, with a child for each parse and
# with children that do many. Takes their number from MINEFIELD_FILES; 10000 is
# the long form of this check. Under sanitizers a fork costs ten times as much.

. "${srcdir:-.}/tests/common.sh"

files=2500
[ -z "${SANITIZE_CFLAGS-}" ] || files=500
files=${MINEFIELD_FILES:-$files}
mkdir "$work/many"
i=0
while [ $i -lt "$files" ]; do
	echo "[$i, {\"number\": $i}]" >"$work/many/$i.json"
	i=$((i + 1))
done
echo '[' >"$work/many/last"

# shellcheck disable=SC3045
ulimit -S -n 64
row() {
	printf '%-8s %8d %8d %8d %8d\n' "$1" "$2" "$2" "$2" "$2"
}
{
	printf '%-8s %8s %8s %8s %8s\n' "" jansson json-c cJSON naive
	row accepted "$files"
	row rejected 1
	row crashed 0
	row timeout 0
	row limit 0
	row error 0
} >"$work/want"
for reuse in 1 100; do
	./minefield/minefield -j 4 --reuse $reuse --timeout 10000 \
		"$work/many" >"$work/report"
	tail -n 7 "$work/report" |
		same "$work/want" - "not all ran through with --reuse $reuse"
done
