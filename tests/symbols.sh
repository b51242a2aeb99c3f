#!/bin/sh
# SPDX-License-Identifier: MIT
# symbols.sh - the library, shared and static, exports what lib/tine.sym lists,
# and that is what lib/tine.h declares. The archive has one more, which linkers
# are asked for.
set -eu

lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

sort "$top_srcdir/lib/tine.sym" >"$lists/sym"
sed -n 's/.*[ *]\(tine_[a-z_]*\)(.*/\1/p' "$top_srcdir/lib/tine.h" |
	grep -v -x 'tine_fn' | sort -u >"$lists/all"
grep -x -f "$lists/sym" "$lists/all" >"$lists/header" || true
diff "$lists/sym" "$lists/header"

# exports LIBRARY NM-OPTION [BUT]
exports() {
	library="$top_builddir/lib/.libs/$1"
	[ -e "$library" ] || return 0
	nm -g --defined-only $2 "$library" |
		awk 'NF == 3 { print $3 }' | grep -v -x "${3-none}" |
		sort >"$lists/exports"
	diff "$lists/sym" "$lists/exports"
}

exports libtine.so -D
exports libtine.a '' tine_with_libdw
