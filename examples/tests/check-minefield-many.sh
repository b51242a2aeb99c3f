#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Many files run through, on few descriptors. Takes their number from
# MINEFIELD_FILES; 10000 is the long form of this check.

. "${srcdir:-.}/tests/common.sh"

files=${MINEFIELD_FILES:-2500}
mkdir "$work/many"
i=0
while [ $i -lt "$files" ]; do
	echo "[$i, {\"number\": $i}]" >"$work/many/$i.json"
	i=$((i + 1))
done
echo '[' >"$work/many/last"

# shellcheck disable=SC3045
ulimit -S -n 64
./minefield/minefield -j 4 --timeout 10000 "$work/many" >"$work/report"

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
tail -n 7 "$work/report" | same "$work/want" - "not all ran through"
