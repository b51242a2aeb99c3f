#!/bin/sh
# SPDX-License-Identifier: MIT
# layers.sh - each file of lib/ includes only headers of a layer below its own,
# its own header, and those of its layer that lib/LAYERS allows it.
set -eu
cd "$top_srcdir/lib"

exec awk '
FILENAME == "LAYERS" {
	if ($0 ~ /^[0-9]/) {
		layer[$2] = $1
		for (i = 3; i <= NF; i++)
			with[$2, $i] = 1
	}
	next
}
function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}
FNR == 1 {
	module = FILENAME
	sub(/\.[ch]$/, "", module)
	if (!(module in layer))
		complain(module " has no layer")
}
/^#include "/ {
	other = substr($2, 2, index($2, ".h") - 2)
	if (!(other in layer))
		complain(other " has no layer")
	else if (other != module && layer[other] >= layer[module] &&
		 !((module, other) in with))
		complain("layer " layer[module] " includes " other \
			 ", of layer " layer[other])
}
END { exit bad }
' LAYERS *.[ch]
