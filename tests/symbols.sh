#!/bin/sh
# SPDX-License-Identifier: MIT
# symbols.sh - the library exports what lib/tine.sym lists; that is what
# lib/tine.h declares; and each of it has its place in a man page.
set -eu

lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

sort "$top_srcdir/lib/tine.sym" >"$lists/sym"
sed -n 's/.*[ *]\(tine_[a-z_]*\)(.*/\1/p' "$top_srcdir/lib/tine.h" |
	grep -v -x 'tine_fn' | sort -u >"$lists/all"
grep -x -f "$lists/sym" "$lists/all" >"$lists/header" || true
diff "$lists/sym" "$lists/header"

library="$top_builddir/lib/.libs/libtine.so"
if [ -e "$library" ]; then
	nm -D --defined-only "$library" | awk '{ print $3 }' | sort \
		>"$lists/library"
	diff "$lists/sym" "$lists/library"
fi
