#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh - the code stands as .clang-format says. Other versions of the
# program lay out otherwise, so only the one it was written for is asked.
set -eu

if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	echo 'clang-format 14 is not here: skipped'
	exit 77
fi
cd "$top_srcdir"
find lib tools tests examples -name '*.[ch]' -exec clang-format -n -Werror {} +
