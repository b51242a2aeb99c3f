#!/bin/sh
# SPDX-License-Identifier: MIT
# commands.sh COMMAND... - let that run a program for each of 2,000 lines, and
# print how many microseconds each takes.
set -eu

lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
seq 2000 >"$lines"
start=$(date +%s%N)
"$@" <"$lines"
end=$(date +%s%N)
echo $(((end - start) / 2000)) | sed 's/\(...\)$/.\1/'
