#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - the decoders of what a child may have sent survive TINE_FUZZ inputs
# (few, unless told otherwise), each a spoiled copy of a good one.
set -eu

for target in fuzz_frame fuzz_inbox fuzz_ring; do
	./fuzz/$target "${TINE_FUZZ:-50000}"
done
