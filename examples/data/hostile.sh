#!/bin/sh
# SPDX-License-Identifier: MIT
#
# data/hostile.sh DIRECTORY - makes what no source tree can hold: a file that
# overflows a stack, and a FIFO that nobody ever writes to.

set -eu
directory=${1:?usage: hostile.sh DIRECTORY}
depth=100000

mkdir -p "$directory"
{
	printf "%${depth}s" '' | tr ' ' '['
	printf "%${depth}s" '' | tr ' ' ']'
	echo
} >"$directory/deep-$depth.json"

[ -p "$directory/endless.json" ] || mkfifo "$directory/endless.json"
